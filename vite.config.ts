import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Plugin, UserConfig } from 'vite';
import { minify } from 'terser';
import { defineConfig } from 'vite';
import { asyncSteps } from './src/deploy/async-steps.ts';
import { INTERNAL_NAMES } from './src/deploy/internal-names.ts';
import { plainLibrary } from './src/deploy/plain-library.ts';
import type { UnusedMembers } from './src/deploy/unused-members.ts';
import { withoutMembers } from './src/deploy/unused-members.ts';
import { messageSet } from './src/gadget/i18n/message-set.ts';

const fromHere = ( file: string ): string => path.join( import.meta.dirname, file );

const I18N_DIR = fromHere( 'src/gadget/i18n' );

export const EXTRAS_DIR = fromHere( 'src/gadget/extras' );

/** The parts that are loaded on use: each script of a folder, by the wiki page that it becomes. */
export function extraBundles( dir: string ): Record<string, string> {
	return Object.fromEntries( readdirSync( dir ).filter( ( file ) => file.endsWith( '.ts' ) ).sort()
		.map( ( file ) => [ `AskForHelp-${ path.basename( file, '.ts' ) }`, path.relative( import.meta.dirname, path.join( dir, file ) ) ] ) );
}

/** The bundles by the wiki page that each becomes; `vite build --mode <name>` builds one, `npm run build` all. */
export const GADGET_BUNDLES: Readonly<Record<string, string>> = {
	AskForHelp: 'src/gadget/launcher/main.ts',
	'AskForHelp-panel': 'src/gadget/panel/main.ts',
	'AskForHelp-callback': 'src/gadget/callback/main.ts',
	...extraBundles( EXTRAS_DIR )
};

const stub = ( name: string ): string => fromHere( `src/gadget/stubs/${ name }.ts` );

/** Parts of the message formatter that our messages never reach, and what stands in for them. */
export const MESSAGE_STUBS = [
	{ find: /^\.\/(ast|emitter)\.js$/, replacement: stub( 'banana-$1' ) },
	{ find: /^\.\/(fallbacks|digit-transform)\.json$/, replacement: stub( 'banana-tables' ) }
];

