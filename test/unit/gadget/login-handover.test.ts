import { describe, expect, it } from 'vitest';
import { runCallback } from '../../../src/gadget/callback/callback.ts';
import type { OpenHandoverChannel } from '../../../src/gadget/wiki/login-handover.ts';
import { awaitLogin, offerLogin } from '../../../src/gadget/wiki/login-handover.ts';
import { isAccountOf } from '../../../src/gadget/panel/viewmodels/login.ts';
import { settle } from './fakes.ts';

/** Windows of one browser: each hears all others. */
function createBrowser() {
	const listeners = new Set<( raw: unknown ) => void>();
	const log: unknown[] = [];
	const open: OpenHandoverChannel = ( receive ) => {
		listeners.add( receive );
		return {
			send( message ) {
				log.push( message );
				[ ...listeners ].forEach( ( listener ) => listener !== receive && listener( structuredClone( message ) ) );
			},
			close: () => listeners.delete( receive )
		};
	};
	return { open, log, shout: ( raw: unknown ) => [ ...listeners ].forEach( ( listener ) => listener( raw ) ) };
}

function waitIn( { open }: ReturnType<typeof createBrowser>, nonce: string ) {
	const got: string[] = [];
	const stop = awaitLogin( open, nonce, { onToken: ( token ) => got.push( token ), onError: ( error ) => got.push( `error ${ error }` ) } );
	return { got, stop };
}

const never = new Promise<void>( () => {} );
const atOnce = Promise.resolve();

describe( 'handing a login token over', () => {
	it( 'gives it to the window that began, once, and says so', async () => {
		const browser = createBrowser();
		const { got } = waitIn( browser, 'n1' );
		expect( await offerLogin( browser.open, 'n1', 'secret', never ) ).toBe( true );
		expect( await offerLogin( browser.open, 'n1', 'secret', atOnce ) ).toBe( false );
		expect( got ).toEqual( [ 'secret' ] );
	} );

	it( 'is refused by a window that waits for another nonce', async () => {
		const browser = createBrowser();
		const { got } = waitIn( browser, 'n1' );
		expect( await offerLogin( browser.open, 'n2', 'secret', atOnce ) ).toBe( false );
		expect( got ).toEqual( [] );
	} );

	it( 'is refused when nobody waits any more', async () => {
		const browser = createBrowser();
		const { got, stop } = waitIn( browser, 'n1' );
		stop();
		expect( await offerLogin( browser.open, 'n1', 'secret', atOnce ) ).toBe( false );
		expect( got ).toEqual( [] );
	} );

	it( 'goes on after an error, because a token may still come', async () => {
		const browser = createBrowser();
		const { got } = waitIn( browser, 'n1' );
		browser.shout( { type: 'error', error: 'cancelled' } );
		await offerLogin( browser.open, 'n1', 'late', never );
		expect( got ).toEqual( [ 'error cancelled', 'late' ] );
	} );

	it.each( [ null, 'x', { type: 'returned', nonce: 'n1' }, { type: 'returned', nonce: '', token: 't' }, { type: 'error', error: '<b>' }, { type: 'accepted' } ] )(
		'takes no notice of %j', ( raw ) => {
			const browser = createBrowser();
			const { got } = waitIn( browser, 'n1' );
			browser.shout( raw );
			expect( got ).toEqual( [] );
		} );
} );

describe( 'the callback page', () => {
	const base = 'https://wiki.example/index.php?title=Special:BlankPage/AskForHelp&withgadget=AskForHelp-callback';

	async function visit( query: string, nonceOfWaiting?: string ) {
		const browser = createBrowser();
		const events: string[] = [];
		const waiting = nonceOfWaiting === undefined ? undefined : waitIn( browser, nonceOfWaiting );
		await runCallback( {
			href: base + query,
			replaceAddress: ( href ) => events.push( `address ${ href }` ),
			openChannel: ( receive ) => {
				events.push( 'channel' );
				return browser.open( receive );
			},
			show: ( state ) => events.push( state ),
			closeWindow: () => events.push( 'close' ),
			wait: () => atOnce
		} );
		await settle();
		return { events, got: waiting?.got, log: browser.log };
	}

	it( 'takes the token out of its address before anything else', async () => {
		const { events } = await visit( '&nonce=n1&loginToken=secret', 'n1' );
		expect( events[ 0 ] ).toMatch( /^address / );
		expect( events[ 0 ] ).not.toMatch( /secret|n1/ );
		expect( events[ 0 ] ).toContain( 'withgadget=AskForHelp-callback' );
	} );

	it( 'hands the token over and closes', async () => {
		const { events, got } = await visit( '&nonce=n1&loginToken=secret', 'n1' );
		expect( got ).toEqual( [ 'secret' ] );
		expect( events.slice( 1 ) ).toEqual( [ 'channel', 'working', 'done', 'close' ].sort( ( a, b ) => events.indexOf( a ) - events.indexOf( b ) ) );
	} );

	it( 'refuses a token when no login is in progress, and stays open to say so', async () => {
		const { events } = await visit( '&nonce=n1&loginToken=secret' );
		expect( events ).toContain( 'refused' );
		expect( events ).not.toContain( 'close' );
	} );

	it( 'offers a token without a nonce to nobody', async () => {
		const { events, log } = await visit( '&loginToken=secret', 'n1' );
		expect( events ).toContain( 'refused' );
		expect( log ).toEqual( [] );
	} );

	it.each( [ [ 'cancelled', 'cancelled' ], [ 'not-allowed', 'not-allowed' ], [ '<script>', 'failed' ] ] )( 'passes on the error %s as %s', async ( error, expected ) => {
		const { got, events } = await visit( `&error=${ encodeURIComponent( error ) }`, 'n1' );
		expect( got ).toEqual( [ `error ${ expected }` ] );
		expect( events ).toContain( 'error' );
	} );
} );

describe( 'the account that a login brings', () => {
	it.each( [
		[ '@mw-4-:help.example', true ], [ '@mw-4-1:help.example', true ], [ '@mw-44-:help.example', false ],
		[ '@mw-4:help.example', false ], [ '@nita:help.example', false ], [ '@xmw-4-:help.example', false ]
	] )( '%s belongs to wiki user 4: %s', ( userId, expected ) => {
		expect( isAccountOf( userId, 4 ) ).toBe( expected );
	} );
} );
