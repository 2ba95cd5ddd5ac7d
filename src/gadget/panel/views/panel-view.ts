import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import { isHidden } from '../viewmodels/hiding.ts';
import type { PanelState, Screen } from '../viewmodels/panel-state.ts';
import { element, iconButton, linkButton, setVisible, widgetElement } from './dom.ts';
import { createHarassmentEntry } from './harassment-entry.ts';
import { createHeaderMenu } from './header-menu.ts';
import { fitAboveKeyboard } from './keyboard.ts';
import { lazyView } from './lazy-view.ts';
import { createLoginView } from './login-view.ts';
import { makeMovable } from './movable.ts';
import { createQuestionView } from './question-view.ts';
import { createOpeningView, createProblemView, createStartingView } from './simple-views.ts';
import { makeSheetRoom } from './sheet-room.ts';
import { statusDot, statusText } from './status-line.ts';
import type { CreateView, View, ViewContext } from './view-context.ts';

type DrawnScreen = Screen | 'hide' | 'leave' | 'privacy';

const SCREENS: Readonly<Record<DrawnScreen, CreateView>> = {
	starting: createStartingView,
	question: createQuestionView,
	login: createLoginView,
	opening: createOpeningView,
	conversation: lazyView( ( { loadTalk } ) => loadTalk().then( ( talk ) => talk?.createConversationView ) ),
	problem: createProblemView,
	hide: lazyView( ( { loadControl } ) => loadControl().then( ( control ) => control?.createHideView ) ),
	leave: lazyView( ( { loadControl } ) => loadControl().then( ( control ) => control?.createLeaveView ) ),
	privacy: lazyView( ( { loadControl } ) => loadControl().then( ( control ) => control?.createPrivacyView ) )
};

/** What the newcomer wants to change comes before the chat. */
function drawnScreen( { hiding, leaving, privacy, screen }: PanelState ): DrawnScreen {
	return hiding !== undefined ? 'hide' : leaving !== undefined ? 'leave' : privacy !== undefined ? 'privacy' : screen;
}

/** What the editor must not see: it listens on the document for keys, the clipboard and drops. */
const CONTAINED_EVENTS = [ 'keydown', 'keyup', 'keypress', 'copy', 'cut', 'paste', 'beforeinput', 'input', 'compositionstart', 'compositionend', 'drop', 'dragover' ];

export interface PanelView {
	/** Moves the focus into the panel, and remembers where it was. */
	takeFocus(): void;
}

/**
 * Puts the panel on the page: a light dialog beside the editor, never over its focus, scroll or selection.
 *
 * @param parent where it is appended
 */
