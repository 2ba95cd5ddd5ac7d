import type { EventId } from '../../../protocol/ids.ts';
import { isEventId } from '../../../protocol/ids.ts';
import { messageProblem } from '../../../protocol/question.ts';
import type { RememberedState } from './browser-memory.ts';
import type { MutableObservable } from './observable.ts';
import type { Outbox, OutboxItem } from './outbox.ts';
import { isHere } from './outbox.ts';
import type { PanelState } from './panel-state.ts';
import { readOwnSign } from './pending.ts';
import type { OwnEntry } from './timeline.ts';
import { findEntry } from './timeline.ts';

/** What the newcomer is about to do with a message. Own ones that are not in the conversation yet go by their id in the outbox. */
export type SpeakingState = {
	readonly composer: string;
	/** The message that the next one answers. */
	readonly replyTo: EventId | undefined;
	/** The own message whose words are in the composer. */
	readonly editing: string | undefined;
	/** The own message that will be deleted if the newcomer says so once more. */
	readonly deleting: string | undefined;
	/** Helpers whose messages are folded, and not told of; by `speaker`. */
	readonly muted: readonly string[];
};

export const FIRST_SPEAKING: SpeakingState = { composer: '', replyTo: undefined, editing: undefined, deleting: undefined, muted: [] };

/** What of it survives a reload. `before`: what was in the composer before the edit. */
export type RememberedWriting = { readonly replyTo?: EventId; readonly editing?: string; readonly before?: string };

/** What a newcomer can say, and do with what was said. */
export interface SpeakingActions {
	setComposer( text: string ): void;
	/** Sends what is in the composer, or puts it in the place of the message that is edited. */
	sendMessage(): void;
	/** Sends a picture that is uploaded; `content` is the message in wire form. */
	sendPicture( alternative: string, content: Readonly<Record<string, unknown>> ): void;
	startReply( id: EventId ): void;
	/** Puts an own message into the composer; without an id the last one. */
	startEdit( id?: string ): void;
	/** Neither answers nor edits any more. */
	leaveWriting(): void;
	/** Asks whether an own message is to be deleted; with `undefined`, no longer. */
	askToDelete( id: string | undefined ): void;
	deleteMessage( id: string ): void;
	/** Folds what a helper says, or no longer; they are not told. */
	setMuted( speaker: string, isMuted: boolean ): void;
	/** Puts a sign under a message, or takes the own one away. */
	react( id: EventId, key: string ): void;
	/** Tries again what was refused: a message, or what was done to one. */
	retryMessage( id: string ): void;
	/** Drops what was not sent. */
	removeMessage( id: string ): void;
}

export type SpeakingPorts = {
	readonly state: Pick<MutableObservable<PanelState>, 'value' | 'patch'>;
	readonly remember: () => void;
	readonly outbox: Outbox;
	/** Something is tried again; the conversation may try, too. */
	readonly onRetry: () => void;
};

export interface Speaking {
	readonly actions: SpeakingActions;
	/** What was in the outbox has come back, as these events. */
	confirm( came: ReadonlyMap<string, EventId> ): void;
	/** Goes on with what is remembered. */
	restore( remembered: Pick<RememberedState, 'writing' | 'muted'> ): void;
	toRemember(): Pick<RememberedState, 'composer' | 'writing' | 'muted'>;
}

const REPLY_KEY = 'm.relates_to';

/** Reads what survived a reload. */
export function readWriting( raw: Readonly<Record<string, unknown>> ): RememberedWriting {
	const { replyTo, editing, before } = raw;
	return {
		...( isEventId( replyTo ) && { replyTo } ), ...( typeof editing === 'string' && { editing } ), ...( typeof before === 'string' && { before } )
	};
}

