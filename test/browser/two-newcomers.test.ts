import { createServiceClient } from '../../src/matrix/index.ts';
import { shownBody } from '../../src/sandbox/actors/matrix-helper.ts';
import { article, askAndLogIn, expect, test } from './support/fixtures.ts';

test( 'two newcomers each have their own conversation, and never see the other', async ( { visit, helper, otherHelper, supportRoom, sandbox } ) => {
	const people = [ await visit(), await visit() ];
	const cards: string[] = [];
	for ( const newcomer of people ) {
		await newcomer.openVisualEditor( article.title );
		await askAndLogIn( newcomer, `My question, ${ newcomer.name }` );
		const card = await helper.waitForCard( supportRoom, `My question, ${ newcomer.name }` );
		cards.push( card.getId()! );
	}
	expect( new Set( cards ).size ).toBe( 2 );
	await Promise.all( people.map( async ( newcomer, index ) => {
		const who = index === 0 ? helper : otherHelper;
		await newcomer.write( `More from ${ newcomer.name }` );
		await who.answer( supportRoom, cards[ index ]!, `For ${ newcomer.name } only` );
		await newcomer.sees( `For ${ newcomer.name } only` );
	} ) );
	for ( const newcomer of people ) {
		await helper.waitFor( supportRoom, 'the second message', ( event ) => shownBody( event ).includes( `More from ${ newcomer.name }` ) );
	}
	for ( const [ index, newcomer ] of people.entries() ) {
		const other = people[ 1 - index ]!;
		await expect( newcomer.panel ).not.toContainText( other.name );
		await expect( newcomer.panel ).toContainText( index === 0 ? 'Nita B.' : 'عمر' );
	}

	// Nor does their account at the homeserver reach more than its own room, with whatever client.
	const joined = [];
	for ( const newcomer of people ) {
		const accessToken = await newcomer.page.evaluate( () => (
			( JSON.parse( sessionStorage.getItem( 'askforhelp-session' ) ?? '{}' ) as { accessToken?: string } ).accessToken
		) );
		const client = createServiceClient( { homeserverUrl: sandbox.homeserver.url, accessToken: accessToken ?? '' } );
		const { joined_rooms: rooms } = await client.request<{ joined_rooms: string[] }>( 'GET', '/v3/joined_rooms' );
		expect( rooms ).toHaveLength( 1 );
		expect( rooms ).not.toContain( supportRoom );
		joined.push( ...rooms );
	}
	expect( new Set( joined ).size ).toBe( 2 );
} );
