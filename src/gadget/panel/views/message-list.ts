import type { MessageKey } from '../../i18n/messages.ts';
import type { EventId } from '../../../protocol/ids.ts';
import type { PanelState } from '../viewmodels/panel-state.ts';
import type { Row } from '../viewmodels/rows.ts';
import { answersAfter, createRows, isSameRow } from '../viewmodels/rows.ts';
import { element } from './dom.ts';
import { helpPageLink } from './help-page-link.ts';
import type { MessageDeed } from './message.ts';
import { createMessageDrawing } from './message.ts';
import type { MessageActions } from './message-actions.ts';
import { notice } from './notice.ts';
import type { ViewContext } from './view-context.ts';

export type ListChange = {
	/** What helpers have said since the last update, for those who listen. */
	readonly announcement: string;
	/** How many answers that is. */
	readonly answers: number;
	readonly hasNewOwn: boolean;
	/** The line before what nobody had looked at is in another place. */
	readonly hasNewLine: boolean;
};

export interface MessageList {
	readonly element: HTMLElement;
	/** What floats over the list. */
	readonly menu: HTMLElement;
	/** @param isAtEnd the newest messages are what is read: others need not be kept drawn */
	update( state: PanelState, isAtEnd: boolean ): ListChange;
	/** Draws more of what was said before, as far as it is known. @returns whether there was more */
	showMore(): boolean;
	readonly hasMore: boolean;
	/** Draws more of what was said after, where it is not drawn up to the newest. */
	showNewer(): void;
	showNewest(): void;
	readonly hasNewer: boolean;
	/** Moves the focus to a message that is known, or to the one that Tab comes to. */
	focus( id?: string ): void;
}

/** How many messages are drawn at first. */
const FIRST = 60;
/** How many more each time: so few that scrolling stays smooth. */
const STEP = 20;
/** So many are drawn at most: what is scrolled far away is not. */
const MOST = 180;
/** More answers than that at once are only counted aloud. */
const MOST_READ_ALOUD = 2;

/** Where what was read aloud as new began; a list may be made anew on the same page. */
const readAloud = new Set<EventId | undefined>();

/** Lets Tab go through a message, or past it. */
function setReachable( node: HTMLElement, isReachable: boolean ): void {
	node.tabIndex = isReachable ? 0 : -1;
	node.querySelectorAll<HTMLElement>( 'a, button, pre' ).forEach( ( one ) => {
		one.tabIndex = node.tabIndex;
	} );
}

