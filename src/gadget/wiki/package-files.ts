import { warn } from './launch-page.ts';

/** `require` of the gadget's own ResourceLoader package; the build puts its name for this one. */
declare const ownFile: ( file: string ) => unknown;

/** Settings pages that are files of a gadget's package; each throws an Error when the wiki has no such page. */
export const requireHosts = (): unknown => ownFile( './AskForHelp-hosts.js' );
export const requireLaunch = (): unknown => ownFile( './AskForHelp-launch.json' );
export const requireConfig = (): unknown => ownFile( './AskForHelp-config.json' );

/** One of them; `undefined` when the wiki has no such page. */
export function readPackageFile( requirePage: () => unknown ): unknown {
	try {
		return requirePage();
	} catch ( error ) {
		warn( 'no settings', error );
		return undefined;
	}
}
