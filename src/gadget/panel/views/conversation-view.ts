import type { PanelState } from '../viewmodels/panel-state.ts';
import { answersAfter } from '../viewmodels/rows.ts';
import { createComposer } from './composer.ts';
import { element, isolate, linkButton, PRIMARY, setVisible, widgetElement, wordButton } from './dom.ts';
import { helpPageLink } from './help-page-link.ts';
import type { MessageList } from './message-list.ts';
import { createMessageList } from './message-list.ts';
import { createMissingPart } from './missing-part.ts';
import { createPictureDock } from './picture-dock.ts';
import { notice } from './notice.ts';
import type { CreateView, ViewContext } from './view-context.ts';
import { createWaitingNotice } from './waiting-notice.ts';

/** How near to its end, in px, the list counts as being read at its end. */
const END_TOLERANCE_PX = 24;
/** How near to the edge of what is drawn more is wanted. */
const EDGE_PX = 400;

/** What stands before the messages: the way to earlier ones, or that there are none; in place of all of them, that they load. */
function createBeginning( { messages }: ViewContext, list: MessageList, onMore: () => void ) {
	const root = element( 'div', 'askforhelp-beginning' );
	const text = element( 'span', 'askforhelp-small' );
	text.setAttribute( 'role', 'status' );
	const button = linkButton( '', onMore );
	root.append( text, ' ', button );
	let shown: string | undefined;
	/** Of a short conversation one sees where it begins. */
	let isLong = false;
	return {
		element: root,
		update( { earlier, connection }: PanelState ): void {
			const isEmpty = !list.element.firstChild;
			const now = list.hasMore ? 'more' : earlier;
			isLong ||= now === 'more';
			const words = now === 'loading' || ( isEmpty && now === 'unknown' && connection === 'online' ) ? messages( 'starting' ) :
				now === 'failed' ? messages( 'earlier-failed' ) :
					now === 'all' && ( isLong || isEmpty ) ? messages( 'earlier-all' ) : '';
			const label = now === 'more' ? messages( 'earlier-more' ) : now === 'failed' ? messages( 'try-again' ) : '';
			if ( shown !== words + label ) {
				shown = words + label;
				text.textContent = words;
				button.textContent = label;
				setVisible( button, label !== '' );
				setVisible( root, shown !== '' );
			}
		}
	};
}