export function createSpeaking( { state, remember, outbox, onRetry }: SpeakingPorts ): Speaking {
	let before = '';

	function patch( change: Partial<SpeakingState> ): void {
		state.patch( change );
		remember();
	}

	const itemOf = ( id: string ): OutboxItem | undefined => outbox.items.find( ( item ) => item.id === id && item.kind === 'message' );

	function ownEntry( id: string ): OwnEntry | undefined {
		const entry = findEntry( state.value.entries, id as EventId );
		return entry?.kind === 'own' ? entry : undefined;
	}

	const isBeingDeleted = ( id: string ): boolean => outbox.items.some( ( { kind, removes } ) => kind === 'redaction' && removes === id );

	/** The edit of a message that is on its way. */
	const editOf = ( id: string ): OutboxItem | undefined => (
		outbox.items.filter( ( item ) => item.kind === 'edit' && item.target === id ).pop()
	);

	/** What can be edited: words in the place of a picture would take it away. */
	function wordsOf( id: string ): string | undefined {
		const said: Pick<OwnEntry, 'text' | 'media'> & Partial<Pick<OutboxItem, 'extra'>> | undefined = editOf( id ) ?? itemOf( id ) ?? ownEntry( id );
		return isBeingDeleted( id ) || said?.media || said?.extra?.url ? undefined : said?.text;
	}

	function lastOwn(): string | undefined {
		const { entries } = state.value;
		const ids = [ ...entries, ...outbox.items ].flatMap( ( one ) => one.kind === 'own' || one.kind === 'message' ? one.id : [] );
		return ids.reverse().find( ( id ) => wordsOf( id ) !== undefined );
	}

	function rewrite( { id, state: was }: OutboxItem, text: string ): void {
		outbox.rewrite( id, text );
		if ( was === 'refused' ) {
			outbox.retry( id );
		}
	}

	function saveEdit( id: string, text: string ): void {
		const item = itemOf( id );
		const waiting = item && isHere( item ) ? item : editOf( id );
		if ( waiting && isHere( waiting ) ) {
			rewrite( waiting, text );
		} else {
			outbox.put( { kind: 'edit', text, target: item?.eventId ?? id, extra: {} } );
		}
	}

	function leaveWriting(): void {
		patch( Object.assign( { replyTo: undefined, editing: undefined }, state.value.editing !== undefined && { composer: before } ) );
		before = '';
	}

	return {
		restore( { writing: { replyTo, editing, before: words = '' }, muted } ) {
			before = words;
			state.patch( { replyTo, editing, muted } );
		},
		confirm( came ) {
			const now = came.get( state.value.editing ?? '' );
			if ( now !== undefined ) {
				patch( { editing: now } );
			}
		},
		toRemember() {
			const { composer, replyTo, editing, muted } = state.value;
			return { composer, muted, writing: Object.assign( {}, replyTo && { replyTo }, editing !== undefined && { editing, before } ) };
		},
		actions: {
			setComposer( composer ) {
				patch( { composer } );
			},
			sendMessage() {
				const { composer, editing, replyTo } = state.value;
				if ( messageProblem( composer ) !== undefined ) {
					return;
				}
				if ( editing === undefined ) {
					state.patch( { composer: '', replyTo: undefined } );
					outbox.add( composer, replyTo && { [ REPLY_KEY ]: { 'm.in_reply_to': { event_id: replyTo } } } );
					return;
				}
				const old = wordsOf( editing );
				if ( old === undefined ) {
					// It was deleted meanwhile; what is written stays, as a new message.
					patch( { editing: undefined } );
					return;
				}
				leaveWriting();
				if ( old !== composer ) {
					saveEdit( editing, composer );
				}
			},
			sendPicture: ( alternative, content ) => outbox.add( alternative, content ),
			startReply( replyTo ) {
				if ( state.value.editing !== undefined ) {
					leaveWriting();
				}
				patch( { replyTo } );
			},
			startEdit( id = lastOwn() ) {
				const words = id === undefined ? undefined : wordsOf( id );
				if ( words !== undefined ) {
					before = state.value.editing === undefined ? state.value.composer : before;
					patch( { editing: id, composer: words, replyTo: undefined } );
				}
			},
			leaveWriting,
			askToDelete: ( deleting ) => state.patch( { deleting } ),
			deleteMessage( id ) {
				state.patch( { deleting: undefined } );
				if ( state.value.editing === id ) {
					leaveWriting();
				}
				if ( itemOf( id ) ) {
					outbox.remove( id );
				} else if ( ownEntry( id ) && !isBeingDeleted( id ) ) {
					outbox.items.filter( ( item ) => item.target === id && isHere( item ) ).forEach( ( item ) => outbox.remove( item.id ) );
					outbox.put( { kind: 'redaction', text: '', target: id, removes: id, extra: {} } );
				}
			},
			react( id, key ) {
				const { last, put } = readOwnSign( state.value, id, key );
				if ( last && isHere( last ) ) {
					outbox.remove( last.id );
				} else if ( put !== undefined ) {
					outbox.put( { kind: 'redaction', text: key, target: id, extra: {}, removes: put } );
				} else {
					outbox.put( { kind: 'reaction', text: key, target: id, extra: {} } );
				}
			},
			setMuted( speaker, isMuted ) {
				const others = state.value.muted.filter( ( one ) => one !== speaker );
				patch( { muted: isMuted ? [ ...others, speaker ] : others } );
			},
			retryMessage( id ) {
				outbox.retry( id );
				onRetry();
			},
			removeMessage: ( id ) => outbox.remove( id )
		}
	};
}
