import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { conversationCreation } from '../../../src/protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import { THANKS_KEY } from '../../../src/protocol/message.ts';
import { createTakeInvitation } from '../../../src/relay/receive-invitation.ts';
import { openScratchStore } from '../../support/relay-store.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigBot, rigHelper, rigModerator, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

const privateSupport = '!private-support:example.org' as RoomId;
const newcomer = ( name: string ): UserId => `@mw-${ name.codePointAt( 0 )! }-:example.org` as UserId;
let rig: RelayRig;
afterEach( () => rig.dispose() );

type People = {
	asks( name: string, team?: string ): Promise<RoomId>;
	answers( name: string, text: string, team?: string ): Promise<EventId>;
};

function people(): People {
	const supportOf = ( team: string ): RoomId => team === 'general' ? rigSupport : privateSupport;
	return {
		async asks( name, team = 'general' ) {
			const roomId = `!${ name }-${ team }:example.org` as RoomId;
			rig.open( roomId, 5, newcomer( name ), team );
			rig.say( roomId, newcomer( name ), `Question ${ name } ${ team }` );
			await rig.settle();
			return roomId;
		},
		async answers( name, text, team = 'general' ) {
			const root = rig.mirrorOf( supportOf( team ), `Question ${ name } ${ team }` );
			const said = rig.say( supportOf( team ), rigHelper, text, { 'm.relates_to': {
				rel_type: 'm.thread', event_id: root, is_falling_back: true, 'm.in_reply_to': { event_id: root }
			} } );
			await rig.settle();
			return said;
		}
	};
}

/** All that may be seen by others of a day on which some ask the general team, and, where `isPrivate`, some the private one meanwhile. */
async function dayOf( isPrivate: boolean ): Promise<Record<string, unknown>> {
	rig = await startRelayRig();
	await rig.addTeam( 'harassment', privateSupport );
	const { asks, answers } = people();
	const inPrivate = async ( work: () => Promise<unknown> ): Promise<void> => {
		await ( isPrivate && work() );
	};
	await asks( 'a' );
	await inPrivate( async () => {
		// The same newcomer, and one of whom the general team knows nothing.
		await asks( 'a', 'harassment' );
		await asks( 'x', 'harassment' );
		await answers( 'a', 'private answer', 'harassment' );
		await answers( 'x', '!note private note', 'harassment' );
		const roomId = '!a-harassment:example.org' as RoomId;
		rig.react( roomId, newcomer( 'a' ), rig.mirrorOf( roomId, 'private answer' ), THANKS_KEY );
		await rig.settle();
	} );
	const roomOfB = await asks( 'b' );
	await answers( 'a', 'so' );
	await inPrivate( () => answers( 'x', 'another private answer', 'harassment' ) );
	rig.say( rigSupport, rigModerator, '#2 by number' );
	await rig.settle();
	rig.react( roomOfB, newcomer( 'b' ), rig.mirrorOf( roomOfB, 'by number' ), THANKS_KEY );
	await rig.settle();
	await asks( 'c' );
	// Numbers that the private team has, too, and one that only it might have.
	rig.say( rigSupport, rigHelper, '#3 last' );
	rig.say( rigSupport, rigHelper, '#4 nobody' );
	await rig.settle();
	const store = await rig.store.transaction( async ( tx ) => {
		const { requests, setAside } = await tx.figures();
		return {
			requests, setAside, thanks: await tx.countThanks( 0 ), waits: await tx.lastWaits( 'general', 0, 20 ),
			numbered: ( await Promise.all( [ 1, 2, 3, 4 ].map( ( number ) => tx.requestsNumbered( 'general', number ) ) ) ).map( ( found ) => found.length ),
			named: ( await tx.namedRequests( 'general' ) ).length
		};
	} );
	return {
		store,
		firstAnswers: rig.firstAnswers,
		supportRoom: rig.shown( rigSupport ).map( ( text ) => text.replace( /since .*/, '' ) ),
		reactions: rig.reactions( rigSupport ),
		conversations: [ 'a', 'b', 'c' ].map( ( name ) => rig.shown( `!${ name }-general:example.org` as RoomId ) ),
		statuses: rig.statuses.filter( ( { roomId } ) => roomId.endsWith( '-general:example.org' ) )
	};
}

