import type { Plugin } from 'vite';

/** What compilers wrote around a library's classes and enumerations, and what says the same in fewer words. */
const PLAINER: readonly ( readonly [ RegExp, ( whole: string, name: string, body: string ) => string ] )[] = [
	// Fields that are declared and have no value yet.
	[ /\b_defineProperty\(this, "\w+", void 0\);/g, () => '' ],
	[ /\bexport let (\w+) = \/\*#__PURE__\*\/function \(\1\) \{([^}]*?)return \1;\s*\}\(\{\}\)/g, ( _whole, name, body ) => (
		`export const ${ name } = {${ body.replace( /\w+\["(\w+)"\] = ("[^"]*");/g, '$1: $2,' ) }}`
	) ],
	// What is made by being called, and used by nobody, can go.
	[ /= \(\(\) => \{/g, () => '= /*#__PURE__*/ (() => {' ]
];

/** Rewrites the modules of one library so, wherever it is imported from. */
export function plainLibrary( library: string ): Plugin {
	return {
		name: 'plain-library',
		enforce: 'pre',
		transform( code, id ) {
			return id.includes( `/node_modules/${ library }/` ) ?
					PLAINER.reduce( ( text, [ what, by ] ) => text.replace( what, by ), code ) : undefined;
		}
	};
}
