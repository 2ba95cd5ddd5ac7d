import { describe, expect, it } from 'vitest';
import type { MatrixSession } from '../../../../src/matrix/index.ts';
import type { OpenWindowChannel } from '../../../../src/gadget/panel/viewmodels/session-sharing.ts';
import { shareSession } from '../../../../src/gadget/panel/viewmodels/session-sharing.ts';
import { session, settle } from '../fakes.ts';

/** Windows of one browser: each hears all others. */
function createBrowser(): OpenWindowChannel {
	const listeners = new Set<( message: unknown ) => void>();
	return ( receive ) => {
		listeners.add( receive );
		return {
			send: ( message ) => listeners.forEach( ( listener ) => listener !== receive && listener( structuredClone( message ) ) ),
			close: () => listeners.delete( receive )
		};
	};
}

function openWindow( openChannel: OpenWindowChannel, owner: string, own?: MatrixSession ) {
	const timers: ( () => void )[] = [];
	let forgotten = 0;
	let others = 0;
	const given: MatrixSession[] = [];
	const sharing = shareSession( {
		openChannel, owner, session: () => own,
		onForget: () => {
			forgotten += 1;
		},
		onOtherPerson: () => {
			others += 1;
		},
		onSession: ( one ) => given.push( one ),
		after: ( _delayMs, callback ) => {
			timers.push( callback );
			return () => {};
		}
	} );
	const timeOut = (): void => timers.forEach( ( callback ) => callback() );
	return { sharing, timeOut, forgotten: () => forgotten, others: () => others, given };
}

describe( 'sharing a session between tabs', () => {
	it( 'gives it to another tab of the same wiki user', async () => {
		const browser = createBrowser();
		openWindow( browser, 'wiki:4', session );
		expect( await openWindow( browser, 'wiki:4' ).sharing.ask() ).toEqual( session );
	} );

	it( 'gives it to nobody else', async () => {
		const browser = createBrowser();
		openWindow( browser, 'wiki:4', session );
		const other = openWindow( browser, 'wiki:5' );
		const asked = other.sharing.ask();
		await settle();
		other.timeOut();
		expect( await asked ).toBeUndefined();
	} );

	it( 'ends it in the other tabs of the same user only', () => {
		const browser = createBrowser();
		const same = openWindow( browser, 'wiki:4', session );
		const other = openWindow( browser, 'wiki:5', session );
		openWindow( browser, 'wiki:4' ).sharing.forget();
		expect( [ same.forgotten(), other.forgotten() ] ).toEqual( [ 1, 0 ] );
	} );

	it( 'gives a new one to the other tabs of the same user only', () => {
		const browser = createBrowser();
		const same = openWindow( browser, 'wiki:4' );
		const other = openWindow( browser, 'wiki:5' );
		openWindow( browser, 'wiki:4' ).sharing.announce( session );
		expect( [ same.given, other.given ] ).toEqual( [ [ session ], [] ] );
	} );

	it( 'hears from a page that loads for somebody else', () => {
		const browser = createBrowser();
		const same = openWindow( browser, 'wiki:4' );
		const other = openWindow( browser, 'wiki:5' );
		browser( () => {} ).send( { type: 'present', owner: 'wiki:4' } );
		expect( [ same.others(), other.others() ] ).toEqual( [ 0, 1 ] );
	} );
} );
