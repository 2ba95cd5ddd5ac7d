/** Characters that turn the direction of what is around them, and controls that nobody sees. */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g;
/** Hebrew with its accents has five on one letter. */
const MANY_MARKS = /([\p{M}\u200b-\u200d\u2060]{5})[\p{M}\u200b-\u200d\u2060]+/gu;

/** Takes out of a text what changes the look of its surroundings: controls of direction, and towers of combining marks. */
export function cleanText( text: string ): string {
	return text.replace( /\r\n?|[\u2028\u2029]/g, '\n' ).replace( INVISIBLE, '' ).replace( /[\ud800-\udfff]/gu, '\ufffd' ).replace( MANY_MARKS, '$1' );
}

const LONGEST_ADDRESS = 2_000;

/** An address that a link may lead to, absolute; `undefined` for any other, also for one that hands over a password. */
export function safeAddress( href: string ): string | undefined {
	try {
		const { protocol, username, password, href: address } = new URL( href );
		return address.length <= LONGEST_ADDRESS && /^(https?|mailto):$/.test( protocol ) && username + password === '' ? address : undefined;
	} catch {
		return undefined;
	}
}
