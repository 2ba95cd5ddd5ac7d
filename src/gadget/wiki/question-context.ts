import type { EditorKind, QuestionContext } from '../../protocol/question.ts';

type Range = { readonly start: number; readonly end: number };
type Heading = { getRange(): Range; getType(): string };
type VisualEditorTarget = {
	readonly active?: boolean;
	readonly revid?: number;
	readonly section?: number | string | null;
	getSurface(): {
		getMode(): string;
		getModel(): {
			getSelection(): { getCoveringRange?(): Range | null };
			getDocument(): {
				getNodesByType( type: string, sort: boolean ): Heading[];
				readonly data: { getText( maintainIndices: boolean, range: Range ): string };
			};
		};
	} | null;
};

function activeTarget(): VisualEditorTarget | undefined {
	const target = ( window as unknown as { ve?: { init?: { target?: VisualEditorTarget | null } } } ).ve?.init?.target;
	return target?.active ? target : undefined;
}

/** The last heading above the cursor; where only one section is edited, its own. */
function sectionHeading( target: VisualEditorTarget ): string {
	const model = target.getSurface()?.getModel();
	if ( !model ) {
		return '';
	}
	const document = model.getDocument();
	const headings = document.getNodesByType( 'mwHeading', true );
	const cursor = model.getSelection().getCoveringRange?.()?.start ?? 0;
	const isSectionEdit = target.section !== null && target.section !== undefined && target.section !== 'new';
	const above = headings.filter( ( heading ) => heading.getRange().start <= cursor ).pop() ??
		( isSectionEdit ? headings[ 0 ] : undefined );
	return above ? document.data.getText( false, above.getRange() ).trim() : '';
}

function editorKind( target: VisualEditorTarget | undefined ): EditorKind {
	if ( target ) {
		return target.getSurface()?.getMode() === 'source' ? 'visualeditor-source' : 'visualeditor';
	}
	if ( document.querySelector( '#wpTextbox1' ) ) {
		return document.querySelector( '.wikiEditor-ui' ) ? 'wikieditor' : 'textarea';
	}
	return 'none';
}

/** Reads where the newcomer is now. It only looks: nothing in the editor changes. */
export function readQuestionContext(): QuestionContext {
	const target = activeTarget();
	let section = '';
	try {
		section = target ? sectionHeading( target ) : '';
	} catch ( error ) {
		mw.log.warn( 'AskForHelp: the section is not known', error );
	}
	return {
		wiki: mw.config.get( 'wgWikiID' ) as string,
		page: ( mw.config.get( 'wgPageName' ) as string ).replace( /_/g, ' ' ),
		pageId: Number( mw.config.get( 'wgArticleId' ) ) || 0,
		section,
		revision: target?.revid ?? ( Number( mw.config.get( 'wgRevisionId' ) ) || 0 ),
		editor: editorKind( target ),
		language: mw.config.get( 'wgUserLanguage' ) as string
	};
}
