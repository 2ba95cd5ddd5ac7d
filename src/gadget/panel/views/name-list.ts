import { applyMention, completeMention } from '../viewmodels/mention-completion.ts';
import { helperNames } from '../viewmodels/timeline.ts';
import { element, setVisible } from './dom.ts';
import type { ViewContext } from './view-context.ts';

export type NameListPorts = Pick<ViewContext, 'panel' | 'messages'> & {
	/** Types for the newcomer. */
	readonly insert: ( text: string, from: number, to: number ) => void;
};

/** Names of helpers that go on with what is being written after an `@`. */
export interface NameList {
	readonly element: HTMLElement;
	/** Looks anew what goes on with the words, or shows nothing. */
	complete( isWanted: boolean ): void;
	/** @returns whether the key was for the names */
	handle( key: string ): boolean;
}

export function createNameList( textarea: HTMLTextAreaElement, { panel, messages, insert }: NameListPorts ): NameList {
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

	function complete( isWanted: boolean ): void {
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

	function mention(): void {
		const name = candidates[ chosen ];
		if ( name !== undefined ) {
			const cursor = textarea.selectionEnd;
			const { text, cursor: next } = applyMention( textarea.value, cursor, start, name );
			insert( text.slice( start, next ), start, cursor + ( textarea.value.length - cursor ) - ( text.length - next ) );
			complete( false );
		}
	}

	return {
		element: names,
		complete,
		handle( key ) {
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
	};
}
