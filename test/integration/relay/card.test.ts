import { afterAll, beforeAll, expect, it } from 'vitest';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { request } from 'node:http';
import { WikiBrowser } from '../../support/wiki-browser.ts';
import type { RelayHouse } from '../../support/relay-house.ts';
import { startRelayHouse, until } from '../../support/relay-house.ts';
import { freePort } from '../../support/homeserver.ts';
import type { ScratchWiki } from '../../support/wiki-scratch.ts';
import { startScratchWiki } from '../../support/wiki-scratch.ts';
import { shownBody } from '../../../src/sandbox/actors/matrix-helper.ts';

let wiki: ScratchWiki;
let house: RelayHouse;
let road: Server;
let port: number;

/** An account of the wiki, by a test of its name, with the id that newcomers' Matrix ids carry. */
async function findAccount( fits: RegExp ): Promise<{ name: string; centralId: number }> {
	const { name } = wiki.wiki.accounts.find( ( account ) => account.role === 'newcomer' && fits.test( account.name ) )!;
	const answer = await fetch( `${ wiki.wiki.apiUrl }?action=query&list=users&format=json&formatversion=2&ususers=${ encodeURIComponent( name ) }` );
	const { query: { users: [ user ] } } = await answer.json() as { query: { users: [ { userid: number } ] } };
	return { name, centralId: user.userid };
}

/** The road to the wiki, which the test opens and closes; the wiki itself is a real one. */
function openRoad(): Promise<void> {
	road = createServer( ( incoming, outgoing ) => {
		const onward = request( new URL( incoming.url ?? '/', wiki.wiki.url ), { method: incoming.method ?? 'GET' }, ( answer ) => {
			outgoing.writeHead( answer.statusCode ?? 500, answer.headers );
			answer.pipe( outgoing );
		} );
		onward.on( 'error', () => outgoing.destroy() );
		incoming.pipe( onward );
	} );
	return new Promise( ( resolve ) => road.listen( port, '127.0.0.1', resolve ) );
}

beforeAll( async () => {
	port = await freePort();
	[ wiki, house ] = await Promise.all( [ startScratchWiki(), startRelayHouse( { apiUrl: `http://127.0.0.1:${ port }/api.php` } ) ] );
} );
afterAll( async () => {
	road?.close();
	await Promise.all( [ wiki?.dispose(), house?.dispose() ] );
} );

it( 'lets a card go at once while the wiki is out of reach, and completes it when the wiki is back', async () => {
	const account = await findAccount( /[\u0600-\u06ff]/ );
	await house.configure( { limits: { offSwitchMs: 200 } } );
	await house.startRelay();
	const newcomer = await house.newcomer( account.centralId );
	const roomId = await newcomer.createRoom();
	await newcomer.ask( roomId, 'Who am I?' );
	const card = await house.helper.waitForCard( house.supportRoom, 'Who am I?' );
	expect( shownBody( card ) ).toContain( `#1 newcomer ${ account.centralId } ·` );
	await newcomer.ask( roomId, 'And this?' );
	await house.helper.waitFor( house.supportRoom, 'the second message', ( event ) => shownBody( event ).endsWith( ': And this?' ) );
	await openRoad();
	const complete = await house.helper.waitFor( house.supportRoom, 'the complete card', ( event ) => (
		event.getId() === card.getId() && shownBody( event ).includes( account.name )
	), 90_000 );
	expect( shownBody( complete ) ).toMatch( /\d+ edits?, .* here · English · waiting since/ );
	expect( complete.getContent().formatted_body ).toContain( `/wiki/User:${ encodeURIComponent( account.name.replaceAll( ' ', '_' ) ) }` );
} );

it( 'has the name on the card from the beginning while the wiki answers', async () => {
	const account = await findAccount( /^[a-z]+ [a-z ]+$/i );
	const newcomer = await house.newcomer( account.centralId );
	await newcomer.ask( await newcomer.createRoom(), 'Known at once?' );
	const card = await house.helper.waitForCard( house.supportRoom, 'Known at once?' );
	expect( shownBody( card ) ).toContain( `${ account.name } · American Pygmy, section History` );
} );

it( 'takes no new questions while the wiki has switched the chat off', async () => {
	const admin = new WikiBrowser( wiki.wiki.url );
	const { name, password } = wiki.wiki.accounts.find( ( { role } ) => role === 'interface admin' )!;
	expect( await admin.logIn( name, password ) ).toBe( 'PASS' );
	const save = async ( enabled: boolean ): Promise<void> => {
		const answer = await admin.api( {
			action: 'edit', title: 'MediaWiki:Gadget-AskForHelp-launch.json', text: JSON.stringify( { enabled } ), token: await admin.token( 'csrf' )
		} );
		expect( answer ).toMatchObject( { edit: { result: 'Success' } } );
	};
	const newcomer = await house.newcomer( 990 );
	const roomId = await newcomer.createRoom();
	await save( false );
	await until( 'the relay to know', async () => ( await house.log() ).includes( 'the wiki has switched itself off' ) );
	await newcomer.ask( roomId, 'Is it off?' );
	await until( 'the polite notice', async () => ( await newcomer.notices( roomId ) ).includes( 'paused' ) );
	await save( true );
	await until( 'the relay to know', async () => ( await house.log() ).includes( 'the wiki has switched itself on' ) );
	await newcomer.ask( roomId, 'Is it on?' );
	await house.helper.waitForCard( house.supportRoom, 'Is it on?' );
	expect( house.helper.events( house.supportRoom ).some( ( event ) => shownBody( event ).includes( 'Is it off?' ) ) ).toBe( false );
} );
