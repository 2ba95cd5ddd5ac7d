import { warn } from './launch-page.ts';

/** `require` of the gadget's own ResourceLoader package; the build puts its name for this one. */
declare const ownFile: ( file: string ) => unknown;

/**
 * Gives a settings page that is a file of this package.
 *
 * @throws Error when the wiki has no such page
 */
export function requirePackageFile( name: string ): unknown {
	return ownFile( `./${ name }` );
}

/** The same; `undefined` when the wiki has no such page. */
export function readPackageFile( name: string ): unknown {
	try {
		return requirePackageFile( name );
	} catch ( error ) {
		warn( `no ${ name }`, error );
		return undefined;
	}
}
