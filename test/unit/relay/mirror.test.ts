import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventId } from '../../../src/protocol/ids.ts';
import { readMirrorMarker } from '../../../src/protocol/mirror.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigBot, rigHelper, rigModerator, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

let rig: RelayRig;
let question: EventId;
let card: EventId;

const inThread = ( replyTo?: EventId ): Record<string, unknown> => ( { 'm.relates_to': {
	rel_type: 'm.thread', event_id: card, is_falling_back: replyTo === undefined, 'm.in_reply_to': { event_id: replyTo ?? card }
} } );
const answer = ( body: string ): EventId => rig.say( rigSupport, rigHelper, body, inThread() );
/** What the newcomer sees of the helpers. */
const answers = (): string[] => rig.shown( rigRoom ).filter( ( text ) => /^(Nita B\.|Mod): /.test( text ) );
const inSupportRoom = ( text: string ): boolean => rig.shown( rigSupport ).some( ( shown ) => shown.includes( text ) );
const wholeStore = async (): Promise<string> => JSON.stringify( await rig.store.transaction( async ( tx ) => [
	...await tx.itemsInLane( '1:in' ), ...await tx.itemsInLane( '1:out' ), await tx.openRequest( 1 )
] ) );

beforeEach( async () => {
	rig = await startRelayRig();
	question = rig.say( rigRoom, rigNewcomer, 'How?' );
	await rig.settle();
	card = rig.mirrorOf( rigSupport, 'How?' );
} );
afterEach( () => rig.dispose() );