describe( 'a private team', () => {
	it( 'leaves no trace with the others: cards, numbers, answers, hints, queue, counts', async () => {
		const without = await dayOf( false );
		await rig.dispose();
		const beside = await dayOf( true );
		expect( beside ).toEqual( without );
		expect( without ).toMatchObject( { store: { thanks: { total: 1, lately: 1 }, numbered: [ 1, 1, 1, 0 ] } } );
		expect( JSON.stringify( beside ) ).not.toMatch( /private|harassment|@mw-120/ );
	} );

	it( 'numbers its requests by itself, and its helpers can answer by these numbers', async () => {
		rig = await startRelayRig();
		await rig.addTeam( 'harassment', privateSupport );
		const { asks, answers } = people();
		await asks( 'a' );
		await asks( 'b' );
		const room = await asks( 'c', 'harassment' );
		expect( rig.shown( privateSupport )[ 0 ] ).toMatch( /^❓ #1 / );
		rig.say( privateSupport, rigHelper, '#1 by number' );
		await rig.settle();
		expect( rig.shown( room ).at( -1 ) ).toBe( 'Nita B.: by number' );
		expect( rig.statuses.filter( ( { roomId } ) => roomId === room ).map( ( { content } ) => content ) )
			.toEqual( [ { number: 1, state: 'waiting', position: 1 }, { number: 1, state: 'answered' } ] );
		await answers( 'a', 'so' );
		expect( rig.shown( room ).at( -1 ) ).toBe( 'Nita B.: by number' );
	} );

	it( 'cannot be reached from the other room by events that somebody knows', async () => {
		rig = await startRelayRig();
		await rig.addTeam( 'harassment', privateSupport );
		const { asks, answers } = people();
		await asks( 'a' );
		const room = await asks( 'b', 'harassment' );
		const said = await answers( 'b', 'private answer', 'harassment' );
		const there = (): unknown => [ rig.said( privateSupport ), rig.said( room ) ].map( ( said ) => said.map( ( { body } ) => body ) );
		const before = there();
		const card = rig.mirrorOf( privateSupport, 'Question b' );
		rig.say( rigSupport, rigHelper, 'hello', { 'm.relates_to': { rel_type: 'm.thread', event_id: card } } );
		rig.say( rigSupport, rigHelper, 'hello', { 'm.relates_to': { 'm.in_reply_to': { event_id: said } } } );
		rig.edit( rigSupport, rigHelper, said, 'changed' );
		rig.react( rigSupport, rigHelper, card, '👍' );
		rig.redact( rigSupport, rigModerator, said );
		await rig.settle();
		expect( there() ).toEqual( before );
		expect( rig.reactions( room ) ).toEqual( [] );
	} );
} );

it( 'the log names no newcomer of a private team', async () => {
	rig = await startRelayRig();
	const scratch = openScratchStore();
	const lines: string[] = [];
	const take = createTakeInvitation( {
		receiver: rigBot, serverName: 'example.org', wikis: new Set( [ 'enwiki' ] ), teamOfRoom: new Map(), teams: new Set( [ 'general', 'harassment' ] ),
		privateTeams: new Set( [ 'harassment' ] ), limits: { conversationsPerNewcomer: 1, roomsPerMinute: 3 },
		log: pino( { level: 'trace' }, { write: ( line: string ) => void lines.push( line ) } )
	} );
	const invite = async ( roomId: string, name: string, team: string ): Promise<void> => {
		const content = conversationCreation( { wiki: 'enwiki', team }, newcomer( name ), rigBot ).creation_content as Record<string, unknown>;
		await scratch.store.transaction( ( tx ) => take(
			tx, roomId as RoomId, [ { type: 'm.room.create', state_key: '', sender: newcomer( name ), content } ], ( item ) => tx.enqueue( item )
		) );
	};
	for ( const roomId of [ '!1', '!2', '!3', '!4' ] ) {
		await invite( roomId, 'a', 'harassment' );
	}
	await invite( '!5', 'b', 'harassment' );
	await invite( '!6', 'b', 'general' );
	await scratch.dispose();
	expect( lines.join( '' ) ).toContain( 'too many rooms in a minute' );
	expect( lines.join( '' ) ).not.toContain( newcomer( 'a' ) );
	expect( lines.filter( ( line ) => line.includes( newcomer( 'b' ) ) ).map( ( line ) => ( JSON.parse( line ) as { msg: string } ).msg ) )
		.toEqual( [ 'too many conversations; this one is turned away' ] );
} );
