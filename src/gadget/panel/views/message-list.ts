import type { MessageKey } from '../../i18n/messages.ts';
import type { OutboxItem } from '../viewmodels/outbox.ts';
import type { PanelState } from '../viewmodels/panel-state.ts';
import type { Entry } from '../viewmodels/timeline.ts';
import { isDrawn } from '../viewmodels/timeline.ts';
import { element } from './dom.ts';
import { notice } from './notice.ts';
import type { ViewContext } from './view-context.ts';

export type ListChange = {
	/** What helpers have said since the last update, for those who listen. */
	readonly announcements: readonly string[];
	readonly hasNewOwn: boolean;
};

export interface MessageList {
	readonly element: HTMLElement;
	update( state: PanelState ): ListChange;
}

const HEADINGS: Readonly<Record<'helper' | 'moderator' | 'newcomer', MessageKey>> = {
	helper: 'message-helper', moderator: 'message-moderator', newcomer: 'message-helper'
};

/** Draws messages; each is drawn once and then only changed where it differs. */
export function createMessageList( { panel, messages, formatTime, formatDay }: ViewContext ): MessageList {
	const root = element( 'ol', 'askforhelp-messages' );
	const drawn = new Map<string, { readonly node: HTMLElement; readonly signature: string }>();
	let isFirst = true;

	function bubble( kind: 'own' | 'helper', text: string ): HTMLElement {
		const node = element( 'div', `askforhelp-bubble askforhelp-bubble-${ kind }`, text );
		node.dir = 'auto';
		return node;
	}

	function ownMessage( text: string, saidAtMs: number, state: HTMLElement ): HTMLElement {
		const node = element( 'li', 'askforhelp-message askforhelp-message-own' );
		node.append( element( 'span', 'askforhelp-unseen', messages( 'message-own', formatTime( saidAtMs ) ) ), bubble( 'own', text ), state );
		return node;
	}

	function linkButton( key: MessageKey, onClick: () => void ): HTMLButtonElement {
		const button = element( 'button', 'askforhelp-link', messages( key ) );
		button.type = 'button';
		button.addEventListener( 'click', onClick );
		return button;
	}

	function outboxState( item: OutboxItem, state: OutboxItem[ 'state' ], canRetry: boolean ): HTMLElement {
		const line = element( 'div', `askforhelp-state askforhelp-state-${ state }` );
		if ( state === 'sent' ) {
			line.textContent = messages( 'message-sent', formatTime( item.writtenAtMs ) );
		} else if ( state === 'sending' ) {
			line.textContent = messages( 'message-sending' );
		} else {
			line.append( element( 'span', 'askforhelp-not-sent', messages( 'message-not-sent' ) ), ' · ' );
			if ( canRetry ) {
				line.append( linkButton( 'try-again', () => panel.retryMessage( item.id ) ), ' · ' );
			}
			line.append( linkButton( 'message-delete', () => panel.removeMessage( item.id ) ) );
		}
		return line;
	}

	function drawEntry( entry: Entry ): HTMLElement {
		switch ( entry.kind ) {
			case 'own':
				return ownMessage( entry.text, entry.saidAtMs, element( 'div', 'askforhelp-state', messages( 'message-sent', formatTime( entry.saidAtMs ) ) ) );
			case 'helper': {
				const node = element( 'li', 'askforhelp-message askforhelp-message-helper' );
				// The name is isolated, because it can be written in the other direction.
				const heading = element( 'div', 'askforhelp-message-heading' );
				const [ before = '', after = '' ] = messages( HEADINGS[ entry.role ], '\u0000', formatTime( entry.saidAtMs ) ).split( '\u0000' );
				heading.append( before, element( 'bdi', 'askforhelp-name', entry.name ), after );
				node.append( heading, bubble( 'helper', entry.text ) );
				return node;
			}
			case 'gone': return element( 'li', '' );
			case 'notice': {
				const node = element( 'li', 'askforhelp-message-notice' );
				node.append( notice( 'warning', messages( entry.code as Extract<typeof entry.code, MessageKey> ) ) );
				return node;
			}
		}
	}

	function dayLine( day: string ): HTMLElement {
		return element( 'li', 'askforhelp-day', day );
	}

	type Row = { readonly key: string; readonly signature: string; readonly draw: () => HTMLElement };

	function rows( { entries, outbox, connection }: PanelState ): Row[] {
		const result: Row[] = [];
		let lastDay = '';
		const startDay = ( timeMs: number ): void => {
			const day = formatDay( timeMs );
			if ( day !== lastDay ) {
				lastDay = day;
				result.push( { key: `day ${ day }`, signature: day, draw: () => dayLine( day ) } );
			}
		};
		for ( const entry of entries.filter( isDrawn ) ) {
			startDay( entry.saidAtMs );
			result.push( { key: entry.id, signature: JSON.stringify( entry ), draw: () => drawEntry( entry ) } );
		}
		for ( const item of outbox ) {
			startDay( item.writtenAtMs );
			// Nothing is on its way while there is no connection.
			const state = item.state === 'sending' && connection !== 'online' ? 'waiting' : item.state;
			const canRetry = connection === 'online' || connection === 'offline';
			const draw = (): HTMLElement => ownMessage( item.text, item.writtenAtMs, outboxState( item, state, canRetry ) );
			result.push( { key: item.id, signature: `${ state } ${ canRetry } ${ item.text }`, draw } );
		}
		return result;
	}

	return {
		element: root,
		update( state ) {
			const announcements = isFirst ? [] : state.entries.flatMap( ( entry ) => (
				entry.kind === 'helper' && !drawn.has( entry.id ) ? [ messages( 'message-announced', entry.name, entry.text ) ] : []
			) );
			const hasNewOwn = state.outbox.some( ( item ) => !drawn.has( item.id ) );
			isFirst = isFirst && state.entries.length === 0;
			const wanted = new Set<string>();
			let place: ChildNode | null = root.firstChild;
			for ( const { key, signature, draw } of rows( state ) ) {
				wanted.add( key );
				const known = drawn.get( key );
				let node = known?.node;
				if ( known?.signature !== signature ) {
					node = draw();
					if ( known ) {
						place = place === known.node ? node : place;
						known.node.replaceWith( node );
					}
					drawn.set( key, { node, signature } );
				}
				if ( node && node !== place ) {
					root.insertBefore( node, place );
				} else {
					place = place?.nextSibling ?? null;
				}
			}
			for ( const [ key, { node } ] of drawn ) {
				if ( !wanted.has( key ) ) {
					node.remove();
					drawn.delete( key );
				}
			}
			return { announcements, hasNewOwn };
		}
	};
}