/** The conversation: messages with their state, newest in view unless one scrolled up, and a field to write. */
export const createConversationView: CreateView = ( all ) => {
	const { panel, messages, loadTools, loadPictures, pickEmoji } = all;
	const [ missing, telling ] = createMissingPart( all );
	const context = Object.assign( {}, all, {
		loadTools: telling( loadTools ), loadPictures: telling( loadPictures ), pickEmoji: pickEmoji && telling( pickEmoji )
	} );
	const root = element( 'div', 'askforhelp-screen askforhelp-screen-conversation' );
	const scroller = element( 'div', 'askforhelp-scroller' );
	scroller.setAttribute( 'role', 'group' );
	scroller.setAttribute( 'aria-label', messages( 'messages-label' ) );
	const composer = createComposer( context );
	const list = createMessageList( context, composer.focus );
	const beginning = createBeginning( context, list, showEarlier );
	const waiting = createWaitingNotice( context );
	// Seen, but not read aloud: it comes and goes.
	const typing = element( 'div', 'askforhelp-typing' );
	scroller.append( beginning.element, list.element, waiting.element, typing );

	// What helpers say, each once, and that one is next: one knows what one has written oneself.
	// Beside the panel: also while it is minimised or closed.
	const announcer = element( 'div', 'askforhelp-announcer' );
	announcer.lang = context.language;
	document.body.append( announcer );
	announcer.setAttribute( 'role', 'log' );
	announcer.setAttribute( 'aria-live', 'polite' );

	const newMessages = wordButton( '', () => {
		list.showNewest();
		scrollToEnd();
		composer.focus();
	}, { flags: [ 'progressive' ], classes: [ 'askforhelp-new-messages' ] } );

	const banner = element( 'div', 'askforhelp-banner' );
	banner.setAttribute( 'role', 'status' );

	const pictures = createPictureDock( root, {
		messages, loadPictures: context.loadPictures,
		onToggle( isOpen, hadFocus ) {
			composer.elements.forEach( ( node ) => node.classList.toggle( 'askforhelp-covered', isOpen ) );
			if ( isOpen ) {
				// In a low window, what to mind is read before.
				root.scrollTop = root.scrollHeight;
			}
			if ( hadFocus ) {
				composer.focus();
			}
		}
	} );
	composer.line.prepend( pictures.button );
	root.append( scroller, widgetElement( newMessages ), banner, missing, pictures.slot, ...composer.elements, list.menu );

	let isAtEnd = true;
	let newAnswers = 0;
	let bannerKind = '';
	let isLoading = false;
	let lastTop = 0;
	/** What is to be read aloud. */
	let unsaid: string[] = [];

	function updateJump(): void {
		if ( scroller.clientHeight === 0 ) {
			// Minimised, or closed: where one was reading stays.
			return;
		}
		const left = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
		isAtEnd = left <= END_TOLERANCE_PX && !list.hasNewer;
		newAnswers = isAtEnd ? 0 : newAnswers;
		newMessages.setLabel( newAnswers > 0 ? messages( 'messages-new', newAnswers ) : messages( 'messages-newest' ) );
		newMessages.toggle( !isAtEnd && ( newAnswers > 0 || list.hasNewer || left > scroller.clientHeight ) );
	}
	function scrollToEnd(): void {
		scroller.scrollTop = scroller.scrollHeight;
		isAtEnd = true;
		updateJump();
	}
	/** What is read stays where it is, whatever comes before it or goes. */
	function keepingPlace( change: () => void ): void {
		const { bottom } = scroller.getBoundingClientRect();
		const place = ( node: Element ): number => node.getBoundingClientRect().top;
		// The last one in sight: those at the edges of what is drawn may look different afterwards.
		const anchor = [ ...list.element.children ].reverse().find( ( node ) => place( node ) < bottom );
		const before = anchor ? place( anchor ) : 0;
		change();
		scroller.scrollTop += anchor?.isConnected ? place( anchor ) - before : 0;
	}
	function showEarlier(): void {
		const { activeElement } = document;
		keepingPlace( () => {
			if ( !list.showMore() ) {
				panel.loadEarlier();
			}
			beginning.update( panel.state.value );
		} );
		keepFocus( activeElement );
	}
	/** The button to earlier messages goes where there are no more. */
	function keepFocus( before: Element | null ): void {
		if ( before instanceof HTMLElement && beginning.element.contains( before ) && before.hidden ) {
			list.element.querySelector<HTMLElement>( '.askforhelp-message' )?.focus( { preventScroll: true } );
		}
	}
	scroller.addEventListener( 'scroll', () => {
		const { scrollTop } = scroller;
		// Only the newcomer goes up; what is drawn anew may begin at the top for a moment.
		const isUp = scrollTop < lastTop && scrollTop < EDGE_PX;
		const isDown = scrollTop > lastTop && scroller.scrollHeight - scrollTop - scroller.clientHeight < EDGE_PX;
		lastTop = scrollTop;
		if ( isUp && ( list.hasMore || panel.state.value.earlier === 'more' ) ) {
			showEarlier();
		} else if ( isDown && list.hasNewer ) {
			keepingPlace( list.showNewer );
		}
		updateJump();
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
		const now = `${ connection } ${ isLongOffline }`;
		if ( now === bannerKind ) {
			return;
		}
		bannerKind = now;
		if ( connection === 'online' ) {
			banner.replaceChildren();
			return;
		}
		const button = connection === 'logged-out' ? wordButton( messages( 'log-in-again' ), () => panel.openLogin(), PRIMARY ) :
			connection === 'ended' ? wordButton( messages( 'ask-again' ), () => panel.startOver(), PRIMARY ) : undefined;
		banner.replaceChildren(
			notice( 'warning', messages( connection === 'offline' && isLongOffline ? 'offline-long' : connection ) ),
			button ? widgetElement( button ) : '', helpPageLink( context )
		);
	}

	function updateTyping( { isTyping, connection, entries, muted }: PanelState ): void {
		const [ last ] = isTyping && connection === 'online' ? answersAfter( entries, undefined ).slice( -1 ) : [];
		const text = last && !muted.includes( last.speaker ) ? messages( 'typing', isolate( last.name ) ) : '';
		if ( typing.textContent !== text ) {
			typing.textContent = text;
		}
	}

	function updateList( state: PanelState ) {
		const wasLoading = isLoading;
		isLoading = state.earlier === 'loading';
		const change = list.update( state, isAtEnd );
		if ( wasLoading && !isLoading ) {
			const { activeElement } = document;
			keepingPlace( () => {
				list.showMore();
				beginning.update( state );
			} );
			keepFocus( activeElement );
		} else {
			beginning.update( state );
		}
		return change;
	}

	return {
		element: root,
		update( state ) {
			const wasAtEnd = isAtEnd;
			const { announcement, answers, hasNewOwn, hasNewLine } = updateList( state );
			unsaid.push( ...`${ announcement }\n${ waiting.update( state ) }`.split( '\n' ).filter( Boolean ) );
			// A window of the wiki's own keeps all else from being read.
			if ( unsaid.length > 0 && !state.isPaused ) {
				// Whoever browses the page shall not meet everything twice.
				announcer.replaceChildren( ...unsaid.map( ( text ) => element( 'p', '', text ) ) );
				unsaid = [];
			}
			updateTyping( state );
			// They take from the height of the list, which is at its end afterwards, too.
			updateBanner( state );
			composer.update( state );
			newAnswers += answers;
			const line = hasNewLine ? root.querySelector<HTMLElement>( '.askforhelp-unread-line' ) : null;
			if ( wasAtEnd || hasNewOwn ) {
				scrollToEnd();
				if ( line && line.offsetTop < scroller.scrollTop ) {
					scroller.scrollTop = line.offsetTop;
				}
			}
			updateJump();
		},
		focus: () => ( pictures.slot.querySelector( 'input' ) ?? composer ).focus(),
		dispose() {
			resizes?.disconnect();
			announcer.remove();
		}
	};
};
