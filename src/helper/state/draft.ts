/** What is being written: the text, and where the cursor is in it, in UTF-16 code units between two graphemes. */
export type Draft = { readonly text: string; readonly cursor: number };

export const emptyDraft: Draft = { text: '', cursor: 0 };

export type DraftEdit =
	| { readonly kind: 'insert'; readonly text: string } |
	{
		readonly kind: 'backspace' | 'delete' | 'left' | 'right' | 'word-left' | 'word-right' | 'home' | 'end' |
			'delete-word' | 'delete-to-start' | 'delete-to-end';
	};

const graphemes = new Intl.Segmenter( undefined, { granularity: 'grapheme' } );

function before( { text, cursor }: Draft ): number {
	return graphemes.segment( text ).containing( cursor - 1 )?.index ?? 0;
}

function after( { text, cursor }: Draft ): number {
	const next = graphemes.segment( text ).containing( cursor );
	return next ? next.index + next.segment.length : text.length;
}

function wordBefore( { text, cursor }: Draft ): number {
	return /\S*\s*$/u.exec( text.slice( 0, cursor ) )?.index ?? 0;
}

function wordAfter( { text, cursor }: Draft ): number {
	return cursor + ( /^\s*\S*/u.exec( text.slice( cursor ) )?.[ 0 ].length ?? 0 );
}

function without( { text }: Draft, from: number, to: number ): Draft {
	return { text: text.slice( 0, from ) + text.slice( to ), cursor: from };
}

/** The draft after one key. A letter with its accents, or an emoji of many parts, is one step. */
export function edit( draft: Draft, change: DraftEdit ): Draft {
	const { text, cursor } = draft;
	switch ( change.kind ) {
		case 'insert': return { text: text.slice( 0, cursor ) + change.text + text.slice( cursor ), cursor: cursor + change.text.length };
		case 'backspace': return cursor === 0 ? draft : without( draft, before( draft ), cursor );
		case 'delete': return without( draft, cursor, after( draft ) );
		case 'delete-word': return without( draft, wordBefore( draft ), cursor );
		case 'delete-to-start': return without( draft, 0, cursor );
		case 'delete-to-end': return without( draft, cursor, text.length );
		case 'left': return { text, cursor: cursor === 0 ? 0 : before( draft ) };
		case 'right': return { text, cursor: after( draft ) };
		case 'word-left': return { text, cursor: wordBefore( draft ) };
		case 'word-right': return { text, cursor: wordAfter( draft ) };
		case 'home': return { text, cursor: 0 };
		case 'end': return { text, cursor: text.length };
	}
}
