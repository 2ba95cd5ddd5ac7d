/** What a helper wants when they press Enter. */
export type Typed =
	| { readonly kind: 'nothing' } | { readonly kind: 'resend' | 'discard' } |
	{ readonly kind: 'back' } | { readonly kind: 'quit' } | { readonly kind: 'help' } |
	{ readonly kind: 'say'; readonly text: string } |
	{ readonly kind: 'react'; readonly key: string } |
	{ readonly kind: 'wrong'; readonly why: string };

/** Commands of this program; what begins with `!` is the relay's, and is sent as it is. */
export const COMMANDS: readonly ( readonly [ string, string ] )[] = [
	[ '/react 👍', 'react to the chosen message, or to the last one that is not yours' ],
	[ '/resend', 'send again what failed: the chosen message, or all' ],
	[ '/discard', 'forget what failed, in the same way' ],
	[ '/back', 'to the list (Esc)' ],
	[ '/quit', 'log out and leave (Ctrl-C)' ],
	[ '/help', 'this' ],
	[ '//text', 'send text that begins with /' ]
];

const WORDS = [ 'resend', 'discard', 'back', 'quit', 'help' ] as const;
const graphemes = new Intl.Segmenter( undefined, { granularity: 'grapheme' } );

/** Reads what was typed. A mistyped command is never sent: the newcomer would read it. */
export function readTyped( input: string ): Typed {
	const text = input.trim();
	if ( text === '' ) {
		return { kind: 'nothing' };
	}
	if ( !text.startsWith( '/' ) ) {
		return { kind: 'say', text };
	}
	if ( text.startsWith( '//' ) ) {
		return { kind: 'say', text: text.slice( 1 ) };
	}
	const [ , name = '', rest = '' ] = /^\/(\S*)\s*(.*)$/su.exec( text ) ?? [];
	if ( name === 'react' ) {
		const count = [ ...graphemes.segment( rest ) ].length;
		return count >= 1 && count <= 8 && !/\s/.test( rest ) ?
				{ kind: 'react', key: rest } :
				{ kind: 'wrong', why: 'Say one sign: /react 👍' };
	}
	const word = WORDS.find( ( known ) => known === name );
	return word && rest === '' ? { kind: word } as Typed :
			{ kind: 'wrong', why: `There is no command /${ name }${ rest === '' ? '' : ' with words after it' }; /help names all. //… sends it as text.` };
}
