import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { messageSet } from '../../../src/gadget/i18n/message-set.ts';
import type { LanguagePage } from '../../../src/gadget/i18n/messages.ts';

const english = { 'askforhelp-title': 'Ask for help', 'askforhelp-close': 'Close' };
const whole = ( title: string ) => ( { 'askforhelp-close': 'x', 'askforhelp-title': title } );
const part = { 'askforhelp-title': 'Ask for help' };

/** A wiki with these pages of messages, read by somebody whose language falls back to `chain`. */
async function read( { chain, pages, hasEnglish = true }: {
	readonly chain: readonly string[]; readonly pages: Readonly<Record<string, unknown>>; readonly hasEnglish?: boolean;
} ) {
	const asked: string[] = [];
	vi.stubGlobal( 'LANGUAGES', [ 'ar', 'arz', 'de', 'en' ] );
	vi.stubGlobal( 'MESSAGE_SET', messageSet( english ) );
	vi.stubGlobal( 'mw', {
		config: { get: () => '/index.php' },
		language: { getFallbackLanguageChain: () => chain },
		log: { warn() {} },
		loader: {
			using( name: string ) {
				asked.push( name );
				return hasEnglish ? Promise.resolve( () => ( { messages: english } ) ) : Promise.reject( new Error( 'blocked' ) );
			}
		}
	} );
	vi.stubGlobal( 'requestAnimationFrame', () => 0 );
	vi.stubGlobal( 'fetch', ( url: string, { signal }: { readonly signal: AbortSignal } ) => {
		const language = /i18n-(\w+)\.json/.exec( decodeURIComponent( url ) )![ 1 ]!;
		asked.push( language );
		if ( pages[ language ] === 'late' ) {
			return new Promise( ( _, reject ) => {
				signal.addEventListener( 'abort', () => reject( new DOMException( 'too late', 'AbortError' ) ) );
			} );
		}
		return language in pages ? Promise.resolve( new Response( JSON.stringify( pages[ language ] ) ) ) : Promise.reject( new TypeError( 'offline' ) );
	} );
	const { fetchLanguages } = await import( '../../../src/gadget/wiki/panel-page.ts' );
	const got: readonly LanguagePage[] | string = await fetchLanguages().catch( ( error: unknown ) => String( error ) );
	return { asked, got: typeof got === 'string' ? got : got.map( ( { language, messages } ) => [ language, messages[ 'askforhelp-title' ] ] ) };
}

beforeEach( () => {
	vi.resetModules();
} );
afterEach( () => {
	vi.unstubAllGlobals();
} );

describe( 'the messages of a reader', () => {
	it( 'come from the page of their language alone, where that has all of them', async () => {
		expect( await read( { chain: [ 'ar', 'en' ], pages: { ar: whole( 'اطلب' ) } } ) ).toEqual( { asked: [ 'ar' ], got: [ [ 'ar', 'اطلب' ] ] } );
	} );

	it( 'come from what it falls back to as well, and only from languages that there are', async () => {
		expect( await read( { chain: [ 'arz', 'xx', 'ar', 'en' ], pages: { arz: part, ar: whole( 'اطلب' ) } } ) )
			.toEqual( { asked: [ 'arz', 'ar' ], got: [ [ 'arz', 'Ask for help' ], [ 'ar', 'اطلب' ] ] } );
	} );

	it.each( [
		[ 'reads English', [ 'en' ], {}, [ [ 'en', 'Ask for help' ] ] ],
		[ 'reads a language that there is none in', [ 'xx', 'en' ], {}, [ [ 'en', 'Ask for help' ] ] ],
		[ 'has a page of an older version', [ 'de', 'en' ], { de: { 'askforhelp-title': 'Hilfe' } }, [ [ 'de', 'Hilfe' ], [ 'en', 'Ask for help' ] ] ],
		[ 'has a page that has lost a message since it was made', [ 'de', 'en' ], { de: { 'askforhelp-title': 'Hilfe', '@metadata': { set: messageSet( english ) } } },
			[ [ 'de', 'Hilfe' ], [ 'en', 'Ask for help' ] ] ],
		[ 'has a page on which the key of a message is misspelt', [ 'de', 'en' ], { de: { 'askforhelp-title': 'Hilfe', 'askforhelp-clsoe': 'x' } },
			[ [ 'de', 'Hilfe' ], [ 'en', 'Ask for help' ] ] ],
		[ 'has a page on which a message is empty', [ 'de', 'en' ], { de: { 'askforhelp-title': 'Hilfe', 'askforhelp-close': ' ' } },
			[ [ 'de', 'Hilfe' ], [ 'en', 'Ask for help' ] ] ],
		[ 'has a page that somebody has broken', [ 'de', 'en' ], { de: [ 'broken' ] }, [ [ 'de', undefined ], [ 'en', 'Ask for help' ] ] ],
		[ 'does not get the page', [ 'de', 'en' ], {}, [ [ 'de', undefined ], [ 'en', 'Ask for help' ] ] ]
	] )( 'come from the English part, too, for one who %s', async ( _who, chain, pages, expected ) => {
		const { asked, got } = await read( { chain, pages } );
		expect( got ).toEqual( expected );
		expect( asked.at( -1 ) ).toBe( 'ext.gadget.AskForHelp-english' );
	} );

	it( 'come late on a slow phone, and are waited for ten seconds', async () => {
		vi.useFakeTimers();
		try {
			const reading = read( { chain: [ 'de', 'en' ], pages: { de: 'late' } } );
			let isThere = false;
			void reading.then( () => {
				isThere = true;
			} );
			await vi.advanceTimersByTimeAsync( 9_900 );
			expect( isThere ).toBe( false );
			await vi.advanceTimersByTimeAsync( 200 );
			expect( ( await reading ).got ).toEqual( [ [ 'de', undefined ], [ 'en', 'Ask for help' ] ] );
		} finally {
			vi.useRealTimers();
		}
	} );

	it( 'are what there is of them when the English part does not come', async () => {
		expect( ( await read( { chain: [ 'de', 'en' ], pages: { de: { 'askforhelp-title': 'Hilfe' } }, hasEnglish: false } ) ).got )
			.toEqual( [ [ 'de', 'Hilfe' ], [ 'en', undefined ] ] );
	} );

	it( 'fail when there are none at all, for the launcher to say so', async () => {
		expect( ( await read( { chain: [ 'de', 'en' ], pages: {}, hasEnglish: false } ) ).got ).toContain( 'no messages' );
	} );
} );
