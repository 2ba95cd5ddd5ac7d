import type { OutboxItem } from './outbox.ts';
import type { HelperEntry, OwnEntry } from './timeline.ts';
import { isSameSign } from './timeline.ts';

/** What was done to one message and is on its way, or does not get there. */
export type Pending = {
	readonly edit?: OutboxItem;
	readonly deletion?: OutboxItem;
	/** Signs put under it or taken away, in order. */
	readonly signs: readonly OutboxItem[];
};

/** Sorts what is in the outbox by the message that it is about. */
export function readPending( outbox: readonly OutboxItem[] ): ReadonlyMap<string, Pending> {
	const all = new Map<string, Pending>();
	for ( const item of outbox ) {
		if ( item.target !== undefined ) {
			const before = all.get( item.target ) ?? { signs: [] };
			const isDeletion = item.kind === 'redaction' && item.removes === item.target;
			all.set( item.target, Object.assign( {}, before,
				item.kind === 'edit' ? { edit: item } : isDeletion ? { deletion: item } : { signs: [ ...before.signs, item ] } ) );
		}
	}
	return all;
}

/** Whether the newcomer has put a sign under a message, or wants to: on its way, and what was refused, too. */
export function hasPut( { reactions }: OwnEntry | HelperEntry, pending: Pending | undefined, key: string ): boolean {
	const last = pending?.signs.filter( ( { text } ) => isSameSign( text, key ) ).pop();
	return last ? last.kind === 'reaction' : reactions.some( ( sign ) => sign.mine !== undefined && isSameSign( sign.key, key ) );
}

/** A sign as it is drawn. */
export type ShownSign = { readonly key: string; readonly count: number; readonly isMine: boolean };

/** The signs under a message as they will be when all that is on its way has arrived; what was refused is not. */
export function shownSigns( { reactions }: OwnEntry | HelperEntry, pending: Pending | undefined ): ShownSign[] {
	const signs = reactions.map( ( { key, mine, theirs } ) => ( { key, isMine: mine !== undefined, others: theirs ? 1 : 0 } ) );
	for ( const { kind, text, state } of pending?.signs ?? [] ) {
		const known = signs.find( ( { key } ) => isSameSign( key, text ) );
		if ( state !== 'refused' && known ) {
			known.isMine = kind === 'reaction';
		} else if ( state !== 'refused' && kind === 'reaction' ) {
			signs.push( { key: text, isMine: true, others: 0 } );
		}
	}
	return signs.map( ( { key, isMine, others } ) => ( { key, isMine, count: others + ( isMine ? 1 : 0 ) } ) )
		.filter( ( { count } ) => count > 0 );
}