export function mountPanelView( context: ViewContext, parent: HTMLElement ): PanelView {
	const { panel, messages, direction } = context;
	const root = element( 'div', 'askforhelp-panel' );
	root.lang = context.language;
	root.dir = direction;
	root.setAttribute( 'role', 'dialog' );
	root.setAttribute( 'aria-labelledby', 'askforhelp-title' );
	root.setAttribute( 'aria-describedby', 'askforhelp-status' );

	const title = element( 'h2', 'askforhelp-title', messages( 'title' ) );
	title.id = 'askforhelp-title';
	const status = element( 'div', 'askforhelp-status' );
	status.id = 'askforhelp-status';
	const titles = element( 'div', 'askforhelp-titles' );
	titles.append( title, status );

	const minimise = iconButton( '', '', () => panel.toggleMinimised(), { classes: [ 'askforhelp-minimise' ] } );
	const close = iconButton( 'askforhelpClose', messages( 'close' ), leave, { classes: [ 'askforhelp-close' ] } );
	const header = element( 'div', 'askforhelp-header' );
	header.append( titles, createHeaderMenu( context, () => movable.moveAside() ), widgetElement( minimise ), widgetElement( close ) );
	const body = element( 'div', 'askforhelp-body' );
	// Above all that is said to another team than the general one.
	const teamBar = element( 'div', 'askforhelp-bar askforhelp-team' );
	const teamText = element( 'span', '', `${ messages( 'harassment-title' ) } ` );
	teamBar.append( teamText, linkButton( messages( 'harassment-back' ), () => panel.showTeam( DEFAULT_TEAM ) ) );
	const forgetful = element( 'div', 'askforhelp-bar', messages( 'forgetful' ) );
	// Where people talk to each other, this is first of all.
	const harassmentBar = element( 'div', 'askforhelp-bar', `${ messages( 'harassment-first' ) } ` );
	const harassment = context.isTalkOrHistory && createHarassmentEntry( context );
	harassmentBar.append( harassment || '' );
	root.append( header, teamBar, harassmentBar, forgetful, body );

	/** The screen, which stays as it is while something comes before it, and that. */
	const views = new Map<string, View>();
	/** Which of them is seen. */
	let view: View | undefined;
	let giveFocusBack: ( () => void ) | undefined;

	function leave(): void {
		const hadFocus = root.contains( document.activeElement );
		panel.close();
		if ( hadFocus ) {
			giveFocusBack?.();
		}
		giveFocusBack = undefined;
	}

	root.addEventListener( 'focusin', ( { relatedTarget } ) => {
		if ( !( relatedTarget instanceof Node && root.contains( relatedTarget ) ) ) {
			if ( panel.state.value.screen === 'question' ) {
				panel.lookAround();
			}
			context.releaseEditor();
		}
	} );
	for ( const type of CONTAINED_EVENTS ) {
		root.addEventListener( type, ( event ) => {
			event.stopPropagation();
			if ( ( event as DragEvent ).dataTransfer?.types.includes( 'Files' ) ) {
				// Else the browser opens what is dropped in place of the page, and the edit is gone.
				event.preventDefault();
			}
			if ( event instanceof KeyboardEvent && type === 'keydown' && event.key === 'Escape' && !event.isComposing && !event.defaultPrevented ) {
				// A menu that is open has closed itself with it.
				event.preventDefault();
				leave();
			}
		} );
	}

	function update( state: PanelState ): void {
		// The button belongs to the page and to the launcher; until the next page, this hides it.
		document.documentElement.classList.toggle( 'askforhelp-hidden', isHidden( state.hiding ) );
		setVisible( root, state.window !== 'closed' );
		root.classList.toggle( 'askforhelp-minimised', state.window === 'minimised' );
		root.classList.toggle( 'askforhelp-unread', state.unread > 0 );
		const name = messages( state.window === 'minimised' ? 'expand' : 'minimise' );
		minimise.setLabel( name );
		minimise.setTitle( name );
		minimise.setIcon( state.window === 'minimised' ? 'askforhelpExpand' : 'askforhelpMinimise' );
		const screen = drawnScreen( state );
		root.dataset.screen = screen;
		root.dataset.connection = state.connection;
		const text = statusText( state, messages );
		if ( status.textContent !== text ) {
			status.textContent = text;
		}
		status.dataset.dot = text && ( statusDot( state ) ?? '' );
		const isInBar = [ teamBar, harassmentBar ].some( ( bar ) => bar.contains( document.activeElement ) );
		const isGeneral = state.team === DEFAULT_TEAM;
		setVisible( teamBar, !isGeneral );
		setVisible( harassmentBar, isGeneral && Boolean( harassment ) );
		// Where the line above says so already, once is enough.
		setVisible( teamText, text !== messages( 'harassment-title' ) );
		setVisible( forgetful, state.isForgetful );
		const hadFocus = body.contains( document.activeElement ) || document.activeElement === root || isInBar || screen !== state.screen;
		const wanted = [ screen, state.screen === 'conversation' ? state.screen : screen ].map( ( one ) => `${ state.team } ${ one }` );
		const before = view;
		views.forEach( ( one, name ) => {
			if ( !wanted.includes( name ) ) {
				one.dispose();
				one.element.remove();
				views.delete( name );
			}
		} );
		view = views.get( wanted[ 0 ]! );
		if ( !view ) {
			view = SCREENS[ screen ]( context );
			views.set( wanted[ 0 ]!, view );
			body.append( view.element );
		}
		views.forEach( ( one ) => one.update( state ) );
		if ( view !== before && hadFocus ) {
			// The focus was on something that is gone; it stays in the panel instead of falling to the page.
			focusView();
		}
	}

	function focusView(): void {
		view?.focus();
		// One that is still loading takes it as long as it is in the panel, and not on what cannot be seen any more.
		if ( !view?.element.contains( document.activeElement ) ) {
			root.focus( { preventScroll: true } );
		}
	}

	let focusBeforePause: Element | null = null;
	/** OOUI makes everything beside its open window inert. */
	function noticePause(): void {
		const isPaused = root.hasAttribute( 'inert' ) || root.getAttribute( 'aria-hidden' ) === 'true';
		if ( isPaused === panel.state.value.isPaused ) {
			return;
		}
		const { activeElement } = document;
		if ( isPaused ) {
			focusBeforePause = root.contains( activeElement ) ? activeElement : null;
		}
		panel.setPaused( isPaused );
		if ( !isPaused && focusBeforePause instanceof HTMLElement && ( !activeElement || activeElement === document.body ) ) {
			focusBeforePause.focus( { preventScroll: true } );
		}
	}
	new MutationObserver( noticePause ).observe( root, { attributeFilter: [ 'inert', 'aria-hidden' ] } );

	root.tabIndex = -1;
	parent.append( root );
	fitAboveKeyboard( root );
	update( panel.state.value );
	const movable = makeMovable( root, header, {
		start: panel.state.value.place, boxesToKeepClear: context.keepClear.boxes, onMoved: ( place ) => panel.moveTo( place )
	} );
	const makeRoom = makeSheetRoom( root, context.endOfPage );
	const fit = (): void => {
		movable.fit();
		makeRoom();
	};
	context.keepClear.watch( fit );
	fit();
	let shownWindow = panel.state.value.window;
	panel.state.subscribe( ( state ) => {
		update( state );
		if ( state.window !== shownWindow ) {
			// It is higher open than minimised.
			shownWindow = state.window;
			fit();
		}
	} );

	return {
		takeFocus() {
			if ( !root.contains( document.activeElement ) ) {
				giveFocusBack = context.rememberFocus();
			}
			focusView();
		}
	};
}
