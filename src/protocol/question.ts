import { isRecord } from './ids.ts';

/** Longest question or message, in UTF-16 code units as `<textarea maxlength>` counts them. */
export const MAX_MESSAGE_LENGTH = 1000;
/** Longest part of the page's text that goes with a question, in UTF-16 code units. */
export const MAX_SELECTION_LENGTH = 300;
const MAX_TOPIC_LENGTH = 60;
/** Key of the context in the content of the message event that carries it. */
export const CONTEXT_KEY = 'org.wikimedia.askforhelp.context';

export const EDITORS = [ 'visualeditor', 'visualeditor-source', 'wikieditor', 'textarea', 'mobile-visual', 'mobile-source', 'none' ] as const;
export type EditorKind = ( typeof EDITORS )[ number ];

/** Where the newcomer was when they asked, as their client says it: shown to helpers, never trusted for more. */
export type QuestionContext = {
	/** `wgWikiID`. */
	readonly wiki: string;
	/** Prefixed title with spaces, as `wgPageName` without underscores. */
	readonly page: string;
	/** `wgArticleId`; 0 for a page that does not exist yet. */
	readonly pageId: number;
	/** Heading of the section that is edited; empty for the lead or the whole page. */
	readonly section: string;
	/** `wgRevisionId` of the text that is edited; 0 when there is none. */
	readonly revision: number;
	readonly editor: EditorKind;
	/** `wgUserLanguage`, a MediaWiki language code. */
	readonly language: string;
	/** The words that were selected in the editor; absent for none. */
	readonly selection?: string;
	/** What the question is about, of the wiki's list of topics, in the helpers' language; absent for none. */
	readonly topic?: string;
};

/** Why a text cannot be sent, or `undefined` when it can. */
export function messageProblem( text: string ): 'empty' | 'too-long' | undefined {
	if ( text.trim() === '' ) {
		return 'empty';
	}
	return text.length > MAX_MESSAGE_LENGTH ? 'too-long' : undefined;
}

/** MediaWiki's own limit for a title is 255 bytes; a namespace name comes on top. */
const MAX_NAME_LENGTH = 512;

/** The beginning of a text, at most `length` UTF-16 code units; no character is cut in half, which could not be sent. */
export function firstPart( text: string, length: number ): string {
	return text.slice( 0, length ).replace( /[\ud800-\udbff]$/, '' );
}

function text( value: unknown ): string {
	return typeof value === 'string' ? firstPart( value, MAX_NAME_LENGTH ) : '';
}

function count( value: unknown ): number {
	return typeof value === 'number' && Number.isSafeInteger( value ) && value > 0 ? value : 0;
}

/** What can go with a question of a text that is selected: its beginning, in one line. */
export function readSelection( raw: unknown ): string {
	return typeof raw === 'string' ? firstPart( raw.slice( 0, 10_000 ).replace( /\s+/g, ' ' ).trim(), MAX_SELECTION_LENGTH ) : '';
}

/** Reads the context out of an event's content; wrong parts become empty, `undefined` when there is none at all. */
export function readQuestionContext( content: unknown ): QuestionContext | undefined {
	const raw = isRecord( content ) ? content[ CONTEXT_KEY ] : undefined;
	if ( !isRecord( raw ) || typeof raw.wiki !== 'string' ) {
		return undefined;
	}
	const editor = EDITORS.find( ( kind ) => kind === raw.editor ) ?? 'none';
	const selection = readSelection( raw.selection );
	const topic = firstPart( text( raw.topic ).trim(), MAX_TOPIC_LENGTH );
	return {
		wiki: text( raw.wiki ),
		page: text( raw.page ),
		pageId: count( raw.page_id ),
		section: text( raw.section ),
		revision: count( raw.revision ),
		editor,
		language: /^[a-z][a-z0-9-]{1,34}$/.test( text( raw.language ) ) ? text( raw.language ) : '',
		...( selection !== '' && { selection } ),
		...( topic !== '' && { topic } )
	};
}

/** The wire form of a context, to be spread into the content of a message event. */
export function writeQuestionContext( context: QuestionContext ): Record<string, unknown> {
	return {
		[ CONTEXT_KEY ]: {
			wiki: context.wiki,
			page: context.page,
			page_id: context.pageId,
			section: context.section,
			revision: context.revision,
			editor: context.editor,
			language: context.language,
			selection: context.selection,
			topic: context.topic
		}
	};
}