/** Parts of the Matrix SDK that the bundles never reach, and what stands in for them; the relay has the real ones. */
const MATRIX_STUBS = [
	// 277 KB of look-alike characters, for display names that this client never compares.
	{ find: /^unhomoglyph$/, replacement: stub( 'unhomoglyph' ) },
	{ find: /^matrix-js-sdk\/lib\/models\/typed-event-emitter\.js$/, replacement: stub( 'matrix-events' ) },
	{ find: /^\.\.\/NamespacedValue\.js$/, replacement: stub( 'matrix-namespaced-value' ) },
	{ find: /^\.\.\/logger\.js$/, replacement: stub( 'matrix-logger' ) },
	{ find: /^\.\/logging\.js$/, replacement: stub( 'matrix-logging' ) },
	{ find: /^\.\/refresh\.js$/, replacement: stub( 'matrix-refresh' ) },
	{ find: /^content-type$/, replacement: stub( 'content-type' ) },
	// The bundler brings the same helpers for our own code.
	{ find: /^@babel\/runtime\/helpers\//, replacement: '@oxc-project/runtime/helpers/' }
];

/** Messages that travel inside a bundle in English, because it has to say them when nothing else has come. */
const EMBEDDED_MESSAGES: Readonly<Record<string, readonly string[]>> = {
	AskForHelp: [ 'launcher-label', 'launcher-failed' ],
	'AskForHelp-callback': [ 'callback-working', 'callback-done', 'callback-refused', 'callback-error' ]
};

const readMessages = ( language: string ): Record<string, unknown> => (
	JSON.parse( readFileSync( path.join( I18N_DIR, `${ language }.json` ), 'utf8' ) ) as Record<string, unknown>
);

/** Which messages a page has, those in English without one; who made them is no message. */
export function messageSetOf( page = readMessages( 'en' ) ): number {
	return messageSet( Object.fromEntries( Object.entries( page ).filter( ( [ key ] ) => key !== '@metadata' ) ) );
}

function languages(): string[] {
	return readdirSync( I18N_DIR )
		.filter( ( file ) => file.endsWith( '.json' ) && file !== 'qqq.json' )
		.map( ( file ) => path.basename( file, '.json' ) );
}

/** The messages in the order of the list. */
function embeddedMessages( bundle: string ): readonly unknown[] {
	const english = readMessages( 'en' );
	return ( EMBEDDED_MESSAGES[ bundle ] ?? [] ).map( ( key ) => english[ `askforhelp-${ key }` ] );
}

/** Leaves out of the English messages who made them, and those of the launcher. */
const shortMessages = {
	name: 'short-messages',
	enforce: 'pre' as const,
	transform( code: string, id: string ): string | undefined {
		if ( id !== path.join( I18N_DIR, 'en.json' ) ) {
			return undefined;
		}
		const own = Object.entries( JSON.parse( code ) as Record<string, unknown> ).filter( ( [ key ] ) => !/^(@metadata|askforhelp-launcher-)/.test( key ) );
		return JSON.stringify( Object.fromEntries( own ) );
	}
};

/**
 * The bundler's helpers for newer syntax also serve what nobody here has: symbols as keys, setters, keys that are objects,
 * private fields of objects of other classes.
 */
const PLAIN_HELPERS: Readonly<Record<string, string>> = {
	objectSpread2: 'export default Object.assign;',
	toPropertyKey: 'export default ( key ) => key;',
	defineProperty: 'export default ( object, key, value ) => Object.assign( object, { [ key ]: value } );',
	objectWithoutProperties: `export default ( object, names ) => {
		const rest = Object.assign( {}, object );
		names.forEach( ( name ) => delete rest[ name ] );
		return rest;
	};`,
	classPrivateFieldInitSpec: 'export default ( object, field, value ) => field.set( object, value );',
	classPrivateFieldGet2: 'export default ( field, object ) => field.get( object );',
	classPrivateFieldSet2: 'export default ( field, object, value ) => ( field.set( object, value ), value );',
	asyncToGenerator: `export default ( steps ) => function ( ...values ) {
		return new Promise( ( resolve, reject ) => {
			const run = steps.apply( this, values );
			const go = ( way, result ) => {
				try {
					const { done, value } = run[ way ]( result );
					if ( done ) {
						resolve( value );
					} else {
						Promise.resolve( value ).then( ( next ) => go( 'next', next ), ( error ) => go( 'throw', error ) );
					}
				} catch ( error ) {
					reject( error );
				}
			};
			go( 'next' );
		} );
	};`
};

const plainHelpers = {
	name: 'plain-helpers',
	transform: ( _code: string, id: string ): string | undefined => PLAIN_HELPERS[ /@oxc-project\+runtime.*\/(\w+)\.js$/.exec( id )?.[ 1 ] ?? '' ]
};

/** Methods of libraries that the bundles never call. */
const UNUSED_MEMBERS: UnusedMembers = {
	'/banana-i18n/src/languages/language.js': [ 'convertNumber', 'convertGrammar', 'digitTransformTable' ],
	'/matrix-js-sdk/lib/http-api/errors.js': [ 'asWidgetApiErrorData', 'fromWidgetApiErrorData' ],
	'/matrix-js-sdk/lib/http-api/fetch.js': [ 'setIdBaseUrl', 'idServerRequest', 'revokeOAuthTokens' ]
};

/** A second look by another minifier: it finds what the bundler's own leaves, about one byte in fifty. */
const minifyAgain: Plugin = {
	name: 'minify-again',
	enforce: 'post',
	async generateBundle( _options, bundle ) {
		for ( const chunk of Object.values( bundle ) ) {
			if ( chunk.type === 'chunk' ) {
				const { code = '' } = await minify( chunk.code, {
					ecma: 2016,
					// Unsafe where somebody gives built-in objects other methods, asks an arrow what it was before, or reads for an effect.
					compress: { passes: 3, pure_getters: true, unsafe: true, unsafe_arrows: true, negate_iife: false },
					format: { wrap_iife: true }
				} );
				chunk.code = code;
			}
		}
	}
};

/** How one bundle is built. */
export function bundleConfig( name: string, entry: string ): UserConfig {
	return {
		logLevel: 'warn',
		root: import.meta.dirname,
		plugins: [ shortMessages, plainHelpers, plainLibrary( 'matrix-js-sdk' ), asyncSteps(), withoutMembers( UNUSED_MEMBERS ), minifyAgain ],
		resolve: { alias: [ ...MESSAGE_STUBS, ...MATRIX_STUBS ] },
		define: {
			'process.env.NODE_ENV': '"production"',
			LANGUAGES: JSON.stringify( languages() ),
			MESSAGE_SET: JSON.stringify( messageSetOf() ),
			EMBEDDED_MESSAGES: JSON.stringify( embeddedMessages( name ) )
		},
		build: {
			// What ResourceLoader accepts, see src/deploy/syntax.ts.
			target: 'es2016',
			write: false,
			lib: { entry: fromHere( entry ), name: 'askForHelp', formats: [ 'iife' ], fileName: () => `${ name }.js` },
			minify: true,
			rolldownOptions: {
				// Nothing is imported for what it does by being imported.
				treeshake: { moduleSideEffects: false, propertyReadSideEffects: false, unknownGlobalSideEffects: false },
				checks: { bundlerTimings: false },
				output: {
					// Nobody asks what kind of object a bundle's exports are.
					generatedCode: { symbols: false },
					minify: {
						compress: true, mangle: true, codegen: true,
						mangleProps: { include: new RegExp( `^(${ ( INTERNAL_NAMES[ name ] ?? [] ).join( '|' ) })$` ) }
					}
				}
			}
		}
	};
}

export default defineConfig( ( { mode } ): UserConfig => {
	const entry = GADGET_BUNDLES[ mode ];
	if ( entry === undefined ) {
		throw new Error( `No gadget bundle "${ mode }"; there are: ${ Object.keys( GADGET_BUNDLES ).join( ', ' ) }` );
	}
	return bundleConfig( mode, entry );
} );
