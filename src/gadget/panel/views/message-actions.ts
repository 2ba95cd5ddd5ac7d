import type { EventId } from '../../../protocol/ids.ts';
import { THANKS_KEY } from '../../../protocol/message.ts';
import { readOwnSign } from '../viewmodels/pending.ts';
import { findEntry } from '../viewmodels/timeline.ts';
import { isolate, widgetElement } from './dom.ts';
import { createMenuButton } from './menu-button.ts';
import type { ViewContext } from './view-context.ts';

/** What is offered at once; any other sign is behind "more", where there is a part for that. */
const SIGNS = [ '👍', '❤️', '😄', '🎉' ];

export type MessageActionsPorts = {
	/** Moves the focus to the composer. */
	readonly writeMessage: () => void;
	/** It was asked whether a message shall be deleted. */
	readonly afterQuestion: ( id: string ) => void;
};

/** The one "More" button, which goes from message to message, and its menu. */
export interface MessageActions {
	/** What floats over the list. */
	readonly menu: HTMLElement;
	/** Puts the button beside a message. */
	show( message: HTMLElement ): void;
	open( message: HTMLElement ): void;
	/** A message was drawn anew. */
	replace( before: HTMLElement, now: HTMLElement ): void;
}

export function createMessageActions(
	{ panel, messages, pickEmoji }: ViewContext, { writeMessage, afterQuestion }: MessageActionsPorts
): MessageActions {
	const { button, menu } = createMenuButton( {
		label: messages( 'message-more' ), classes: [ 'askforhelp-more' ], menuClasses: [ 'askforhelp-message-menu' ],
		onChoose( deed ) {
			const id = message?.dataset.id;
			if ( id !== undefined ) {
				act( id, deed );
			}
		}
	} );
	let message: HTMLElement | undefined;

	function option( data: string, text: string, className = '' ): OO.ui.MenuOptionWidget {
		return new OO.ui.MenuOptionWidget( { data, label: text, classes: className === '' ? [] : [ className ] } );
	}

	function signOption( key: string ): OO.ui.MenuOptionWidget {
		const sign = option( `react ${ key }`, key, 'askforhelp-sign-option' );
		sign.$element.attr( { 'aria-label': messages( 'sign-put', key ), title: messages( 'sign-put', key ) } );
		return sign;
	}

	function fill( id: string ): void {
		const entry = findEntry( panel.state.value.entries, id as EventId );
		const isThere = entry?.kind === 'own' || entry?.kind === 'helper';
		menu.clearItems().addItems( [
			...( isThere ? [
				...SIGNS.map( signOption ),
				...( pickEmoji ? [ option( 'more', '…', 'askforhelp-sign-option' ) ] : [] ),
				option( 'reply', messages( 'message-reply' ) )
			] : [] ),
			...( entry?.kind === 'helper' ?
					[
						// A second time would take it back; who wants that has the sign below the message.
						...( readOwnSign( panel.state.value, entry.id, THANKS_KEY ).put ? [] : [
							option( `react ${ THANKS_KEY }`, `${ THANKS_KEY } ${ messages( 'message-thank', isolate( entry.name ) ) }` )
						] ),
						option( 'mute', messages( 'message-mute', isolate( entry.name ) ) )
					] :
					[
						...( message?.querySelector( '.askforhelp-picture-place' ) ? [] : [ option( 'edit', messages( 'message-edit' ) ) ] ),
						option( 'delete', messages( 'message-delete' ) )
					] )
		] );
	}

	function act( id: string, deed: string ): void {
		const eventId = id as EventId;
		const [ , key ] = /^react (.*)$/.exec( deed ) ?? [];
		if ( key !== undefined ) {
			panel.react( eventId, key );
		} else if ( deed === 'reply' ) {
			panel.startReply( eventId );
			writeMessage();
		} else if ( deed === 'edit' ) {
			panel.startEdit( id );
			writeMessage();
		} else if ( deed === 'mute' ) {
			const entry = findEntry( panel.state.value.entries, eventId );
			if ( entry?.kind === 'helper' ) {
				panel.setMuted( entry.speaker, true );
			}
		} else if ( deed === 'delete' ) {
			panel.askToDelete( id );
			afterQuestion( id );
		} else {
			void pickEmoji?.( widgetElement( button ), ( emoji ) => panel.react( eventId, emoji ) );
		}
	}

	/** Opens into the panel, which cuts off what is outside of it. */
	function place(): void {
		const node = widgetElement( button );
		const box = node.closest( '.askforhelp-panel' )?.getBoundingClientRect();
		const isLow = box !== undefined && node.getBoundingClientRect().top > box.top + box.height / 2;
		Object.assign( menu, { originalVerticalPosition: isLow ? 'above' : 'below' } );
		menu.setHorizontalPosition( message?.matches( '.askforhelp-message-own' ) ? 'start' : 'end' );
	}

	function open(): void {
		const id = message?.dataset.id;
		if ( id !== undefined && !menu.isVisible() ) {
			fill( id );
			place();
			menu.toggle( true );
		} else {
			menu.toggle( false );
		}
	}

	menu.on( 'toggle', ( isOpen: boolean ) => message?.classList.toggle( 'askforhelp-menu-open', isOpen ) );
	button.on( 'click', open );

	function show( node: HTMLElement ): void {
		if ( message !== node && !menu.isVisible() ) {
			message = node;
			node.append( widgetElement( button ) );
			button.$button[ 0 ]!.tabIndex = node.tabIndex;
		} else if ( message === node ) {
			button.$button[ 0 ]!.tabIndex = node.tabIndex;
		}
	}

	return {
		menu: widgetElement( menu ),
		show,
		open( node ) {
			show( node );
			button.focus();
			open();
		},
		replace( before, now ) {
			if ( message === before ) {
				message = now;
				now.append( widgetElement( button ) );
			}
		}
	};
}
