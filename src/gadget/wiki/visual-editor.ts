import type { EditorKind } from '../../protocol/question.ts';
import { textSection } from './wikitext-section.ts';

type Range = { readonly start: number; readonly end: number };
type Heading = { getRange(): Range; getType(): string };

/** As much of VisualEditor's target as is asked of it here. */
export type VisualEditorTarget = {
	readonly active?: boolean;
	readonly revid?: number;
	readonly section?: number | string | null;
	/** Where the heading of a new section is written. */
	readonly sectionTitle?: { getValue(): string } | null;
	readonly $element?: ArrayLike<HTMLElement>;
	getSurface(): {
		getMode(): string;
		getModel(): {
			/** In source mode: the wikitext. */
			getDom?(): string;
			getSourceOffsetFromOffset?( offset: number ): number;
			getSelection(): { getCoveringRange?(): Range | null };
			getDocument(): {
				getNodesByType( type: string, sort: boolean ): Heading[];
				readonly data: { getText( maintainIndices: boolean, range: Range ): string };
			};
		};
	} | null;
};

/** VisualEditor, while it is open; it stays in the page when it is closed. */
export function activeTarget(): VisualEditorTarget | undefined {
	const target = ( window as unknown as { ve?: { init?: { target?: VisualEditorTarget | null } } } ).ve?.init?.target;
	// On a phone it goes on calling itself active when its overlay has been closed.
	return target?.active && target.$element?.[ 0 ]?.isConnected !== false ? target : undefined;
}

/** Which of VisualEditor's editors it is. */
export function visualKind( target: VisualEditorTarget ): EditorKind {
	if ( document.querySelector( '.editor-overlay-ve' ) ) {
		return 'mobile-visual';
	}
	return target.getSurface()?.getMode() === 'source' ? 'visualeditor-source' : 'visualeditor';
}

/** The last heading above the cursor; where only one section is edited, its own. */
export function visualSection( target: VisualEditorTarget ): string {
	const surface = target.getSurface();
	if ( target.section === 'new' ) {
		return target.sectionTitle?.getValue().trim() ?? '';
	}
	if ( !surface ) {
		return '';
	}
	const model = surface.getModel();
	const isSection = Boolean( Number( target.section ) );
	const cursor = model.getSelection().getCoveringRange?.()?.start ?? 0;
	if ( surface.getMode() === 'source' && model.getDom && model.getSourceOffsetFromOffset ) {
		return textSection( model.getDom(), model.getSourceOffsetFromOffset( cursor ), isSection );
	}
	const document = model.getDocument();
	const headings = document.getNodesByType( 'mwHeading', true );
	const above = headings.filter( ( heading ) => heading.getRange().start <= cursor ).pop() ?? ( isSection ? headings[ 0 ] : undefined );
	return above ? document.data.getText( false, above.getRange() ).trim() : '';
}

/** The text that is selected; what is no text in it is left out. */
export function visualSelection( target: VisualEditorTarget ): string {
	const model = target.getSurface()?.getModel();
	const range = model?.getSelection().getCoveringRange?.();
	// With its offsets kept, paragraphs do not run into each other.
	return model && range ? model.getDocument().data.getText( true, range ) : '';
}
