import { afterEach, expect, it, vi } from 'vitest';
import { tabLocks } from '../../../src/gadget/wiki/tab-locks.ts';
import { settle } from './fakes.ts';

afterEach( () => vi.unstubAllGlobals() );

it( 'gives each tab what it asks for where the browser forbids locks', async () => {
	vi.stubGlobal( 'window', { BroadcastChannel } );
	vi.stubGlobal( 'navigator', { locks: { request: () => Promise.reject( new DOMException( 'forbidden', 'SecurityError' ) ) } } );
	const said: string[] = [];
	const handlers = { onHeld: () => said.push( 'held' ), onLost: () => said.push( 'lost' ) };
	tabLocks()!.hold( 'one', handlers );
	const giveBack = tabLocks()!.hold( 'another', handlers );
	giveBack();
	await settle();
	expect( said ).toEqual( [ 'held' ] );
} );
