/** Line separators of Unicode, and what old systems end lines with. */
const LINE_ENDS = /\r\n?|[\u2028\u2029\u0085\v\f]/g;
/** Marks that turn the direction of what follows, and characters that nobody can see and some hide words with. */
const UNSEEN = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
/** Control characters (ESC among them), characters of private meaning, and those that are none. */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const UNPRINTABLE = /[\u0000-\u0009\u000e-\u001f\u007f-\u009f\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\u{f0000}-\u{10ffff}]/gu;
/** More marks on one letter than any language needs; they would run over the lines above and below. */
const PILED_MARKS = /(\p{M}{8})\p{M}+/gu;

/** Text from elsewhere for the terminal: nothing in it can move the cursor, change colours or turn a line around. */
export function plainText( text: string ): string {
	return text.toWellFormed()
		.replace( LINE_ENDS, '\n' )
		.replace( /\t/g, '    ' )
		.replace( UNSEEN, '' )
		.replace( UNPRINTABLE, '\ufffd' )
		.replace( PILED_MARKS, '$1' );
}

/** A name, a title or the like from elsewhere, as part of one line. */
export function plainLine( text: string ): string {
	return plainText( text ).replace( /\s+/g, ' ' ).trim();
}
