/** `require` of the gadget's own ResourceLoader package; the build hands it in under this name. */
declare const packageRequire: ( ( file: string ) => unknown ) | undefined;

/** Reads a settings page that is a file of this package; `undefined` when the wiki has no such page (it throws then). */
export function readPackageFile( name: string ): unknown {
	try {
		return packageRequire?.( `./${ name }` );
	} catch ( error ) {
		mw.log.warn( `AskForHelp: no ${ name }`, error );
		return undefined;
	}
}
