import { describe, expect, it } from 'vitest';
import type { ServiceClient } from '../../../src/matrix/index.ts';
import { MatrixFailure } from '../../../src/matrix/index.ts';
import type { UserId } from '../../../src/protocol/ids.ts';
import { checkClaim, claimAccount, CLAIM_TYPE } from '../../../src/relay/claim.ts';

const bot = '@bot:example.org' as UserId;

/** An account whose data is `content`; `written` is what was put there. */
function account( content?: Record<string, unknown> ): { readonly written: unknown[]; readonly client: Pick<ServiceClient, 'request'> } {
	const written: unknown[] = [];
	return { written, client: {
		async request<Answer>( method: string, path: string, body?: Readonly<Record<string, unknown>> ): Promise<Answer> {
			expect( path ).toBe( `/v3/user/%40bot%3Aexample.org/account_data/${ CLAIM_TYPE }` );
			if ( method === 'PUT' ) {
				written.push( body );
			} else if ( !content ) {
				throw new MatrixFailure( 'not-found', 'no such data' );
			}
			return content as Answer;
		}
	} };
}

describe( 'an account', () => {
	it.each<[ string, Record<string, unknown> | undefined, boolean, unknown[] ]>( [
		[ 'without a store is claimed', undefined, false, [ { store: 'mine' } ] ],
		[ 'with something unreadable is claimed', { store: 7 }, false, [ { store: 'mine' } ] ],
		[ 'of this store stays as it is', { store: 'mine' }, false, [] ],
		[ 'of this store stays as it is when it is told to be taken over', { store: 'mine' }, true, [] ],
		[ 'of another store is taken over when that is asked for', { store: 'theirs' }, true, [ { store: 'mine' } ] ]
	] )( '%s', async ( _, content, takeOver, expected ) => {
		const { client, written } = account( content );
		await claimAccount( client, bot, 'mine', takeOver );
		expect( written ).toEqual( expected );
	} );

	it( 'of another store is refused with a sentence that says what to do', async () => {
		const { client, written } = account( { store: 'theirs' } );
		await expect( claimAccount( client, bot, 'mine', false ) ).rejects.toThrow( /@bot:example\.org belongs to a relay with another store \(theirs.*--take-over\.$/ );
		expect( written ).toEqual( [] );
	} );

	it( 'is not claimed when the homeserver does not say whose it is', async () => {
		const client = { request: () => Promise.reject( new MatrixFailure( 'server', 'no' ) ) };
		await expect( claimAccount( client, bot, 'mine', true ) ).rejects.toThrow( MatrixFailure );
	} );
} );

describe( 'what /sync says of an account', () => {
	const says = ( store: unknown, type = CLAIM_TYPE ): { type: string; content: unknown } => ( { type, content: { store } } );

	it.each( [ [ [] ], [ [ says( 'mine' ) ] ], [ [ says( 'theirs', 'else' ) ] ] ] )( 'is no reason to ask, or to end: %j', async ( events ) => {
		const client = { request: () => Promise.reject( new Error( 'was asked' ) ) };
		await checkClaim( client, events, bot, 'mine' );
	} );

	it.each( [ [ [ says( 'theirs' ) ] ], [ [ { type: CLAIM_TYPE, content: null } ] ] ] )( 'is no reason to end when it was long ago: %j', async ( events ) => {
		await checkClaim( account( { store: 'mine' } ).client, events, bot, 'mine' );
	} );

	it( 'ends the relay when it names another store, and the homeserver says the same', async () => {
		await expect( checkClaim( account( { store: 'theirs' } ).client, [ says( 'theirs' ) ], bot, 'mine' ) )
			.rejects.toThrow( /was taken over by a relay with another store/ );
	} );
} );
