import type { Messages } from '../../i18n/messages.ts';
import type { GridPlace } from '../viewmodels/emoji-grid.ts';
import { EMOJI_COLUMNS, emojiGroups, moveInGrid, withRecentEmoji } from '../viewmodels/emoji-grid.ts';
import { element } from './dom.ts';

export type EmojiPickerOptions = {
	/** The button that opens it, inside the panel; the focus goes back to it, unless there is a field. */
	readonly anchor: HTMLElement;
	/** What the emoji is for: it has the focus afterwards, and the button closes the choice, too. */
	readonly field?: HTMLElement | undefined;
	readonly messages: Messages;
	/** Called when it has closed, whatever the reason, and before `onChoose`. */
	readonly onClose?: ( () => void ) | undefined;
	readonly onChoose: ( emoji: string ) => void;
};

/** Distance from the button and from the panel's edges, in px. */
const GAP_PX = 4;
/** What is talked about stays in sight above it. */
const MAX_HEIGHT_PX = 320;

/** Makes the function that opens the picker; what was chosen last comes first, as long as the page is there. */
export function createEmojiPicker(): ( options: EmojiPickerOptions ) => { close(): void } {
	let recent: readonly string[] = [];
	let open: { readonly anchor: HTMLElement; close( givesFocusBack?: boolean ): void } | undefined;

	return ( { anchor, field, messages, onChoose, onClose } ) => {
		const before = open;
		before?.close( before.anchor === anchor );
		if ( before?.anchor === anchor ) {
			return before;
		}
		const panel = anchor.closest<HTMLElement>( '.askforhelp-panel' ) ?? document.body;
		const root = element( 'div', 'askforhelp-emoji' );
		root.setAttribute( 'role', 'dialog' );
		root.setAttribute( 'aria-label', messages( 'emoji-choose' ) );
		const grid = element( 'div', 'askforhelp-emoji-grid' );
		grid.setAttribute( 'role', 'grid' );
		grid.setAttribute( 'aria-label', messages( 'emoji-choose' ) );
		const lines: HTMLButtonElement[][] = [];
		const picker = open = { anchor, close };

		function close( givesFocusBack = false ): void {
			if ( open === picker ) {
				open = undefined;
				document.removeEventListener( 'pointerdown', onPointer, true );
				anchor.setAttribute( 'aria-expanded', 'false' );
				if ( givesFocusBack ) {
					( field ?? anchor ).focus();
				}
				root.remove();
				onClose?.();
			}
		}

		function onAway( target: EventTarget | null ): void {
			// That of a field closes it by itself.
			if ( target instanceof Node && !root.contains( target ) && !( field && anchor.contains( target ) ) ) {
				close();
			}
		}
		const onPointer = ( { target }: Event ): void => onAway( target );

		function choose( emoji: string ): void {
			recent = withRecentEmoji( recent, emoji );
			close( true );
			onChoose( emoji );
		}

		function drawLine( emoji: readonly string[] ): HTMLElement {
			const line = element( 'div', 'askforhelp-emoji-line' );
			line.setAttribute( 'role', 'row' );
			const buttons = emoji.map( ( one ) => {
				const button = element( 'button', 'askforhelp-emoji-button', one );
				button.type = 'button';
				button.tabIndex = -1;
				button.addEventListener( 'click', () => choose( one ) );
				const cell = element( 'div', '' );
				cell.setAttribute( 'role', 'gridcell' );
				cell.append( button );
				line.append( cell );
				return button;
			} );
			lines.push( buttons );
			return line;
		}

		const groups = recent.length === 0 ? emojiGroups() : [ { name: 'emoji-recent', emoji: recent } as const, ...emojiGroups() ];
		grid.append( ...groups.map( ( { name, emoji } ) => {
			const label = messages( name );
			const group = element( 'div', 'askforhelp-emoji-group' );
			group.setAttribute( 'role', 'rowgroup' );
			group.setAttribute( 'aria-label', label );
			const heading = element( 'div', 'askforhelp-small', label );
			// It is the name of the group already.
			heading.setAttribute( 'aria-hidden', 'true' );
			group.append( heading );
			for ( let start = 0; start < emoji.length; start += EMOJI_COLUMNS ) {
				group.append( drawLine( emoji.slice( start, start + EMOJI_COLUMNS ) ) );
			}
			return group;
		} ) );
		root.append( grid );

		function placeOf( button: EventTarget | null ): GridPlace {
			const line = Math.max( 0, lines.findIndex( ( buttons ) => buttons.some( ( one ) => one === button ) ) );
			return { line, column: Math.max( 0, lines[ line ]!.findIndex( ( one ) => one === button ) ) };
		}
		function focus( { line, column }: GridPlace ): void {
			for ( const button of lines.flat() ) {
				button.tabIndex = -1;
			}
			const button = lines[ line ]![ column ]!;
			button.tabIndex = 0;
			button.focus();
		}

		root.addEventListener( 'keydown', ( event ) => {
			const place = moveInGrid(
				lines.map( ( { length } ) => length ), placeOf( event.target ), event.key, event.ctrlKey, getComputedStyle( root ).direction as 'ltr' | 'rtl'
			);
			if ( event.key === 'Tab' ) {
				// It goes on from the button.
				close( true );
				return;
			}
			if ( event.key === 'Escape' ) {
				close( true );
			} else if ( place ) {
				focus( place );
			} else {
				return;
			}
			// Escape closes this and nothing else.
			event.stopPropagation();
			event.preventDefault();
		} );
		root.addEventListener( 'focusout', ( { relatedTarget } ) => {
			onAway( relatedTarget );
		} );
		document.addEventListener( 'pointerdown', onPointer, true );

		// Where there is more room, above the button or below it; what is written stays in sight.
		const around = panel.getBoundingClientRect();
		const { top, bottom } = ( field ?? anchor ).getBoundingClientRect();
		// The header stays in reach in a low window, too.
		const { top: start } = ( panel.querySelector( '.askforhelp-body' ) ?? panel ).getBoundingClientRect();
		const [ above, below ] = [ top - start, around.bottom - bottom ];
		root.style.maxBlockSize = `${ Math.min( MAX_HEIGHT_PX, Math.max( above, below ) - 2 * GAP_PX ) }px`;
		root.style[ above > below ? 'bottom' : 'top' ] = `${ ( above > below ? around.bottom - top : bottom - around.top ) + GAP_PX }px`;
		panel.append( root );
		anchor.setAttribute( 'aria-expanded', 'true' );
		focus( { line: 0, column: 0 } );
		return picker;
	};
}
