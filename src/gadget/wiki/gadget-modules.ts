import { warn } from './launch-page.ts';

/** How long a gadget's module may take to load before we say so. */
export const MODULE_TIMEOUT_MS = 20_000;

/**
 * Loads another gadget of this project and gives its exports; one more comes in the same request.
 * `mw.loader.using()` stays pending for ever when a module fails to parse, hence the time limit.
 */
export function loadGadget<Exports>( name: string, more?: string | false ): Promise<Exports> {
	const module = `ext.gadget.${ name }`;
	return new Promise( ( resolve, reject ) => {
		// The wiki runs what it keeps of a module when the browser is idle, and Chromium may not say so as long as a page draws nothing.
		let drawOn = (): unknown => requestAnimationFrame( drawOn );
		const fail = (): void => {
			drawOn = Object;
			reject( new Error( module ) );
		};
		// The wiki's loader asks once for each module; where the network failed, that is forgotten here.
		const loader = mw.loader as typeof mw.loader & { readonly moduleRegistry?: Record<string, { state: string }> };
		Object.values( loader.moduleRegistry || {} ).forEach( ( one ) => {
			if ( one.state === 'error' ) {
				one.state = 'registered';
			}
		} );
		setTimeout( fail, MODULE_TIMEOUT_MS );
		drawOn();
		loader.using( more ? [ module, `ext.gadget.${ more }` ] : module ).then( ( require ) => {
			const exports = require( module ) as Exports & object;
			// A module that failed to parse resolves all the same, with an empty object.
			if ( Object.keys( exports )[ 0 ] ) {
				resolve( exports );
			}
			fail();
		}, fail );
	} );
}

/** Makes a loader that loads a gadget when it is first asked, and again only when that has failed. */
export function gadgetOnUse<Exports>( name: string ): () => Promise<Exports> {
	let loading: Promise<Exports> | undefined;
	return () => {
		loading ??= loadGadget<Exports>( name ).catch( ( error: unknown ) => {
			loading = undefined;
			throw error;
		} );
		return loading;
	};
}

/**
 * The same for a part of `extras/` without which the chat goes on: `undefined` when it did not load, which whoever asked
 * tells the newcomer.
 */
export function extraOnUse<Exports>( name: string ): () => Promise<Exports | undefined> {
	const load = gadgetOnUse<Exports>( `AskForHelp-${ name }` );
	return () => load().catch( ( error: unknown ) => {
		warn( 'a part did not load', error );
		return undefined;
	} );
}