/** Draws the conversation; each line is drawn once and then only where it has changed. Tab stops at one message, arrows move. */
export function createMessageList( context: ViewContext, writeMessage: () => void ): MessageList {
	const { panel, messages, formatDay, loadTools } = context;
	const root = element( 'ol', 'askforhelp-messages' );
	const drawing = createMessageDrawing( context );
	const rowsOf = createRows( formatDay );
	const drawn = new Map<string, { readonly node: HTMLElement; readonly row: Row }>();
	/** The first entry that is drawn; `undefined` while it is as many as at first. */
	let first: EventId | undefined;
	/** The last one; `undefined` while it is the newest. */
	let last: EventId | undefined;
	let from = 0;
	let to = 0;
	let lastKnown: EventId | undefined;
	let firstNew: EventId | undefined;
	let isFirst = true;
	let current: HTMLElement | undefined;

	const menu = element( 'div', '' );
	let actions: MessageActions | undefined;
	let pointedAt: HTMLElement | undefined;

	/** What can be done with a message, as soon as the part for that is there. */
	async function pointAt( node: HTMLElement, does: 'show' | 'open' ): Promise<void> {
		pointedAt = node;
		const { activeElement } = document;
		const tools = actions ? undefined : await loadTools( does === 'show' );
		actions ??= tools?.createMessageActions( context, {
			writeMessage,
			afterQuestion: ( id ) => drawn.get( id )?.node.querySelector<HTMLElement>( '[data-do=delete]' )?.focus()
		} );
		if ( actions && tools ) {
			menu.replaceChildren( actions.menu );
		}
		// Who writes elsewhere by now goes on there.
		if ( pointedAt === node && ( does === 'show' || document.activeElement === activeElement ) ) {
			actions?.[ does ]( node );
		}
	}

	const messageNodes = (): HTMLElement[] => [ ...root.querySelectorAll<HTMLElement>( '.askforhelp-message' ) ];

	function goTo( node: HTMLElement | undefined ): void {
		node?.focus();
		// What had the focus already would stay out of sight.
		node?.scrollIntoView( { block: 'nearest' } );
	}

	function makeCurrent( node: HTMLElement | undefined ): void {
		if ( current !== node ) {
			if ( current ) {
				setReachable( current, false );
			}
			current = node;
			if ( node ) {
				setReachable( node, true );
			}
		}
	}

	function drawRow( row: Row ): HTMLElement {
		switch ( row.kind ) {
			case 'day': return element( 'li', 'askforhelp-day', row.day );
			case 'unread': return element( 'li', 'askforhelp-day askforhelp-unread-line', messages( 'unread-line' ) );
			case 'message': {
				const node = drawing.draw( row );
				setReachable( node, false );
				return node;
			}
			case 'notice': {
				const node = element( 'li', 'askforhelp-message-notice' );
				const { code } = row.entry;
				const box = notice( 'warning', messages( code as Extract<typeof code, MessageKey> ) );
				if ( code === 'paused' || code === 'not-delivered' ) {
					const line = element( 'div', 'askforhelp-link-line' );
					line.append( helpPageLink( context ) );
					box.lastElementChild!.append( line );
				}
				node.append( box );
				return node;
			}
		}
	}

	function draw( state: PanelState ): void {
		const rows = rowsOf( state, from, to );
		const wanted = new Set( rows.map( ( { key } ) => key ) );
		let lost: HTMLElement | undefined;
		for ( const [ key, { node } ] of drawn ) {
			if ( !wanted.has( key ) ) {
				drawn.delete( key );
				if ( node.contains( document.activeElement ) ) {
					lost = node;
				} else {
					node.remove();
				}
			}
		}
		// What stays is not moved: that would take the focus from it.
		let place = root.firstChild;
		for ( const row of rows ) {
			place = place && place === lost ? place.nextSibling : place;
			const { key } = row;
			const known = drawn.get( key );
			let node = known?.node;
			if ( !known || !isSameRow( known.row, row ) ) {
				node = drawRow( row );
				if ( known ) {
					place = place === known.node ? node : place;
					const hadFocus = known.node.contains( document.activeElement );
					known.node.replaceWith( node );
					if ( current === known.node ) {
						makeCurrent( node );
					}
					actions?.replace( known.node, node );
					pointedAt = pointedAt === known.node ? node : pointedAt;
					if ( hadFocus ) {
						node.focus( { preventScroll: true } );
					}
				}
				drawn.set( key, { node, row } );
			}
			if ( node && node !== place ) {
				root.insertBefore( node, place );
			} else {
				place = place?.nextSibling ?? null;
			}
		}
		const index = lost ? messageNodes().indexOf( lost ) : Infinity;
		lost?.remove();
		const nodes = messageNodes();
		if ( !current?.isConnected || !root.contains( document.activeElement ) ) {
			makeCurrent( nodes[ Math.min( index, nodes.length - 1 ) ] );
		}
		if ( lost ) {
			// The focus was on something that is gone; it stays near.
			if ( current ) {
				current.focus( { preventScroll: true } );
			} else {
				writeMessage();
			}
		}
	}

	const indexOf = ( id: string | undefined ): number => state.entries.findIndex( ( entry ) => entry.id === id );

	/** Draws what was drawn before; while the newest are read, the first ones may go. */
	function drawAgain( isAtEnd: boolean ): void {
		const { entries } = state;
		if ( isAtEnd ) {
			last = undefined;
			first = entries.length - from > MOST ? undefined : first;
		}
		const wanted = indexOf( first );
		drawFrom( wanted >= 0 ? wanted : entries.length - FIRST, indexOf( last ) + 1 || entries.length );
	}

	function drawFrom( wanted: number, end: number ): void {
		const { entries } = state;
		from = Math.max( 0, wanted );
		to = Math.min( entries.length, end, from + MOST );
		first = entries[ from ]?.id;
		last = to < entries.length ? entries[ to - 1 ]!.id : undefined;
		draw( state );
	}

	function reveal( id: string | undefined ): void {
		const index = indexOf( id );
		if ( index >= 0 && !drawn.has( id! ) ) {
			drawFrom( index - FIRST / 2, index + FIRST );
		}
	}

	root.addEventListener( 'focusin', ( { target } ) => {
		const node = target instanceof Element ? target.closest<HTMLElement>( '.askforhelp-message' ) : null;
		if ( node ) {
			makeCurrent( node );
			void pointAt( node, 'show' );
		}
	} );
	root.addEventListener( 'pointerover', ( { target, pointerType } ) => {
		const node = target instanceof Element ? target.closest<HTMLElement>( '.askforhelp-message' ) : null;
		if ( node && pointerType === 'mouse' ) {
			void pointAt( node, 'show' );
		}
	} );
	root.addEventListener( 'click', ( { target } ) => {
		const button = target instanceof Element ? target.closest<HTMLElement>( '[data-do]' ) : null;
		const id = button?.closest<HTMLElement>( '.askforhelp-message' )?.dataset.id;
		const of = button?.dataset.of;
		if ( !button || id === undefined || of === undefined ) {
			return;
		}
		switch ( button.dataset.do as MessageDeed ) {
			case 'retry': return panel.retryMessage( of );
			case 'remove': return panel.removeMessage( of );
			case 'delete': return panel.deleteMessage( of );
			case 'keep': return panel.askToDelete( undefined );
			case 'jump': return list.focus( of );
			case 'react': return panel.react( id as EventId, of );
			case 'unmute': return panel.setMuted( of, false );
		}
	} );
	root.addEventListener( 'keydown', ( event ) => {
		const { target, key } = event;
		if ( !( target instanceof HTMLElement ) || !target.matches( '.askforhelp-message' ) || event.altKey || event.ctrlKey || event.metaKey ) {
			return;
		}
		if ( list.hasNewer && key === 'End' ) {
			list.showNewest();
		} else if ( list.hasMore && key === 'Home' ) {
			drawFrom( 0, FIRST );
		} else if ( list.hasNewer && key === 'ArrowDown' && target === messageNodes().pop() ) {
			list.showNewer();
		}
		const nodes = messageNodes();
		const index = nodes.indexOf( target );
		const next = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: nodes.length - 1 }[ key ];
		if ( next !== undefined ) {
			event.preventDefault();
			goTo( nodes[ next ] );
			if ( next === nodes.length ) {
				writeMessage();
			}
		} else if ( key === 'Enter' || key === ' ' || key === 'ContextMenu' ) {
			event.preventDefault();
			void pointAt( target, 'open' );
		}
	} );

	let state = panel.state.value;
	const list: MessageList = {
		element: root,
		menu,
		get hasMore() {
			return from > 0;
		},
		update( next, isAtEnd ) {
			const { outbox: before } = state;
			state = next;
			const { entries, outbox } = next;
			if ( isFirst ) {
				// What one comes back to, and has not looked at yet, is read aloud, too: it counts as read from now on.
				const isNews = next.firstNew && !readAloud.has( next.firstNew );
				lastKnown = entries[ ( isNews ? indexOf( next.firstNew ) : entries.length ) - 1 ]?.id;
			}
			readAloud.add( next.firstNew );
			const answers = answersAfter( entries, lastKnown ).filter( ( { speaker } ) => !next.muted.includes( speaker ) );
			const hasNewOwn = outbox.some( ( { kind, id } ) => kind === 'message' && !before.some( ( item ) => item.id === id ) );
			isFirst = entries.length === 0;
			lastKnown = entries[ entries.length - 1 ]?.id;
			const hasNewLine = next.firstNew !== firstNew;
			( { firstNew } = next );
			drawAgain( isAtEnd || hasNewOwn );
			if ( isAtEnd && hasNewLine ) {
				reveal( firstNew );
			}
			// Whoever browses the page shall not meet everything twice.
			return {
				announcement: answers.length > MOST_READ_ALOUD ?
						messages( 'status-unread', answers.length ) :
						answers.map( ( entry ) => messages( 'message-announced', entry.name, drawing.wordsOf( entry ) ) ).join( '\n' ),
				answers: answers.length, hasNewOwn, hasNewLine
			};
		},
		showMore() {
			if ( from === 0 ) {
				return false;
			}
			drawFrom( from - STEP, to );
			return true;
		},
		get hasNewer() {
			return last !== undefined;
		},
		showNewer: () => drawFrom( Math.max( from, to + STEP - MOST ), to + STEP ),
		showNewest: () => drawFrom( state.entries.length - FIRST, Infinity ),
		focus( id ) {
			reveal( id );
			const node = id === undefined ? current : drawn.get( id )?.node;
			goTo( node );
		}
	};
	return list;
}
