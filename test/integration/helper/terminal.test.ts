import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createServiceClient } from '../../../src/matrix/index.ts';
import type { EventId, RoomId } from '../../../src/protocol/ids.ts';
import { PASSWORD_VARIABLE } from '../../../src/helper/options.ts';
import { NO_WRAP, WRAP } from '../../../src/helper/views/terminal-output.ts';
import type { TestAccount } from '../../support/homeserver.ts';
import type { RelayHouse, TestNewcomer } from '../../support/relay-house.ts';
import { readRoom, startRelayHouse, until } from '../../support/relay-house.ts';
import type { TestTerminal } from '../../support/terminal.ts';
import { startInTerminal } from '../../support/terminal.ts';

const main = path.resolve( import.meta.dirname, '../../../src/helper/main.ts' );
const ENTER = '\r';
const ESCAPE = '\u001b';
const CONTROL_C = '\u0003';

/** As a flag of Node: code that throws in the program when that gets a signal. */
function throwing( body: string ): string {
	return `--import=data:text/javascript,${ encodeURIComponent( `process.on( 'SIGUSR2', () => { ${ body } } );` ) }`;
}
/** To draw is to split texts into graphemes, every second; where the terminal library does that itself, it goes on. */
const FAULTS: Readonly<Record<string, string>> = {
	'in what it does': throwing( 'throw new Error( "A fault." );' ),
	'in a promise': throwing( 'Promise.reject( new Error( "A fault." ) );' ),
	'while it draws': throwing( `
		const { segment } = Intl.Segmenter.prototype;
		Intl.Segmenter.prototype.segment = function ( text ) {
			const fault = new Error( "A fault." );
			if ( fault.stack.includes( "/helper/views/" ) ) {
				throw fault;
			}
			return segment.call( this, text );
		};
	` )
};

let house: RelayHouse;
let account: TestAccount;
const terminals: TestTerminal[] = [];

beforeAll( async () => {
	house = await startRelayHouse();
	await house.startRelay();
	account = await house.homeserver.helper( 'omar', 'عمر' );
	await createServiceClient( {
		homeserverUrl: house.homeserver.url, accessToken: house.homeserver.appServiceToken, actAs: { userId: house.homeserver.bot }
	} ).invite( house.supportRoom, account.userId );
	await createServiceClient( { homeserverUrl: house.homeserver.url, accessToken: account.accessToken } ).joinRoom( house.supportRoom );
} );
afterEach( async () => {
	await Promise.all( terminals.splice( 0 ).map( ( terminal ) => terminal.dispose() ) );
} );
afterAll( () => house.dispose() );

type Start = { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>>; readonly isOld?: boolean };

async function start( options: Start = {} ): Promise<TestTerminal> {
	const args = options.args ?? [ '--homeserver', house.homeserver.url, '--user', 'omar', '--room', house.supportRoom ];
	const terminal = await startInTerminal( [ process.execPath, main, ...args ], {
		columns: 80, rows: 24, isOld: options.isOld ?? false, env: { [ PASSWORD_VARIABLE ]: account.password, ...options.env }
	} );
	terminals.push( terminal );
	return terminal;
}

type Asked = { readonly newcomer: TestNewcomer; readonly roomId: RoomId; readonly card: EventId };

async function asked( centralId: number, question: string, page = 'American Pygmy' ): Promise<Asked> {
	const newcomer = await house.newcomer( centralId );
	const roomId = await newcomer.createRoom();
	await newcomer.ask( roomId, question, { page } );
	const card = await house.helper.waitForCard( house.supportRoom, question.slice( 0, 8 ) );
	return { newcomer, roomId, card: card.getId() as EventId };
}

async function sessions(): Promise<unknown[]> {
	const { devices } = await createServiceClient( { homeserverUrl: house.homeserver.url, accessToken: account.accessToken } )
		.request<{ devices: { display_name?: string }[] }>( 'GET', '/v3/devices' );
	return devices.filter( ( { display_name: name } ) => name === 'Ask for Help, in the terminal' );
}

