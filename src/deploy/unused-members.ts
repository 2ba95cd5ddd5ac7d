import { parse } from 'acorn';
import type { Plugin } from 'vite';

/** Methods that are left out, by the end of the file that their class is in. */
export type UnusedMembers = Readonly<Record<string, readonly string[]>>;

/**
 * Takes methods out of the classes of libraries, which a bundler never does because anybody might call them by their name.
 * Fails when a library has no such method any more, and when what is bundled still names one.
 */
export function withoutMembers( unused: UnusedMembers ): Plugin {
	let dropped = new Set<string>();
	return {
		name: 'without-members',
		enforce: 'pre',
		buildStart() {
			dropped = new Set();
		},
		transform( code, id ) {
			const [ , names = [] ] = Object.entries( unused ).find( ( [ end ] ) => id.endsWith( end ) ) ?? [];
			const members = names.length === 0 ? [] : parse( code, { ecmaVersion: 'latest', sourceType: 'module' } ).body
				.map( ( node ) => 'declaration' in node && node.declaration ? node.declaration : node )
				.flatMap( ( node ) => node.type === 'ClassDeclaration' ? node.body.body : [] )
				.filter( ( member ) => member.type === 'MethodDefinition' && member.key.type === 'Identifier' && names.includes( member.key.name ) );
			if ( members.length < names.length ) {
				this.error( `${ id } does not have all of these methods any more: ${ names.join( ', ' ) }` );
			}
			names.forEach( ( name ) => dropped.add( name ) );
			return members.reduceRight( ( rest, { start, end } ) => rest.slice( 0, start ) + rest.slice( end ), code );
		},
		generateBundle( _options, bundle ) {
			for ( const chunk of Object.values( bundle ) ) {
				const called = [ ...dropped ].filter( ( name ) => chunk.type === 'chunk' && new RegExp( `\\b${ name }\\b` ).test( chunk.code ) );
				if ( called.length > 0 ) {
					this.error( `${ chunk.fileName } calls methods that were left out: ${ called.join( ', ' ) }` );
				}
			}
		}
	};
}
