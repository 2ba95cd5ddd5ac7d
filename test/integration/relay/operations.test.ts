import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../support/homeserver.ts';
import type { RelayChild, RelayHouse } from '../../support/relay-house.ts';
import { runRelayCommand, startRelayHouse, until } from '../../support/relay-house.ts';

let house: RelayHouse;
let relay: RelayChild;
let port: number;
beforeAll( async () => {
	house = await startRelayHouse();
	port = await freePort();
	await house.configure( { http: { port }, limits: { messagesPerMinute: 5 } } );
	relay = await house.startRelay();
} );
afterAll( () => house.dispose() );

async function ask( path: string ): Promise<{ status: number; text: string }> {
	const answer = await fetch( `http://127.0.0.1:${ port }${ path }` );
	return { status: answer.status, text: await answer.text() };
}

async function command( ...args: string[] ): Promise<string> {
	const { code, stdout, stderr } = await runRelayCommand( [ ...args, '--config', house.configFile ] );
	expect( [ code, stderr ] ).toEqual( [ 0, '' ] );
	return stdout;
}

describe( 'a running relay', () => {
	it( 'says that it is alive and ready, and counts what it does without naming anybody', async () => {
		const newcomer = await house.newcomer( 501 );
		const roomId = await newcomer.createRoom();
		await newcomer.ask( roomId, 'How do metrics work?' );
		const card = await house.helper.waitForCard( house.supportRoom, 'How do metrics work?' );
		await house.helper.answer( house.supportRoom, card.getId()!, 'Very well' );
		await until( 'the answer', async () => ( await newcomer.answers( roomId ) ).length === 1 );
		expect( await ask( '/healthz' ) ).toEqual( { status: 200, text: 'The relay is alive.\n' } );
		expect( await ask( '/readyz' ) ).toEqual( { status: 200, text: 'The relay receives and sends.\n' } );
		const metrics = await until( 'the counters', async () => {
			const { text } = await ask( '/metrics' );
			return text.includes( 'askforhelp_sent_total{direction="to_newcomer",kind="answer"} 1' ) && text;
		} );
		for ( const line of [
			'askforhelp_received_total{direction="from_helper",kind="message"} 1',
			'askforhelp_sent_total{direction="to_helpers",kind="say"} 1',
			'askforhelp_latency_seconds_count{direction="to_helpers"} 1',
			'askforhelp_first_answer_seconds_count{wiki="testwiki"} 1',
			'askforhelp_requests{wiki="testwiki",state="answered"} 1'
		] ) {
			expect( metrics ).toContain( line );
		}
		for ( const secret of [ 'How do', 'Very well', 'nita', 'mw-501', roomId, house.supportRoom, house.homeserver.appServiceToken ] ) {
			expect( metrics ).not.toContain( secret );
		}
	} );

	it( 'logs each message from received to sent under the id of its event, and never its text or a token, at any level', async () => {
		await relay.kill( 'SIGTERM' );
		await house.configure( { log: { level: 'trace' } } );
		relay = await house.startRelay();
		const newcomer = await house.newcomer( 502 );
		const roomId = await newcomer.createRoom();
		const question = await newcomer.ask( roomId, 'unmistakable question', { page: 'Unmistakable page' } );
		const card = await house.helper.waitForCard( house.supportRoom, 'unmistakable question' );
		await house.helper.answer( house.supportRoom, card.getId()!, 'unmistakable answer' );
		await house.helper.answer( house.supportRoom, card.getId()!, `unmistakable ${ 'x'.repeat( 30_000 ) }` );
		await until( 'the answer', async () => ( await newcomer.answers( roomId ) ).length === 1 );
		const lines = await until( 'the log', async () => {
			const all = ( await house.log() ).split( '\n' ).filter( ( line ) => line.startsWith( '{' ) ).map( ( line ) => JSON.parse( line ) as Record<string, unknown> );
			return all.some( ( { msg } ) => msg === 'refused for good, set aside' ) && all;
		} );
		expect( lines.filter( ( { event, kind } ) => event === question && kind !== 'notice' ).map( ( { msg } ) => msg ) )
			.toEqual( expect.arrayContaining( [ 'received', 'sent', 'done' ] ) );
		const received = lines.filter( ( { msg, from } ) => msg === 'received' && from === 'helper' ).map( ( { event } ) => event );
		const answered = lines.filter( ( { msg, kind } ) => msg === 'done' && kind === 'answer' ).map( ( { event } ) => event );
		expect( received ).toEqual( expect.arrayContaining( answered ) );
		expect( answered ).not.toEqual( [] );
		const log = await house.log();
		for ( const secret of [ 'unmistakable', 'Unmistakable', house.homeserver.appServiceToken ] ) {
			expect( log.includes( secret ) ).toBe( false );
		}
	} );

	it( 'takes so many messages of one newcomer in a minute, says once that it was too much, and loses none of those', async () => {
		const newcomer = await house.newcomer( 503 );
		const other = await house.newcomer( 504 );
		const roomId = await newcomer.createRoom();
		for ( let count = 1; count <= 8; count++ ) {
			await newcomer.ask( roomId, `fast ${ count }.` );
		}
		await other.ask( await other.createRoom(), 'meanwhile' );
		await house.helper.waitForCard( house.supportRoom, 'meanwhile' );
		await until( 'the notice', async () => ( await newcomer.notices( roomId ) ).includes( 'too-fast' ) );
		await house.helper.waitFor( house.supportRoom, 'the fifth', ( event ) => String( event.getContent().body ).includes( 'fast 5.' ) );
		const bodies = house.helper.events( house.supportRoom ).map( ( event ) => String( event.getContent().body ) );
		expect( [ 1, 2, 3, 4, 5, 6, 7, 8 ].filter( ( count ) => bodies.some( ( body ) => body.includes( `fast ${ count }.` ) ) ) ).toEqual( [ 1, 2, 3, 4, 5 ] );
		expect( ( await newcomer.notices( roomId ) ).filter( ( code ) => code === 'too-fast' ) ).toHaveLength( 1 );
	} );
} );

