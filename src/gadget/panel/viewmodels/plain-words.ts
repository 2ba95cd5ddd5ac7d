import type { Words } from './timeline.ts';

/** The name that the relay puts in front for other clients. */
const NAME = /<strong data-mx-profile-fallback>[^]*?<\/strong>/;

/** Whether nothing in a message's words can be formatting or a link: then they can be shown as they are. */
export function isPlain( { text, html = '' }: Words ): boolean {
	return !/[*_`[{]|''|https?:/i.test( text ) && !/<(?!br\b)/i.test( html.replace( NAME, '' ) );
}
