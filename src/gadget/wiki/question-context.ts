import type { EditorKind, QuestionContext } from '../../protocol/question.ts';
import { activeTarget, visualKind, visualSection } from './visual-editor.ts';
import { textSection } from './wikitext-section.ts';

/** The part of the mobile site's `#/editor/…` address that names the section. */
const MOBILE_SECTION = /^#\/editor\/(\d+|T-\d+|all|new)/;

/** What is edited in another editor than VisualEditor. */
export type TextEditor = {
	readonly kind: EditorKind;
	readonly area: HTMLTextAreaElement;
	readonly revision: number;
	readonly section: string;
};

const find = <Found extends HTMLElement>( selector: string ): Found | null => document.querySelector<Found>( selector );
const field = ( name: string ): string => find<HTMLInputElement>( `#editform [name="${ name }"]` )?.value ?? '';

/** The editor that is open, when it is not VisualEditor. */
export function textEditor(): TextEditor | undefined {
	const mobile = find<HTMLTextAreaElement>( '.editor-overlay textarea.wikitext-editor' );
	if ( mobile ) {
		const [ , section = '' ] = MOBILE_SECTION.exec( location.hash ) ?? [];
		return { kind: 'mobile-source', area: mobile, revision: pageRevision(), section: section === 'all' ? '' : section };
	}
	const area = find<HTMLTextAreaElement>( '#wpTextbox1' );
	if ( !area ) {
		return undefined;
	}
	// Since the page was opened somebody else may have saved; the form says what its text began as.
	const revision = Number( field( 'oldid' ) ) || Number( field( 'editRevId' ) ) || Number( field( 'parentRevId' ) );
	return {
		kind: find( '.wikiEditor-ui' ) ? 'wikieditor' : 'textarea',
		area, revision: find( '#editform' ) ? revision : pageRevision(), section: field( 'wpSection' )
	};
}

function pageRevision(): number {
	return Number( mw.config.get( 'wgRevisionId' ) ) || 0;
}

/** CodeMirror, the one of the wiki's two versions that is there, hides the text area and keeps text and cursor to itself. */
export function shownText( area: HTMLTextAreaElement ): { readonly text: string; readonly cursor: number; readonly selected: string } {
	type Five = { getValue(): string; getCursor(): object; indexFromPos( position: object ): number; getSelection(): string };
	type Range = { readonly head: number; readonly from: number; readonly to: number };
	type Six = { readonly state: { readonly doc: object; readonly selection: { readonly main: Range } } };
	const five = find<HTMLElement & { CodeMirror?: Five }>( '.CodeMirror' )?.CodeMirror;
	if ( five ) {
		return { text: five.getValue(), cursor: five.indexFromPos( five.getCursor() ), selected: five.getSelection() };
	}
	const six = find<HTMLElement & { cmView?: { view?: Six }; cmTile?: { view?: Six } }>( '.cm-content' );
	const view = six?.cmView?.view ?? six?.cmTile?.view;
	if ( view ) {
		const text = String( view.state.doc );
		const { head, from, to } = view.state.selection.main;
		return { text, cursor: head, selected: text.slice( from, to ) };
	}
	const { value, selectionStart, selectionEnd } = area;
	return { text: value, cursor: selectionStart, selected: value.slice( selectionStart, selectionEnd ) };
}

function textEditorSection( { area, section }: TextEditor ): string {
	if ( section === 'new' ) {
		return ( find<HTMLInputElement>( '#wpSummary' )?.value ?? '' ).trim();
	}
	const { text, cursor } = shownText( area );
	return textSection( text, cursor, section !== '' && section !== '0' );
}

/** Reads where the newcomer is now. It only looks: nothing in the editor changes. */
export function readQuestionContext(): QuestionContext {
	const target = activeTarget();
	const editor = target ? undefined : textEditor();
	let section = '';
	try {
		section = target ? visualSection( target ) : editor ? textEditorSection( editor ) : '';
	} catch ( error ) {
		mw.log.warn( 'AskForHelp: the section is not known', error );
	}
	return {
		wiki: mw.config.get( 'wgWikiID' ) as string,
		page: ( mw.config.get( 'wgPageName' ) as string ).replace( /_/g, ' ' ),
		pageId: Number( mw.config.get( 'wgArticleId' ) ) || 0,
		section,
		revision: target ? target.revid ?? pageRevision() : editor?.revision ?? pageRevision(),
		editor: target ? visualKind( target ) : editor?.kind ?? 'none',
		language: mw.config.get( 'wgUserLanguage' ) as string
	};
}