describe( 'an operator', () => {
	it( 'sees beside the running relay how it stands, for people and for programs', async () => {
		// What a newcomer is told of their place may wait for ten seconds.
		await until( 'nothing to wait', async () => ( await command( 'status' ) ).includes( 'Waiting: nothing' ) );
		expect( await command( 'status' ) ).toMatch( /^Received:\n {2}@\S+: last \/sync \d+ s ago\nWaiting: nothing\nOpen requests:\n(.*\n)+Set aside: 1\n.* answer \$\S+ .*: M_TOO_LARGE \(413\)\n$/ );
		expect( JSON.parse( await command( 'status', '--json' ) ) ).toMatchObject( {
			figures: { waiting: 0, setAside: [ { kind: 'answer', count: 1 } ] }, lanes: [], setAside: [ { kind: 'answer', reason: 'M_TOO_LARGE (413)' } ], pauses: []
		} );
	} );

	it( 'pauses new questions, over a restart too, while running ones go on, and takes them again', async () => {
		const running = await house.newcomer( 510 );
		const runningRoom = await running.createRoom();
		await running.ask( runningRoom, 'Before the pause' );
		const card = await house.helper.waitForCard( house.supportRoom, 'Before the pause' );
		await command( 'pause', 'an edit-a-thon is over' );
		expect( await command( 'status' ) ).toMatch( /^PAUSED for all wikis since .* UTC: an edit-a-thon is over$/m );
		const late = await house.newcomer( 511 );
		const lateRoom = await late.createRoom();
		await late.ask( lateRoom, 'During the pause' );
		await until( 'the polite notice', async () => ( await late.notices( lateRoom ) ).includes( 'paused' ) );
		await relay.kill( 'SIGTERM' );
		relay = await house.startRelay();
		expect( ( await ask( '/metrics' ) ).text ).toContain( 'askforhelp_paused{scope="*"} 1' );
		await late.ask( lateRoom, 'And after the restart' );
		await until( 'the second notice', async () => ( await late.notices( lateRoom ) ).filter( ( code ) => code === 'paused' ).length === 2 );
		await running.ask( runningRoom, 'It goes on' );
		await house.helper.waitFor( house.supportRoom, 'the running one', ( event ) => String( event.getContent().body ).endsWith( 'It goes on' ) );
		await house.helper.answer( house.supportRoom, card.getId()!, 'Of course' );
		await until( 'the answer', async () => ( await running.answers( runningRoom ) ).length === 1 );

		expect( await command( 'resume' ) ).toBe( 'New requests are opened again.\n' );
		await late.ask( lateRoom, 'Once more' );
		await house.helper.waitForCard( house.supportRoom, 'Once more' );
		const bodies = house.helper.events( house.supportRoom ).map( ( event ) => String( event.getContent().body ) ).join( '\n' );
		expect( bodies ).not.toMatch( /During the pause|after the restart|edit-a-thon/ );
	} );

	it( 'is told which key to change when something else listens on the port', async () => {
		await relay.kill( 'SIGTERM' );
		relay = await house.startRelay();
		await house.configure( { store: { path: 'other.db' } } );
		const { code, stderr } = await runRelayCommand( [ '--config', house.configFile ] );
		expect( code ).toBe( 1 );
		expect( stderr ).toContain( `http.port: another program listens on 127.0.0.1:${ port } already; choose another port` );
	} );
} );