describe( 'an edit', () => {
	it( 'of a newcomer\'s message replaces its mirror, in order also when both come at once', async () => {
		const said = rig.say( rigRoom, rigNewcomer, 'frist' );
		rig.edit( rigRoom, rigNewcomer, said, 'first' );
		await rig.settle();
		expect( rig.shown( rigSupport ).slice( 1 ) ).toEqual( [ 'newcomer 4: first' ] );
		const edit = rig.said( rigSupport ).at( -1 );
		expect( readMirrorMarker( edit ) ).toMatchObject( { text: 'first', edits: said } );
	} );

	it( 'of a helper\'s answer replaces it for the newcomer, who sees it under the same name', async () => {
		const said = answer( 'yse' );
		await rig.settle();
		rig.edit( rigSupport, rigHelper, said, 'yes' );
		await rig.settle();
		expect( answers() ).toEqual( [ 'Nita B.: yes' ] );
	} );

	it( 'waits for the mirror of what it edits, whatever interrupts that', async () => {
		rig.interrupt = ( what ) => what === 'send' ? 'before' : undefined;
		const said = answer( 'yse' );
		await rig.settle();
		rig.edit( rigSupport, rigHelper, said, 'yes' );
		await rig.settle();
		expect( answers() ).toEqual( [] );
		rig.interrupt = undefined;
		await rig.settle();
		expect( answers() ).toEqual( [ 'Nita B.: yes' ] );
	} );

	it( 'that was sent, but not noted, is not sent again', async () => {
		const said = answer( 'yse' );
		await rig.settle();
		rig.edit( rigSupport, rigHelper, said, 'yes' );
		rig.interrupt = ( what ) => what === 'send' ? 'after' : undefined;
		await rig.settle();
		rig.interrupt = undefined;
		const before = rig.said( rigRoom ).length;
		await rig.settle();
		expect( rig.said( rigRoom ) ).toHaveLength( before );
		expect( answers() ).toEqual( [ 'Nita B.: yes' ] );
	} );

	it( 'of the question is on the card, which stays what it is', async () => {
		rig.edit( rigRoom, rigNewcomer, question, 'How do I cite?' );
		await rig.settle();
		const [ shown ] = rig.shown( rigSupport );
		expect( shown ).toMatch( /^❓ #1 newcomer 4\nHow do I cite\?\n/ );
		answer( 'so' );
		await rig.settle();
		expect( rig.shown( rigSupport )[ 0 ] ).toMatch( /^💬 #1 newcomer 4\nHow do I cite\?\n/ );
	} );

	it.each( [
		[ 'somebody else\'s answer', (): unknown => rig.edit( rigSupport, rigModerator, answer( 'mine' ), 'not mine' ) ],
		[ 'somebody else\'s answer into a note', (): unknown => rig.edit( rigSupport, rigModerator, answer( 'mine' ), '!note x' ) ],
		[ 'the bot\'s mirror', (): unknown => rig.edit( rigSupport, rigHelper, card, 'forged' ) ],
		[ 'the bot\'s mirror into a note', (): unknown => rig.edit( rigSupport, rigHelper, card, '!note x' ) ],
		[ 'a helper\'s answer by the newcomer', (): unknown => {
			answer( 'mine' );
			return rig.settle().then( () => rig.edit( rigRoom, rigNewcomer, rig.mirrorOf( rigRoom, 'mine' ), 'not mine' ) );
		} ],
		[ 'what nobody knows', (): unknown => rig.edit( rigRoom, rigNewcomer, '$elsewhere' as EventId, 'forged' ) ]
	] )( 'of %s changes nothing', async ( _what, happen ) => {
		await happen();
		await rig.settle();
		expect( answers().filter( ( text ) => text !== 'Nita B.: mine' ) ).toEqual( [] );
		expect( rig.shown( rigSupport )[ 0 ] ).toContain( 'How?' );
		expect( rig.shown( rigRoom )[ 0 ] ).toBe( 'How?' );
		expect( inSupportRoom( 'forged' ) ).toBe( rig.shown( rigSupport ).includes( 'forged' ) );
	} );

	it.each( [ '!note do not tell', '!ban' ] )( 'into %j takes the newcomer\'s copy away', async ( text ) => {
		const said = answer( 'too frank' );
		await rig.settle();
		rig.edit( rigSupport, rigHelper, said, text );
		await rig.settle();
		expect( rig.shown( rigRoom ).filter( ( shown ) => shown.includes( 'frank' ) || shown.includes( text ) ) ).toEqual( [] );
		expect( inSupportRoom( 'no longer has the message' ) ).toBe( text === '!ban' );
	} );

	it( 'of a note tells the helper when it looks like an answer, which it is not', async () => {
		const note = answer( '!note hm' );
		rig.edit( rigSupport, rigHelper, note, '!note hm, hm' );
		await rig.settle();
		expect( inSupportRoom( 'does not have the message' ) ).toBe( false );
		rig.edit( rigSupport, rigHelper, note, 'Do it so' );
		await rig.settle();
		expect( answers() ).toEqual( [] );
		expect( inSupportRoom( 'The newcomer does not have the message' ) ).toBe( true );
	} );

	it( 'takes its address off again', async () => {
		const said = rig.say( rigSupport, rigHelper, '#1 yse' );
		rig.edit( rigSupport, rigHelper, said, '#1 yes' );
		await rig.settle();
		expect( answers() ).toEqual( [ 'Nita B.: yes' ] );
	} );

	it( 'of what was set aside is passed on in its place', async () => {
		const said = answer( 'far too long' );
		await rig.receive();
		await rig.store.transaction( async ( tx ) => tx.refuseItem( ( await tx.nextInLane( '1:out' ) )!, 'too large' ) );
		rig.edit( rigSupport, rigHelper, said, 'shorter' );
		await rig.settle();
		expect( answers() ).toEqual( [ 'Nita B.: shorter' ] );
		rig.edit( rigSupport, rigHelper, said, 'short' );
		await rig.settle();
		expect( answers() ).toEqual( [ 'Nita B.: short' ] );
	} );
} );

describe( 'a deletion', () => {
	it( 'of a newcomer\'s message takes its mirror away, and every edit of the mirror', async () => {
		const said = rig.say( rigRoom, rigNewcomer, 'my secret' );
		await rig.settle();
		rig.edit( rigRoom, rigNewcomer, said, 'my other secret' );
		await rig.settle();
		rig.redact( rigRoom, rigNewcomer, said );
		await rig.settle();
		expect( JSON.stringify( rig.said( rigSupport ) ) ).not.toContain( 'secret' );
		expect( await wholeStore() ).not.toContain( 'secret' );
	} );

	it( 'of an answer takes it away from the newcomer, by the helper or by a moderator', async () => {
		const one = answer( 'oops' );
		const two = answer( 'rude' );
		await rig.settle();
		rig.redact( rigSupport, rigHelper, one );
		rig.redact( rigSupport, rigModerator, two );
		await rig.settle();
		expect( answers() ).toEqual( [] );
	} );

	it( 'of the bot\'s mirror by a moderator takes the newcomer\'s own message away', async () => {
		const said = rig.say( rigRoom, rigNewcomer, 'abuse' );
		rig.edit( rigRoom, rigNewcomer, said, 'more abuse' );
		await rig.settle();
		rig.redact( rigSupport, rigModerator, rig.mirrorOf( rigSupport, 'abuse' ) );
		await rig.settle();
		expect( JSON.stringify( rig.events ) ).not.toContain( 'abuse' );
	} );

	it( 'of the card by a moderator takes the question away on the other side, too', async () => {
		rig.redact( rigSupport, rigModerator, card );
		await rig.settle();
		expect( rig.shown( rigRoom ) ).not.toContain( 'How?' );
		expect( await wholeStore() ).not.toContain( 'How?' );
	} );

	it( 'of the question leaves the request, without its text', async () => {
		rig.edit( rigRoom, rigNewcomer, question, 'How now?' );
		answer( 'so' );
		await rig.settle();
		rig.redact( rigRoom, rigNewcomer, question );
		await rig.settle();
		expect( rig.shown( rigSupport )[ 0 ] ).toMatch( /^💬 #1 newcomer 4\n\(The newcomer has deleted the question\.\)\n/ );
		const edits = rig.said( rigSupport ).slice( 1 );
		expect( JSON.stringify( edits ) ).not.toMatch( /How/ );
		expect( await wholeStore() ).not.toContain( 'How' );
		answer( 'still there?' );
		await rig.settle();
		expect( answers() ).toEqual( [ 'Nita B.: so', 'Nita B.: still there?' ] );
	} );

	it( 'of an edit alone brings back what was said before', async () => {
		const said = rig.say( rigRoom, rigNewcomer, 'before' );
		await rig.settle();
		const edit = rig.edit( rigRoom, rigNewcomer, said, 'after' );
		const ofQuestion = rig.edit( rigRoom, rigNewcomer, question, 'Why?' );
		await rig.settle();
		rig.redact( rigRoom, rigNewcomer, edit );
		rig.redact( rigRoom, rigNewcomer, ofQuestion );
		await rig.settle();
		expect( rig.shown( rigSupport ).at( -1 ) ).toBe( 'newcomer 4: before' );
		expect( rig.shown( rigSupport )[ 0 ] ).toContain( '\nHow?\n' );
		expect( JSON.stringify( rig.said( rigSupport ) ) ).not.toMatch( /after|Why/ );
	} );

	it( 'of what was not sent yet keeps it from being sent, and takes its text out of the store', async () => {
		rig.interrupt = () => 'before';
		const said = rig.say( rigRoom, rigNewcomer, 'my secret' );
		rig.edit( rigRoom, rigNewcomer, said, 'my other secret' );
		const told = answer( 'a secret answer' );
		await rig.settle();
		expect( await wholeStore() ).toContain( 'secret' );
		rig.redact( rigRoom, rigNewcomer, said );
		rig.redact( rigSupport, rigHelper, told );
		await rig.settle();
		expect( await wholeStore() ).not.toContain( 'secret' );
		rig.interrupt = undefined;
		await rig.settle();
		expect( JSON.stringify( rig.events.filter( ( { sender } ) => sender === rigBot ) ) ).not.toContain( 'secret' );
	} );

	it( 'of what was sent, but not noted, finds it all the same', async () => {
		answer( 'first' );
		await rig.settle();
		rig.interrupt = ( what ) => what === 'send' ? 'after' : undefined;
		const said = rig.say( rigRoom, rigNewcomer, 'my secret' );
		const told = answer( 'a secret answer' );
		await rig.receive();
		await rig.work();
		expect( inSupportRoom( 'my secret' ) && answers().length === 2 ).toBe( true );
		rig.interrupt = undefined;
		rig.redact( rigRoom, rigNewcomer, said );
		rig.redact( rigSupport, rigHelper, told );
		await rig.settle();
		expect( JSON.stringify( rig.events ) ).not.toContain( 'secret' );
	} );

	it( 'of the very first message, before there is a card, leaves no request; the next message asks', async () => {
		await rig.dispose();
		rig = await startRelayRig();
		rig.interrupt = () => 'before';
		const first = rig.say( rigRoom, rigNewcomer, 'never mind' );
		await rig.settle();
		rig.redact( rigRoom, rigNewcomer, first );
		rig.interrupt = undefined;
		rig.say( rigRoom, rigNewcomer, 'The real question' );
		await rig.settle();
		expect( rig.shown( rigSupport ) ).toEqual( [ expect.stringMatching( /^❓ #2 newcomer 4\nThe real question\n/ ) ] );
	} );

	it( 'of what has no counterpart sends nothing', async () => {
		const note = answer( '!note hm' );
		await rig.settle();
		const before = rig.events.length;
		rig.redact( rigSupport, rigHelper, note );
		rig.redact( rigRoom, rigNewcomer, '$elsewhere' as EventId );
		await rig.settle();
		expect( rig.events ).toHaveLength( before + 2 );
	} );
} );

describe( 'a reply', () => {
	const replyOf = ( roomId: typeof rigRoom, text: string ): unknown => (
		( rig.said( roomId ).find( ( { body } ) => String( body ).endsWith( text ) )?.[ 'm.relates_to' ] as Record<string, unknown> )[ 'm.in_reply_to' ]
	);
	const reply = ( target: EventId ): Record<string, unknown> => ( { 'm.relates_to': { 'm.in_reply_to': { event_id: target } } } );

	it( 'of a helper answers the newcomer\'s own message, in a thread or without', async () => {
		const second = rig.say( rigRoom, rigNewcomer, 'second' );
		await rig.settle();
		rig.say( rigSupport, rigHelper, 'to the second', inThread( rig.mirrorOf( rigSupport, 'second' ) ) );
		rig.say( rigSupport, rigHelper, 'to the card', reply( card ) );
		await rig.settle();
		expect( replyOf( rigRoom, 'to the second' ) ).toEqual( { event_id: second } );
		expect( replyOf( rigRoom, 'to the card' ) ).toEqual( { event_id: question } );
	} );

	it( 'of the newcomer answers the helper\'s message, or their own, in the thread', async () => {
		const told = answer( 'do so' );
		await rig.settle();
		const own = rig.say( rigRoom, rigNewcomer, 'done', reply( rig.mirrorOf( rigRoom, 'do so' ) ) );
		rig.say( rigRoom, rigNewcomer, 'it works', reply( own ) );
		await rig.settle();
		expect( replyOf( rigSupport, 'done' ) ).toEqual( { event_id: told } );
		expect( replyOf( rigSupport, 'it works' ) ).toEqual( { event_id: rig.mirrorOf( rigSupport, 'done' ) } );
	} );

	it( 'to what the newcomer never saw is a message like any other', async () => {
		const note = answer( '!note hm' );
		rig.say( rigSupport, rigHelper, 'so', inThread( note ) );
		await rig.settle();
		expect( rig.said( rigRoom ).at( -1 ) ).not.toHaveProperty( 'm.relates_to' );
	} );
} );

describe( 'reactions', () => {
	it( 'of several helpers are one, which stays until the last of them is gone', async () => {
		const second = rig.say( rigRoom, rigNewcomer, 'thanks' );
		await rig.settle();
		const mirror = rig.mirrorOf( rigSupport, 'thanks' );
		const one = rig.react( rigSupport, rigHelper, mirror, '👍' );
		const two = rig.react( rigSupport, rigModerator, mirror, '👍' );
		rig.react( rigSupport, rigModerator, mirror, '🎉' );
		await rig.settle();
		expect( rig.reactions( rigRoom ) ).toEqual( [ '👍 thanks', '🎉 thanks' ] );
		rig.redact( rigSupport, rigHelper, one );
		await rig.settle();
		expect( rig.reactions( rigRoom ) ).toEqual( [ '👍 thanks', '🎉 thanks' ] );
		rig.redact( rigSupport, rigModerator, two );
		await rig.settle();
		expect( rig.reactions( rigRoom ) ).toEqual( [ '🎉 thanks' ] );
		rig.react( rigSupport, rigHelper, mirror, '👍' );
		await rig.settle();
		expect( rig.reactions( rigRoom ) ).toEqual( [ '🎉 thanks', '👍 thanks' ] );
		expect( second ).toBeDefined();
	} );

	it( 'of the newcomer are shown to the helpers, on their message and on the card', async () => {
		answer( 'do so' );
		await rig.settle();
		const first = rig.react( rigRoom, rigNewcomer, rig.mirrorOf( rigRoom, 'do so' ), '❤️' );
		rig.react( rigRoom, rigNewcomer, question, '👀' );
		await rig.settle();
		expect( rig.reactions( rigSupport ) ).toEqual( [ '❤️ do so', expect.stringMatching( /^👀 ❓ #1/ ) ] );
		rig.redact( rigRoom, rigNewcomer, first );
		await rig.settle();
		expect( rig.reactions( rigSupport ) ).toEqual( [ expect.stringMatching( /^👀/ ) ] );
	} );

	it( 'to an answer whose sending was not noted yet are not lost', async () => {
		answer( 'first' );
		await rig.settle();
		answer( 'do so' );
		rig.interrupt = ( what ) => what === 'send' ? 'after' : undefined;
		await rig.settle();
		rig.react( rigRoom, rigNewcomer, rig.mirrorOf( rigRoom, 'do so' ), '❤️' );
		await rig.settle();
		expect( rig.reactions( rigSupport ) ).toEqual( [ '❤️ do so' ] );
	} );

	it( 'that are gone before it is known whether they were sent leave nothing behind', async () => {
		rig.interrupt = ( what ) => what === 'react' ? 'after' : undefined;
		const one = rig.react( rigSupport, rigHelper, card, '👍' );
		await rig.settle();
		expect( rig.reactions( rigRoom ) ).toHaveLength( 1 );
		rig.redact( rigSupport, rigHelper, one );
		rig.interrupt = undefined;
		await rig.settle();
		expect( rig.reactions( rigRoom ) ).toEqual( [] );
	} );

	it( 'to what has no counterpart send nothing', async () => {
		const note = answer( '!note hm' );
		await rig.settle();
		rig.react( rigSupport, rigModerator, note, '👍' );
		rig.react( rigRoom, rigNewcomer, '$elsewhere' as EventId, '👍' );
		await rig.settle();
		expect( [ ...rig.reactions( rigRoom ), ...rig.reactions( rigSupport ) ] ).toEqual( [] );
	} );
} );

describe( 'a file', () => {
	const image = ( more: Record<string, unknown> = {}, info: Record<string, unknown> = {} ): Record<string, unknown> => ( {
		msgtype: 'm.image', body: 'goat.png', url: 'mxc://example.org/goat', info: { size: 10, mimetype: 'image/png', w: 3, h: 4, ...info }, ...more
	} );
	const mirrorOfFile = ( roomId: typeof rigRoom ): Record<string, unknown> | undefined => (
		rig.said( roomId ).find( ( { url } ) => url !== undefined )
	);

	it( 'of a helper is the same file for the newcomer, with name, size and caption', async () => {
		rig.happens( rigSupport, rigHelper, image( { body: 'look', filename: 'goat.png', ...inThread() } ) );
		await rig.settle();
		expect( mirrorOfFile( rigRoom ) ).toMatchObject( {
			msgtype: 'm.image', url: 'mxc://example.org/goat', filename: 'goat.png', body: 'Nita B.: look',
			info: { size: 10, mimetype: 'image/png', w: 3, h: 4 }
		} );
		expect( readMirrorMarker( mirrorOfFile( rigRoom ) )?.text ).toBe( 'look (image: goat.png)' );
	} );

	it( 'of a newcomer is in the thread, and can be changed and taken back', async () => {
		const said = rig.happens( rigRoom, rigNewcomer, image() );
		await rig.settle();
		expect( mirrorOfFile( rigSupport ) ).toMatchObject( {
			filename: 'goat.png', body: 'newcomer 4: goat.png', 'm.relates_to': { event_id: card }
		} );
		rig.happens( rigRoom, rigNewcomer, {
			...image(), body: '* mine', 'm.new_content': image( { body: 'mine', filename: 'goat.png' } ),
			'm.relates_to': { rel_type: 'm.replace', event_id: said }
		} );
		await rig.settle();
		expect( rig.shown( rigSupport ).at( -1 ) ).toBe( 'newcomer 4: mine' );
		rig.redact( rigRoom, rigNewcomer, said );
		await rig.settle();
		expect( JSON.stringify( rig.said( rigSupport ) ) ).not.toContain( 'goat' );
	} );

	it.each( [ undefined, 'before', 'after' ] as const )( 'as a question is a card, and the file right after it (interrupted: %s)', async ( when ) => {
		await rig.dispose();
		rig = await startRelayRig();
		const first = rig.happens( rigRoom, rigNewcomer, image( { body: 'What is this?', filename: 'goat.png' } ) );
		rig.say( rigRoom, rigNewcomer, 'and this' );
		let failures = 2;
		rig.interrupt = ( what ) => what === 'send' && failures-- > 0 ? when : undefined;
		await rig.settle();
		await rig.settle();
		rig.interrupt = undefined;
		await rig.settle();
		expect( rig.shown( rigSupport ) ).toEqual( [
			expect.stringMatching( /^❓ #1 newcomer 4\nWhat is this\? \(image: goat\.png\)\n/ ), 'newcomer 4: What is this?', 'newcomer 4: and this'
		] );
		rig.redact( rigRoom, rigNewcomer, first );
		await rig.settle();
		expect( rig.shown( rigSupport ) ).toEqual( [ expect.stringContaining( 'has deleted the question' ), 'newcomer 4: and this' ] );
		expect( mirrorOfFile( rigSupport ) ).toBeUndefined();
	} );

	it.each( [
		[ 'an SVG as an image', 'm.image', 'image/svg+xml', 'm.file' ],
		[ 'HTML as a film', 'm.video', 'text/html', 'm.file' ],
		[ 'a film as an image', 'm.image', 'video/mp4', 'm.file' ],
		[ 'a film', 'm.video', 'video/mp4', 'm.video' ],
		[ 'sound', 'm.audio', 'audio/ogg', 'm.audio' ]
	] )( 'that is %s is shown as it may be', async ( _what, msgtype, mimetype, expected ) => {
		rig.happens( rigSupport, rigHelper, image( { msgtype, ...inThread() }, { mimetype } ) );
		await rig.settle();
		expect( mirrorOfFile( rigRoom )?.msgtype ).toBe( expected );
	} );

	it.each( [ [ 'too large', { size: 10_000_001 } ], [ 'of no type', { mimetype: undefined } ], [ 'of a type that is not allowed', { mimetype: 'application/zip' } ] ] )( 'that is %s stays, and its sender is told', async ( _what, info ) => {
		rig.happens( rigSupport, rigHelper, image( inThread(), info ) );
		rig.happens( rigRoom, rigNewcomer, image( {}, info ) );
		await rig.settle();
		expect( [ mirrorOfFile( rigRoom ), mirrorOfFile( rigSupport ) ] ).toEqual( [ undefined, undefined ] );
		expect( inSupportRoom( 'could not be passed on' ) ).toBe( true );
		expect( rig.shown( rigRoom ).some( ( text ) => text.includes( 'could not be passed on' ) ) ).toBe( true );
	} );

	it( 'with a note as its caption stays among helpers', async () => {
		rig.happens( rigSupport, rigHelper, image( { body: '!note spam', filename: 'goat.png', ...inThread() } ) );
		await rig.settle();
		expect( mirrorOfFile( rigRoom ) ).toBeUndefined();
	} );
} );

describe( 'what else is sent', () => {
	it( 'is a readable line on the other side', async () => {
		rig.happens( rigSupport, rigHelper, { body: 'goat', ...inThread() }, 'm.sticker' );
		rig.happens( rigRoom, rigNewcomer, { msgtype: 'm.location', body: 'Here', geo_uri: 'geo:1,2' } );
		await rig.settle();
		expect( answers() ).toEqual( [ 'Nita B.: (sent a sticker: goat)' ] );
		expect( inSupportRoom( 'newcomer 4: (sent a location: Here geo:1,2)' ) ).toBe( true );
	} );

	it.each( [ [ 'm.room.encrypted', { algorithm: 'x' } ], [ 'm.room.message', { msgtype: 'org.example.new', body: 'x' } ] ] )( 'is not passed on when it is %s %o, and the helper is told', async ( type, content ) => {
		rig.happens( rigSupport, rigHelper, { ...content, ...inThread() }, type );
		await rig.settle();
		expect( answers() ).toEqual( [] );
		expect( inSupportRoom( 'could not be passed on' ) ).toBe( true );
	} );

	it( 'as a notice or an emote is told of as such', async () => {
		rig.happens( rigSupport, rigHelper, { msgtype: 'm.emote', body: 'waves', ...inThread() } );
		rig.happens( rigSupport, rigHelper, { msgtype: 'm.notice', body: 'beep', ...inThread() } );
		await rig.settle();
		expect( rig.said( rigRoom ).slice( -2 ).map( ( { msgtype, body } ) => [ msgtype, body ] ) ).toEqual( [
			[ 'm.text', '* Nita B. waves' ], [ 'm.notice', 'Nita B.: beep' ]
		] );
	} );
} );

describe( 'a name', () => {
	it( 'of a helper in the newcomer\'s text calls that helper, and nobody else', async () => {
		rig.say( rigRoom, rigNewcomer, 'Are you there, @Nita B.? @room' );
		await rig.settle();
		expect( rig.said( rigSupport ).at( -1 )?.[ 'm.mentions' ] ).toEqual( { user_ids: [ rigHelper ] } );
	} );
} );

describe( 'an address that fits nothing', () => {
	it( 'is answered with a hint to the message, and the talk around it is not', async () => {
		rig.say( rigSupport, rigHelper, 'Somebody: hello' );
		const lost = rig.say( rigSupport, rigHelper, '#99 hello' );
		rig.happens( rigSupport, rigModerator, { msgtype: 'm.notice', body: '#98 beep' } );
		await rig.settle();
		const hints = rig.said( rigSupport ).filter( ( { msgtype } ) => msgtype === 'm.notice' );
		expect( hints ).toMatchObject( [ { body: expect.stringContaining( '#99' ), 'm.relates_to': { 'm.in_reply_to': { event_id: lost } } } ] );
		expect( answers() ).toEqual( [] );
	} );
} );
