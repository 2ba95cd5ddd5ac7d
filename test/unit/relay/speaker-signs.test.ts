import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { PROFILE_KEY } from '../../../src/protocol/mirror.ts';
import { rigHelper, rigModerator, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

it( 'a helper shows the same sign in each message and edit, and nobody can make it from a guessed id', async ( { onTestFinished } ) => {
	const rig = await startRelayRig();
	onTestFinished( () => rig.dispose() );
	rig.say( rigRoom, rigNewcomer, 'How?' );
	await rig.settle();
	const inThread = { 'm.relates_to': { rel_type: 'm.thread', event_id: rig.mirrorOf( rigSupport, 'How?' ) } };
	const said = rig.say( rigSupport, rigHelper, 'yse', inThread );
	rig.edit( rigSupport, rigHelper, said, 'yes' );
	rig.say( rigSupport, rigModerator, 'no', inThread );
	await rig.settle();
	const signs = rig.said( rigRoom ).flatMap( ( content ) => {
		const profile = ( content as Record<string, { id: string } | undefined> )[ PROFILE_KEY ];
		return profile ? [ profile.id ] : [];
	} );
	expect( signs ).toHaveLength( 3 );
	expect( new Set( signs ).size ).toBe( 2 );
	const guessed = createHash( 'sha256' ).update( `${ rigRoom } ${ rigHelper }` ).digest( 'base64url' ).slice( 0, 16 );
	expect( signs ).not.toContain( guessed );
} );
