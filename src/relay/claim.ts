import type { ServiceClient } from '../matrix/index.ts';
import { MatrixFailure } from '../matrix/index.ts';
import type { UserId } from '../protocol/ids.ts';
import { StoreError } from './store/database.ts';

/** Type of the account data that names the store of the relay that acts as the account. */
export const CLAIM_TYPE = 'org.wikimedia.askforhelp.store';

type AccountData = { readonly type: string; readonly content: unknown };

const pathOf = ( userId: UserId ): string => `/v3/user/${ encodeURIComponent( userId ) }/account_data/${ CLAIM_TYPE }`;

function storeIdIn( content: unknown ): string | undefined {
	const { store } = ( content ?? {} ) as { store?: unknown };
	return typeof store === 'string' ? store : undefined;
}

async function readClaim( client: Pick<ServiceClient, 'request'>, userId: UserId ): Promise<string | undefined> {
	try {
		return storeIdIn( await client.request( 'GET', pathOf( userId ) ) );
	} catch ( error ) {
		if ( error instanceof MatrixFailure && error.code === 'not-found' ) {
			return undefined;
		}
		throw error;
	}
}

/**
 * Writes into the account which store it is worked on with. Two relays with two stores would say everything twice.
 *
 * @throws StoreError when it is another one, unless that is to be taken over
 * @throws MatrixFailure
 */
export async function claimAccount( client: Pick<ServiceClient, 'request'>, userId: UserId, storeId: string, takeOver: boolean ): Promise<void> {
	const claimed = await readClaim( client, userId );
	if ( claimed === storeId ) {
		return;
	}
	if ( claimed !== undefined && !takeOver ) {
		throw new StoreError( `The account ${ userId } belongs to a relay with another store (${ claimed }; this one is ${ storeId }): ` +
			'two of them would say everything twice. Use that store, or, when it is gone for good, start once with --take-over.' );
	}
	await client.request( 'PUT', pathOf( userId ), { store: storeId } );
}

/**
 * Called with what /sync tells of the account's data, before anything that came with it is taken in.
 *
 * @throws StoreError when another relay has taken the account over
 * @throws MatrixFailure
 */
export async function checkClaim(
	client: Pick<ServiceClient, 'request'>, events: readonly AccountData[], userId: UserId, storeId: string
): Promise<void> {
	const isForeign = events.some( ( { type, content } ) => type === CLAIM_TYPE && storeIdIn( content ) !== storeId );
	// Asked once more: a /sync without a position is answered from a cache, and may tell of the time before our own claim.
	const claimed = isForeign ? await readClaim( client, userId ) : storeId;
	if ( claimed !== undefined && claimed !== storeId ) {
		throw new StoreError( `The account ${ userId } was taken over by a relay with another store (${ claimed }; this one is ${ storeId }).` );
	}
}
