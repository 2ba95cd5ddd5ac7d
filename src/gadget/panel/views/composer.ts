import { MAX_MESSAGE_LENGTH } from '../../../protocol/question.ts';
import { cleanText } from '../viewmodels/clean-text.ts';
import type { PanelState } from '../viewmodels/panel-state.ts';
import { isPlain } from '../viewmodels/plain-words.ts';
import { findEntry } from '../viewmodels/timeline.ts';
import { element, followDirection, iconButton, isolate, setVisible, widgetElement } from './dom.ts';
import { UNASKED } from './missing-part.ts';
import type { NameList } from './name-list.ts';
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
export function createComposer( { panel, messages, direction, formatNumber, formatting, loadTools, pickEmoji }: ViewContext ): Composer {
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
			void pickEmoji( emoji.$button[ 0 ]!, ( sign ) => insert( sign, textarea.selectionStart, textarea.selectionEnd ), textarea );
		}, { classes: [ 'askforhelp-emoji-open' ] } );
		emoji.$button.attr( { 'aria-haspopup': 'dialog', 'aria-expanded': 'false' } );
		field.$element.append( emoji.$element );
	}

	const writing = element( 'div', 'askforhelp-writing' );
	const writingText = element( 'div', 'askforhelp-writing-text' );
	writing.id = 'askforhelp-writing';
	const leave = iconButton( 'askforhelpClose', messages( 'cancel' ), () => {
		panel.leaveWriting();
		textarea.focus();
	} );
	writing.append( writingText, widgetElement( leave ) );
	textarea.setAttribute( 'aria-label', messages( 'composer-label' ) );
	textarea.setAttribute( 'aria-describedby', writing.id );

	let names: NameList | undefined;
	const namesPlace = element( 'div', '' );

	async function complete( isWanted = true ): Promise<void> {
		if ( !names && isWanted && textarea.value.includes( '@' ) ) {
			const tools = await loadTools( UNASKED );
			names ??= tools?.createNameList( textarea, { panel, messages, insert } );
			namesPlace.replaceChildren( ...( names ? [ names.element ] : [] ) );
			isWanted = document.activeElement === textarea;
		}
		names?.complete( isWanted );
	}

	/** Types for the newcomer, so that undo takes it back; where a browser cannot, the text is set. */
	function insert( text: string, from: number, to: number ): void {
		// What types for the newcomer types wherever the focus is.
		textarea.focus();
		textarea.setSelectionRange( from, to );
		if ( !document.execCommand( 'insertText', false, text ) ) {
			textarea.setRangeText( text, from, to, 'end' );
			textarea.dispatchEvent( new InputEvent( 'input', { bubbles: true } ) );
		}
	}

	async function wrap( mark: string ): Promise<void> {
		const { selectionStart: from, selectionEnd: to, value: text } = textarea;
		const tools = await loadTools();
		// Who has gone on meanwhile, here or in the editor, is not disturbed.
		if ( tools && textarea.value === text && document.activeElement === textarea ) {
			const wrapped = tools.wrapSelection( { text, start: from, end: to }, mark );
			insert( wrapped.inserted, from, to );
			textarea.setSelectionRange( wrapped.start, wrapped.end );
		}
	}

	/** @returns whether the key was for the composer */
	function handle( event: KeyboardEvent ): boolean {
		const { composer, editing, replyTo } = panel.state.value;
		const mark = event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey ? MARKS[ event.key.toLowerCase() ] : undefined;
		if ( names?.handle( event.key ) ) {
			return true;
		}
		if ( mark !== undefined ) {
			void wrap( mark );
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
		void complete( document.activeElement === textarea );
	} );
	textarea.addEventListener( 'blur', () => void complete( false ) );

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
		elements: [ namesPlace, writing, counter, tooLong, line ],
		focus: () => textarea.focus(),
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
