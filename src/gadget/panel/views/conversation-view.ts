import { MAX_MESSAGE_LENGTH } from '../../../protocol/question.ts';
import type { PanelState } from '../viewmodels/panel-state.ts';
import { readProgress } from '../viewmodels/timeline.ts';
import { element, followDirection, outsideLink, setVisible, widgetElement } from './dom.ts';
import { createMessageList } from './message-list.ts';
import type { NoticeKind } from './notice.ts';
import { notice } from './notice.ts';
import { createNotifyControl } from './notify-control.ts';
import type { CreateView } from './view-context.ts';

/** How near to its end, in px, the list counts as being read at its end. */
const END_TOLERANCE_PX = 24;

/** The conversation: messages with their state, newest in view unless one scrolled up, and a field to write. */
export const createConversationView: CreateView = ( context ) => {
	const { panel, messages, settings, pageUrl } = context;
	const root = element( 'div', 'askforhelp-screen askforhelp-screen-conversation' );
	const scroller = element( 'div', 'askforhelp-scroller' );
	scroller.tabIndex = 0;
	scroller.setAttribute( 'role', 'group' );
	scroller.setAttribute( 'aria-label', messages( 'messages-label' ) );
	const list = createMessageList( context );
	const afterList = element( 'div', 'askforhelp-after-list' );
	const notifyControl = createNotifyControl( context );
	scroller.append( list.element, afterList );

	// Only what helpers say, each once: one knows what one has written oneself.
	const announcer = element( 'div', 'askforhelp-announcer' );
	announcer.setAttribute( 'role', 'log' );
	announcer.setAttribute( 'aria-live', 'polite' );

	const newMessages = new OO.ui.ButtonWidget( { label: messages( 'messages-new' ), flags: [ 'progressive' ], classes: [ 'askforhelp-new-messages' ] } );
	newMessages.on( 'click', () => scrollToEnd() );

	const banner = element( 'div', 'askforhelp-banner' );
	banner.setAttribute( 'role', 'status' );

	let isTooLong = false;
	const field = new OO.ui.MultilineTextInputWidget( {
		rows: 1, value: panel.state.value.composer, placeholder: messages( 'composer-label' ), classes: [ 'askforhelp-composer-field' ],
		// OOUI asks by itself at each change, and keeps aria-invalid.
		validate: () => !isTooLong
	} );
	const textarea = field.$input[ 0 ] as HTMLTextAreaElement;
	textarea.setAttribute( 'aria-label', messages( 'composer-label' ) );
	field.on( 'change', ( value: string ) => panel.setComposer( value ) );
	const send = new OO.ui.ButtonWidget( {
		framed: false, icon: 'askforhelpSend', flags: [ 'progressive' ], label: messages( 'composer-send' ), invisibleLabel: true,
		title: messages( 'composer-send' ), classes: [ 'askforhelp-send' ]
	} );
	send.on( 'click', () => panel.sendMessage() );
	textarea.addEventListener( 'keydown', ( event ) => {
		// An Enter that ends an input method's composition is not for us.
		if ( event.key === 'Enter' && !event.shiftKey && !event.isComposing ) {
			event.preventDefault();
			panel.sendMessage();
		}
	} );
	const tooLong = element( 'div', 'askforhelp-field-problem' );
	tooLong.setAttribute( 'role', 'alert' );
	const composer = element( 'div', 'askforhelp-composer' );
	composer.append( widgetElement( field ), widgetElement( send ) );

	root.append( scroller, announcer, widgetElement( newMessages ), banner, tooLong, composer );

	let isAtEnd = true;
	let bannerKind = '';
	function scrollToEnd(): void {
		scroller.scrollTop = scroller.scrollHeight;
		isAtEnd = true;
		newMessages.toggle( false );
	}
	scroller.addEventListener( 'scroll', () => {
		isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= END_TOLERANCE_PX;
		if ( isAtEnd ) {
			newMessages.toggle( false );
		}
	} );
	newMessages.toggle( false );
	// A banner, a longer answer or the keyboard takes from its height; who reads the newest words goes on reading them.
	const resizes = window.ResizeObserver && new ResizeObserver( () => {
		if ( isAtEnd ) {
			scrollToEnd();
		}
	} );
	resizes?.observe( scroller );

	function updateBanner( { connection, isLongOffline }: PanelState ): void {
		const kind = `${ connection } ${ isLongOffline }`;
		if ( kind === bannerKind ) {
			return;
		}
		bannerKind = kind;
		const show = ( kind: NoticeKind, text: string, label?: string, onClick?: () => void ): void => {
			const parts: HTMLElement[] = [ notice( kind, text ) ];
			if ( label !== undefined && onClick ) {
				const button = new OO.ui.ButtonWidget( { label, flags: [ 'primary', 'progressive' ] } );
				button.on( 'click', onClick );
				parts.push( widgetElement( button ) );
			}
			if ( settings.helpPage !== '' ) {
				parts.push( outsideLink( messages( 'help-page' ), pageUrl( settings.helpPage ) ) );
			}
			banner.replaceChildren( ...parts );
		};
		switch ( connection ) {
			case 'online': return banner.replaceChildren();
			case 'offline': return show( 'warning', messages( isLongOffline ? 'offline-long' : 'offline' ) );
			case 'logged-out': return show( 'warning', messages( 'logged-out' ), messages( 'log-in-again' ), () => panel.openLogin() );
			case 'ended': return show( 'warning', messages( 'ended' ), messages( 'ask-again' ), () => panel.startOver() );
		}
	}

	return {
		element: root,
		update( state ) {
			const wasAtEnd = isAtEnd;
			const change = list.update( state );
			const { isWaiting } = readProgress( state.entries );
			if ( isWaiting !== ( afterList.childElementCount > 0 ) ) {
				const waiting = notice( 'neutral', messages( 'waiting-text' ), messages( 'waiting-title' ) );
				afterList.replaceChildren( ...( isWaiting ? [ waiting, notifyControl.element ] : [] ) );
			}
			notifyControl.update( state );
			if ( change.announcements.length > 0 ) {
				// Whoever browses the page shall not meet everything twice.
				announcer.replaceChildren( ...change.announcements.map( ( text ) => element( 'p', '', text ) ) );
			}
			if ( wasAtEnd || change.hasNewOwn ) {
				scrollToEnd();
			} else if ( change.announcements.length > 0 ) {
				newMessages.toggle( true );
			}
			updateBanner( state );
			if ( field.getValue() !== state.composer ) {
				field.setValue( state.composer );
			}
			followDirection( textarea, context.direction );
			const excess = state.composer.length - MAX_MESSAGE_LENGTH;
			const text = excess > 0 ? messages( 'question-too-long', excess ) : '';
			if ( tooLong.textContent !== text ) {
				tooLong.textContent = text;
			}
			isTooLong = excess > 0;
			field.setValidityFlag( !isTooLong );
			send.setDisabled( state.composer.trim() === '' || excess > 0 || state.connection === 'ended' );
			setVisible( composer, state.connection !== 'ended' );
		},
		focus: () => field.focus(),
		dispose: () => resizes?.disconnect()
	};
};
