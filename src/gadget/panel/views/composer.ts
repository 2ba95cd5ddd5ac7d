import { MAX_MESSAGE_LENGTH } from '../../../protocol/question.ts';
import { cleanText } from '../viewmodels/clean-text.ts';
import { applyMention, completeMention } from '../viewmodels/mention-completion.ts';
import type { PanelState } from '../viewmodels/panel-state.ts';
import { isPlain } from '../viewmodels/plain-words.ts';
import { findEntry, helperNames } from '../viewmodels/timeline.ts';
import { wrapSelection } from '../viewmodels/wrap-selection.ts';
import { element, followDirection, iconButton, isolate, setVisible, widgetElement } from './dom.ts';
import type { ViewContext } from './view-context.ts';

/** From so many characters on they are counted in sight. */
const NEARLY_FULL = MAX_MESSAGE_LENGTH - 100;
const MARKS: Readonly<Record<string, string>> = { b: '**', i: '*' };

export interface Composer {
	/** The field and its buttons. */
	readonly line: HTMLElement;
	/** In the order in which they stand. */
	readonly elements: readonly HTMLElement[];
	update( state: PanelState ): void;
	focus(): void;
}

/** The field to write in, what the message is for, and the names that go on with what is written. */
export function createComposer( { panel, messages, direction, formatNumber, formatting, pickEmoji }: ViewContext ): Composer {
	let isTooLong = false;
	const field = new OO.ui.MultilineTextInputWidget( {
		rows: 1, maxRows: 5, autosize: !CSS.supports( 'field-sizing', 'content' ), value: panel.state.value.composer,
		placeholder: messages( 'composer-label' ), classes: [ 'askforhelp-composer-field' ],
		// OOUI asks by itself at each change, and keeps aria-invalid.
		validate: () => !isTooLong
	} );
	const textarea = field.$input[ 0 ] as HTMLTextAreaElement;
	const send = iconButton( 'askforhelpSend', messages( 'composer-send' ), () => panel.sendMessage(), {
		flags: [ 'progressive' ], classes: [ 'askforhelp-send' ]
	} );
	const tooLong = element( 'div', 'askforhelp-field-problem' );
	tooLong.setAttribute( 'role', 'alert' );
	const counter = element( 'div', 'askforhelp-counter' );
	const line = element( 'div', 'askforhelp-composer' );
	line.append( widgetElement( field ), widgetElement( send ) );
	if ( pickEmoji ) {
		const emoji = iconButton( 'askforhelpEmoji', messages( 'emoji-choose' ), () => {
			void pickEmoji( emoji.$button[ 0 ]!, ( sign ) => insert( sign, textarea.selectionStart, textarea.selectionEnd ), textarea )
				.then( ( picker ) => {
					if ( !picker ) {
						tooLong.textContent = messages( 'problem-not-loaded' );
					}
				} );
		}, { classes: [ 'askforhelp-emoji-open' ] } );
		emoji.$button.attr( { 'aria-haspopup': 'dialog', 'aria-expanded': 'false' } );
		field.$element.append( emoji.$element );
	}

	const writing = element( 'div', 'askforhelp-writing' );
	const writingText = element( 'div', 'askforhelp-writing-text' );
	writing.id = 'askforhelp-writing';
	const leave = iconButton( 'askforhelpClose', messages( 'login-cancel' ), () => {
		panel.leaveWriting();
		focus();
	} );
	writing.append( writingText, widgetElement( leave ) );
	textarea.setAttribute( 'aria-label', messages( 'composer-label' ) );
	textarea.setAttribute( 'aria-describedby', writing.id );

	const names = element( 'ul', 'askforhelp-names' );
	names.id = 'askforhelp-names';
	names.setAttribute( 'role', 'listbox' );
	names.setAttribute( 'aria-label', messages( 'mention-label' ) );
	names.hidden = true;
	textarea.setAttribute( 'aria-autocomplete', 'list' );
	textarea.setAttribute( 'aria-controls', names.id );
	let candidates: readonly string[] = [];
	let chosen = 0;
	let start = 0;

	function choose( index: number ): void {
		chosen = ( index + candidates.length ) % candidates.length;
		[ ...names.children ].forEach( ( option, place ) => option.setAttribute( 'aria-selected', String( place === chosen ) ) );
		textarea.setAttribute( 'aria-activedescendant', `askforhelp-name-${ chosen }` );
	}

	function complete( isWanted = true ): void {
		const found = isWanted && textarea.selectionStart === textarea.selectionEnd ?
				completeMention( textarea.value, textarea.selectionEnd, helperNames( panel.state.value.entries ) ) :
			undefined;
		candidates = found?.candidates ?? [];
		start = found?.start ?? 0;
		names.replaceChildren( ...candidates.map( ( name, index ) => {
			const option = element( 'li', 'askforhelp-name-option', name );
			option.id = `askforhelp-name-${ index }`;
			option.dir = 'auto';
			option.setAttribute( 'role', 'option' );
			// A click would take the focus out of the field first.
			option.addEventListener( 'mousedown', ( event ) => {
				event.preventDefault();
				choose( index );
				mention();
			} );
			return option;
		} ) );
		setVisible( names, candidates.length > 0 );
		if ( candidates.length > 0 ) {
			choose( 0 );
		} else {
			textarea.removeAttribute( 'aria-activedescendant' );
		}
	}

	/** Types for the newcomer, so that undo takes it back; where a browser cannot, the text is set. */
	function insert( text: string, from: number, to: number ): void {
		textarea.setSelectionRange( from, to );

		if ( !document.execCommand( 'insertText', false, text ) ) {
			textarea.setRangeText( text, from, to, 'end' );
			textarea.dispatchEvent( new InputEvent( 'input', { bubbles: true } ) );
		}
	}

	function mention(): void {
		const name = candidates[ chosen ];
		if ( name !== undefined ) {
			const cursor = textarea.selectionEnd;
			const { text, cursor: next } = applyMention( textarea.value, cursor, start, name );
			insert( text.slice( start, next ), start, cursor + ( textarea.value.length - cursor ) - ( text.length - next ) );
			complete( false );
		}
	}

	/** @returns whether the key was for the names */
	function handleInNames( key: string ): boolean {
		if ( candidates.length === 0 ) {
			return false;
		}
		switch ( key ) {
			case 'ArrowDown': choose( chosen + 1 ); return true;
			case 'ArrowUp': choose( chosen - 1 ); return true;
			case 'Enter': case 'Tab': mention(); return true;
			case 'Escape': complete( false ); return true;
			default: return false;
		}
	}

	/** @returns whether the key was for the composer */
	function handle( event: KeyboardEvent ): boolean {
		const { composer, editing, replyTo } = panel.state.value;
		const mark = event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey ? MARKS[ event.key.toLowerCase() ] : undefined;
		if ( handleInNames( event.key ) ) {
			return true;
		}
		if ( mark !== undefined ) {
			const { selectionStart: from, selectionEnd: to, value: text } = textarea;
			const wrapped = wrapSelection( { text, start: from, end: to }, mark );
			insert( wrapped.inserted, from, to );
			textarea.setSelectionRange( wrapped.start, wrapped.end );
			return true;
		}
		if ( event.key === 'Enter' && !event.shiftKey ) {
			panel.sendMessage();
			return true;
		}
		if ( event.key === 'ArrowUp' && composer === '' && editing === undefined ) {
			panel.startEdit();
			return true;
		}
		if ( event.key === 'Escape' && ( editing !== undefined || replyTo !== undefined ) ) {
			panel.leaveWriting();
			return true;
		}
		return false;
	}

	textarea.addEventListener( 'keydown', ( event ) => {
		// An Enter that ends an input method's composition is not for us.
		if ( !event.isComposing && handle( event ) ) {
			event.preventDefault();
			event.stopPropagation();
		}
	} );
	field.on( 'change', ( value: string ) => {
		panel.setComposer( value );
		if ( !isPlain( { text: value } ) ) {
			// It is there by the time that this is sent.
			void formatting.load();
		}
		complete( document.activeElement === textarea );
	} );
	textarea.addEventListener( 'blur', () => complete( false ) );

	function focus(): void {
		field.focus();
		textarea.setSelectionRange( textarea.value.length, textarea.value.length );
	}

	function writingFor( { editing, replyTo, entries }: PanelState ): string {
		if ( editing !== undefined ) {
			return messages( 'writing-edit' );
		}
		if ( replyTo === undefined ) {
			return '';
		}
		const entry = findEntry( entries, replyTo );
		switch ( entry?.kind ) {
			case 'helper': return messages( 'writing-reply', messages( 'quote', isolate( entry.name ), isolate( cleanText( entry.text ) ) ) );
			case 'own': return messages( 'writing-reply', isolate( cleanText( entry.text ) ) );
			default: return messages( entry ? 'quote-deleted' : 'quote-earlier' );
		}
	}

	return {
		line,
		elements: [ names, writing, counter, tooLong, line ],
		focus,
		update( state ) {
			const { composer, connection } = state;
			if ( field.getValue() !== composer ) {
				field.setValue( composer );
			}
			followDirection( textarea, direction );
			const purpose = writingFor( state );
			if ( writingText.textContent !== purpose ) {
				writingText.textContent = purpose;
				writingText.title = purpose;
			}
			setVisible( writing, purpose !== '' && connection !== 'ended' );
			const excess = composer.length - MAX_MESSAGE_LENGTH;
			const text = excess > 0 ? messages( 'question-too-long', excess ) : '';
			if ( tooLong.textContent !== text ) {
				tooLong.textContent = text;
			}
			counter.textContent = composer.length < NEARLY_FULL ? '' :
					messages( 'question-counter', formatNumber( composer.length ), formatNumber( MAX_MESSAGE_LENGTH ) );
			counter.classList.toggle( 'askforhelp-counter-over', excess > 0 );
			isTooLong = excess > 0;
			field.setValidityFlag( !isTooLong );
			send.setDisabled( composer.trim() === '' || excess > 0 || connection === 'ended' );
			setVisible( line, connection !== 'ended' );
		}
	};
}
