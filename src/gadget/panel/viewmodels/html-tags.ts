/** A piece of HTML. Names are in lower case, values decoded. */
export type HtmlPiece =
	{ readonly kind: 'text'; readonly text: string } |
	{ readonly kind: 'open'; readonly tag: string; readonly attributes: ReadonlyMap<string, string> } |
	{ readonly kind: 'close'; readonly tag: string };

const ENTITIES: ReadonlyMap<string, string> = new Map( [
	[ 'amp', '&' ], [ 'lt', '<' ], [ 'gt', '>' ], [ 'quot', '"' ], [ 'apos', '\'' ], [ 'nbsp', '\u00a0' ]
] );

function decode( text: string ): string {
	return text.replace( /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi, ( whole, hex?: string, decimal?: string, name?: string ) => {
		if ( name !== undefined ) {
			return ENTITIES.get( name ) ?? whole;
		}
		const code = hex === undefined ? Number( decimal ) : parseInt( hex, 16 );
		return code > 0x10ffff ? '\ufffd' : String.fromCodePoint( code );
	} );
}

/**
 * Takes HTML apart without a browser, so that nothing in it can ever run or load. Forgiving as browsers are, and in
 * time that grows with the length alone, whatever it holds.
 */
export function readHtmlPieces( html: string, handle: ( piece: HtmlPiece ) => void ): void {
	const TAG = /<(?:(\/?)([a-z][a-z0-9-]*)|!--(?:[^]*?-->|[^]*)|[!?/][^>]*>?)/gi;
	const ATTRIBUTE = /([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)?))?/y;
	const END = /[\s/=]*(>?)/y;
	let at = 0;
	const sayText = ( end: number ): void => {
		if ( end > at ) {
			handle( { kind: 'text', text: decode( html.slice( at, end ) ) } );
		}
	};
	for ( let found = TAG.exec( html ); found; found = TAG.exec( html ) ) {
		sayText( found.index );
		const [ , slash, name ] = found;
		if ( name !== undefined ) {
			const attributes = new Map<string, string>();
			END.lastIndex = TAG.lastIndex;
			let end = END.exec( html );
			while ( end?.[ 1 ] === '' && END.lastIndex < html.length ) {
				ATTRIBUTE.lastIndex = END.lastIndex;
				const attribute = ATTRIBUTE.exec( html );
				const key = attribute?.[ 1 ]?.toLowerCase() ?? '';
				if ( attribute && !attributes.has( key ) ) {
					attributes.set( key, decode( attribute[ 2 ] ?? attribute[ 3 ] ?? attribute[ 4 ] ?? '' ) );
				}
				END.lastIndex = ATTRIBUTE.lastIndex;
				end = END.exec( html );
			}
			TAG.lastIndex = END.lastIndex;
			// A tag that never ends is none.
			if ( end?.[ 1 ] === '>' ) {
				const tag = name.toLowerCase();
				handle( slash === '/' ? { kind: 'close', tag } : { kind: 'open', tag, attributes } );
			}
		}
		at = TAG.lastIndex;
	}
	sayText( html.length );
}