/** Opens the request of a newcomer in a list that was just drawn, wherever in it that is. */
async function open( terminal: TestTerminal, name: string ): Promise<void> {
	await terminal.waitFor( name );
	// Without what counts by itself at its end.
	const chosen = (): string => terminal.screen().find( ( line ) => line.startsWith( '> ' ) )?.slice( 0, 32 ) ?? '';
	while ( !chosen().includes( `${ name } ` ) ) {
		const before = chosen();
		terminal.type( '\u001b[B' );
		await until( 'the next line', () => chosen() !== before );
	}
	terminal.type( ENTER );
	await terminal.waitFor( '/help' );
}

describe( 'npm run helper', () => {
	it( 'lists a question while it waits, shows its thread live, and takes an answer to the newcomer', async () => {
		const terminal = await start();
		await terminal.waitFor( 'Among helpers' );
		const { newcomer, roomId } = await asked( 201, 'كيف أضيف مرجعًا؟ 山羊', 'ماعز قزم' );
		await terminal.waitFor( /❓ +#\d+ +newcomer 201 .*ماعز قزم.* \d+ s$/m );
		await open( terminal, 'newcomer 201' );
		await terminal.waitFor( 'كيف أضيف مرجعًا؟ 山羊' );
		await newcomer.ask( roomId, 'Is anybody there?' );
		await terminal.waitFor( 'newcomer 201  Is anybody there?' );
		terminal.type( `Click on Cite, 猫${ ENTER }` );
		await until( 'the answer in the conversation', async () => ( await newcomer.answers( roomId ) ).length > 0 );
		expect( await newcomer.answers( roomId ) ).toEqual( [ 'Click on Cite, 猫' ] );
		await terminal.waitFor( /^💬/m );
		expect( terminal.screen().join( '\n' ) ).toContain( 'you  Click on Cite, 猫' );
		expect( terminal.raw() ).toContain( '\u2068كيف أضيف مرجعًا؟ 山羊\u2069' );
	} );

	it( 'sends no isolates to a terminal that would give them cells', async () => {
		await asked( 208, 'مرحبا', 'ماعز' );
		const terminal = await start( { isOld: true } );
		await terminal.waitFor( /newcomer 208 .*ماعز.* \d+ s$/m );
		expect( terminal.screen()[ 0 ] ).toMatch( / عمر online$/ );
		expect( terminal.raw().slice( terminal.raw().indexOf( 'Ask for Help' ) ) ).not.toMatch( /[\u2068\u2069]/ );
	} );

	it( 'keeps notes among helpers, and sends reactions', async () => {
		const { newcomer, roomId, card } = await asked( 202, 'Which button is it?' );
		const terminal = await start();
		await open( terminal, 'newcomer 202' );
		terminal.type( `!note who knows this?${ ENTER }` );
		await terminal.waitFor( '(stays here)' );
		terminal.type( `/react 👍${ ENTER }` );
		const reaction = await house.helper.waitFor( house.supportRoom, 'the reaction', ( event ) => event.getType() === 'm.reaction' );
		expect( reaction.getWireContent()[ 'm.relates_to' ] ).toEqual( { rel_type: 'm.annotation', event_id: card, key: '👍' } );
		await terminal.waitFor( '👍 1' );
		terminal.type( `The first one.${ ENTER }` );
		await until( 'the answer', async () => ( await newcomer.answers( roomId ) ).length > 0 );
		expect( await newcomer.answers( roomId ) ).toEqual( [ 'The first one.' ] );
	} );

	it( 'says that it is offline, keeps an answer, and sends it once when the homeserver is back', async () => {
		const { newcomer, roomId } = await asked( 203, 'Will this get through?' );
		const terminal = await start();
		await open( terminal, 'newcomer 203' );
		await house.homeserver.kill();
		await terminal.waitFor( 'OFFLINE' );
		await terminal.waitFor( 'No connection since' );
		terminal.type( `first${ ENTER }second${ ENTER }` );
		await terminal.waitFor( /first.*not sent yet/ );
		await house.homeserver.start();
		await terminal.waitFor( 'online', 60_000 );
		await until( 'both answers', async () => ( await newcomer.answers( roomId ) ).length >= 2, 60_000 );
		await terminal.waitFor( /you {2}second *$/m );
		await newcomer.ask( roomId, 'thank you' );
		await terminal.waitFor( 'thank you' );
		expect( await newcomer.answers( roomId ) ).toEqual( [ 'first', 'second' ] );
		const own = createServiceClient( { homeserverUrl: house.homeserver.url, accessToken: account.accessToken } );
		const sent = ( await readRoom( own, house.supportRoom ) )
			.filter( ( { sender, content } ) => sender === account.userId && [ 'first', 'second' ].includes( String( content.body ) ) );
		expect( sent ).toHaveLength( 2 );
	} );

	it( 'shows an answer that was refused, and forgets it when told to', async () => {
		await asked( 204, 'How long may it be?' );
		const terminal = await start();
		await open( terminal, 'newcomer 204' );
		// More than an event may hold; pasted, because nobody types so much.
		terminal.type( `\u001b[200~${ 'goat '.repeat( 14_000 ) }\u001b[201~` );
		await terminal.waitFor( 'goat goat' );
		terminal.type( ENTER );
		await terminal.waitFor( '/resend or /discard' );
		terminal.type( `/discard${ ENTER }` );
		await until( 'it to be gone', () => !terminal.screen().join( '\n' ).includes( 'goat' ) );
	} );

	it( 'fits itself into a terminal that is made small, and fills it when it is made large', async () => {
		await asked( 205, 'Does it fit?' );
		const terminal = await start();
		await terminal.waitFor( 'newcomer 205' );
		await terminal.resize( 40, 15 );
		await terminal.waitFor( '↑↓ Enter open  ? help  q quit' );
		expect( terminal.screen()[ 0 ] ).toMatch( /^Ask for Help · .*online$/ );
		expect( terminal.screen().at( -1 ) ).toBe( '↑↓ Enter open  ? help  q quit' );
		await terminal.resize( 120, 40 );
		await terminal.waitFor( 'q log out and leave' );
		await until( 'the last line to be the keys', () => terminal.screen().at( -1 )?.startsWith( '↑↓ choose' ) );
		expect( terminal.screen()[ 0 ]?.replace( /[\u2068\u2069]/g, '' ) ).toMatch( /^.{114}online$/ );
	} );

	it.each( [ [ '', true ], [ '1', false ] ] )( 'has colours unless NO_COLOR says no: "%s"', async ( value, hasColours ) => {
		const terminal = await start( { env: { NO_COLOR: value, FORCE_COLOR: '1' } } );
		await terminal.waitFor( 'Among helpers' );
		const colours = terminal.raw().split( '\u001b[' ).filter( ( part ) => /^(3[0-7]|38;[\d;]+)m/.test( part ) );
		expect( colours.length > 0 ).toBe( hasColours );
	} );

	it( 'lets no control character reach the terminal, whoever sent it', async () => {
		const { card } = await asked( 206, 'How do I\u001b[2J turn \u202eit?', 'Page\u001b[31m' );
		// The relay passes no such thing on; a member of the room may send it.
		await house.helper.answer( house.supportRoom, card, 'evil words \u001b[2J\u001b]0;title\u0007 \u202eturned' );
		const terminal = await start();
		await open( terminal, 'newcomer 206' );
		await terminal.waitFor( 'turned' );
		const raw = terminal.raw();
		expect( raw ).not.toContain( '\u001b]0;' );
		expect( raw ).not.toContain( '\u0007' );
		expect( raw ).not.toContain( '\u202e' );
		expect( terminal.screen().join( '\n' ) ).toContain( 'evil words \ufffd[2J\ufffd]0;title\ufffd turned' );
	} );

	it.each<[ string, ( terminal: TestTerminal ) => void, number ]>( [
		[ 'Ctrl-C', ( terminal ) => terminal.type( CONTROL_C ), 0 ],
		[ 'q', ( terminal ) => terminal.type( 'q' ), 0 ],
		[ 'SIGTERM', ( terminal ) => void process.kill( terminal.pid(), 'SIGTERM' ), 143 ]
	] )( 'on %s gives the terminal back and leaves no session behind', async ( _, leave, code ) => {
		const before = ( await sessions() ).length;
		const terminal = await start();
		await terminal.waitFor( 'Among helpers' );
		expect( terminal.hasOwnScreen() ).toBe( true );
		expect( await sessions() ).toHaveLength( before + 1 );
		leave( terminal );
		expect( await terminal.ended ).toBe( code );
		expect( terminal.hasOwnScreen() ).toBe( false );
		expect( await sessions() ).toHaveLength( before );
		expect( terminal.raw() ).toContain( '\u001b[?7h' );
		expect( terminal.raw().lastIndexOf( '\u001b[?25h' ) ).toBeGreaterThan( terminal.raw().lastIndexOf( '\u001b[?25l' ) );
	} );

	it.each( Object.keys( FAULTS ) )( 'gives the terminal back, leaves no session behind and says so, when it has a fault %s', async ( where ) => {
		const before = ( await sessions() ).length;
		const terminal = await start( { env: { NODE_OPTIONS: FAULTS[ where ]! } } );
		await terminal.waitFor( 'Among helpers' );
		process.kill( terminal.pid(), 'SIGUSR2' );
		expect( await terminal.ended ).toBe( 1 );
		expect( terminal.hasOwnScreen() ).toBe( false );
		expect( terminal.screen().join( '\n' ) ).toContain( 'helper: Error: A fault.' );
		expect( await sessions() ).toHaveLength( before );
		expect( terminal.raw().lastIndexOf( WRAP ) ).toBeGreaterThan( terminal.raw().lastIndexOf( NO_WRAP ) );
		expect( terminal.raw().lastIndexOf( '\u001b[?25h' ) ).toBeGreaterThan( terminal.raw().lastIndexOf( '\u001b[?25l' ) );
	} );

	it( 'asks for the password without showing it', async () => {
		const terminal = await start( { env: { [ PASSWORD_VARIABLE ]: '' } } );
		await terminal.waitFor( 'Password of omar:' );
		terminal.type( `${ account.password }${ ENTER }` );
		await terminal.waitFor( 'Among helpers' );
		expect( terminal.raw() ).not.toContain( account.password );
		terminal.type( 'q' );
		expect( await terminal.ended ).toBe( 0 );
	} );

	it.each<[ string, () => Start, string ]>( [
		[ 'a wrong password', () => ( { env: { [ PASSWORD_VARIABLE ]: 'wrong' } } ), 'name or password is wrong.' ],
		[ 'no homeserver', () => ( { args: [ '--homeserver', 'http://127.0.0.1:9', '--user', 'omar' ] } ), 'There is no Matrix homeserver that answers at http://127.0.0.1:9.' ],
		[ 'a room that one is not in', () => (
			{ args: [ '--homeserver', house.homeserver.url, '--user', 'omar', '--room', '!nowhere:help.localhost' ] }
		), 'is not in the room !nowhere:help.localhost.' ],
		[ 'no sandbox', () => ( { args: [ '--data', '/nonexistent' ] } ), 'No sandbox runs' ]
	] )( 'says in one sentence: %s', async ( _, options, sentence ) => {
		const terminal = await start( options() );
		expect( await terminal.ended ).toBe( 1 );
		await terminal.waitFor( 'helper: ' );
		expect( terminal.screen().join( '' ) ).toContain( sentence );
		expect( terminal.screen().join( '' ) ).not.toContain( '    at ' );
	} );

	it( 'leaves an open request with Escape, and keeps what was written there', async () => {
		await asked( 207, 'Where is my draft?' );
		const terminal = await start();
		await open( terminal, 'newcomer 207' );
		terminal.type( 'half an ans' );
		await terminal.waitFor( '> half an ans' );
		terminal.type( ESCAPE );
		await terminal.waitFor( 'Enter open' );
		terminal.type( ENTER );
		await terminal.waitFor( '> half an ans' );
	} );
} );
