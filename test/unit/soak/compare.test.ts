import { beforeEach, describe, expect, it } from 'vitest';
import type { EventId } from '../../../src/protocol/ids.ts';
import { writeReaction } from '../../../src/protocol/message.ts';
import { writeNotice } from '../../../src/protocol/notice.ts';
import { compare, countOf, lineOf } from '../../soak/compare.ts';
import type { Rooms } from './rooms.ts';
import { createRooms, room, support } from './rooms.ts';

let rooms: Rooms;
let question: EventId;
let said: EventId;
let edited: EventId;
let answer: EventId;

/** What is found, without the events' names. */
const found = (): string[] => compare( rooms.evidence() ).findings.map( lineOf ).map( ( line ) => line.replaceAll( /\$\d+/g, '$' ) );
const mirrorOf = ( eventId: EventId ): EventId => rooms.mirrorsOf( eventId ).at( -1 )!;
/** The same event of the bot once more. */
const double = ( eventId: EventId ): void => {
	const [ roomId, event ] = [ room, support ].flatMap( ( id ) => (
		rooms.events[ id ]!.filter( ( one ) => one.event_id === eventId ).map( ( one ) => [ id, one ] as const )
	) )[ 0 ]!;
	rooms.bot( roomId, { ...event.content }, event.type );
};

beforeEach( () => {
	rooms = createRooms();
	question = rooms.say( 'newcomer', 'How?' );
	said = rooms.say( 'newcomer', 'Here' );
	answer = rooms.say( 'helper', 'So' );
	edited = rooms.edit( 'newcomer', said, 'There' );
} );

describe( 'nothing is found', () => {
	it.each<[ string, () => unknown ]>( [
		[ 'where all was passed on', () => {} ],
		[ 'in replies, both ways', () => {
			rooms.say( 'newcomer', 'Thank you', { replyTo: mirrorOf( answer ) } );
			rooms.say( 'helper', 'As to that', { replyTo: mirrorOf( said ) } );
			rooms.say( 'helper', 'And to that', { replyTo: answer } );
		} ],
		[ 'in an image', () => rooms.say( 'helper', 'Look', { url: 'mxc://a/b' } ) ],
		[ 'in edits, both ways', () => {
			rooms.edit( 'helper', answer, 'Like so' );
			rooms.edit( 'helper', answer, 'Like this' );
			rooms.edit( 'newcomer', question, 'How, please?' );
		} ],
		[ 'in deletions, both ways', () => {
			rooms.delete( 'newcomer', said );
			rooms.delete( 'helper', answer );
		} ],
		[ 'in a deletion of what was never passed on', () => rooms.delete( 'helper', rooms.say( 'helper', 'No', { isPassedOn: false } ) ) ],
		[ 'in the deletion of the question, whose card stays', () => {
			rooms.edit( 'newcomer', question, 'How, please?' );
			rooms.delete( 'newcomer', question );
		} ],
		[ 'in reactions, both ways, and their removal', () => {
			rooms.react( 'newcomer', mirrorOf( answer ), '👍' );
			rooms.react( 'helper', mirrorOf( said ), '👍' );
			rooms.unreact( 'helper', rooms.react( 'helper', mirrorOf( question ), '🎉' ) );
		} ],
		[ 'in a reaction that two made, of which one is taken back', () => {
			rooms.react( 'helper', mirrorOf( said ), '👍' );
			rooms.unreact( 'helper', rooms.react( 'helper', mirrorOf( said ), '👍', false ), false );
		} ],
		[ 'in a reaction to what was deleted', () => {
			rooms.react( 'helper', mirrorOf( said ), '👍', false );
			rooms.delete( 'newcomer', said );
		} ],
		[ 'in a reply to what was deleted, wherever it points', () => {
			const reply = rooms.say( 'helper', 'As to that', { replyTo: mirrorOf( said ) } );
			rooms.change( mirrorOf( reply ), { 'm.relates_to': {} } );
			rooms.delete( 'newcomer', said );
		} ]
	] )( '%s', ( _what, happen ) => {
		happen();
		expect( found() ).toEqual( [] );
	} );

	it( 'in a question that is an image, whose file comes after the card', () => {
		rooms = createRooms();
		rooms.say( 'newcomer', 'What is this?', { url: 'mxc://a/b' } );
		expect( found() ).toEqual( [] );
	} );
} );

describe( 'it is found', () => {
	it.each<[ string, () => unknown, string ]>( [
		[ 'that a message is lost', () => rooms.say( 'newcomer', 'Lost', { isPassedOn: false } ), 'lost: conversation 0, to the helpers, $: "Lost" is not there' ],
		[ 'that an answer is lost', () => rooms.say( 'helper', 'Lost', { isPassedOn: false } ), 'lost: conversation 0, to the newcomer, $: "Lost" is not there' ],
		[ 'that the homeserver lost something', () => {
			rooms.remove( answer );
		}, 'lost: conversation 0, to the newcomer, $: the homeserver itself has not kept what it had taken' ],
		[ 'that a message is doubled', () => double( mirrorOf( said ) ), 'doubled: conversation 0, to the helpers, $: "Here" is there once more' ],
		[ 'that an answer is doubled', () => double( mirrorOf( answer ) ), 'doubled: conversation 0, to the newcomer, $: "So" is there once more' ],
		[ 'that a card is doubled', () => double( rooms.mirrorsOf( question )[ 0 ]! ), 'doubled: conversation 0, to the helpers, $: the conversation has a second card' ],
		[ 'that an edit is doubled', () => double( mirrorOf( edited ) ), 'doubled: conversation 0, to the helpers, $: the edit to "There" is there 2 times' ],
		[ 'that a reaction is doubled', () => double( mirrorOf( rooms.react( 'helper', mirrorOf( said ), '👍' ) ) ), 'doubled: conversation 0, to the newcomer, $: the reaction $ 👍 is there 2 times' ],
		[ 'that the newcomer is told twice', () => rooms.bot( room, writeNotice( 'request-open', 'Again' ) ), 'doubled: conversation 0, to the helpers, $: the newcomer is told once more' ],
		[ 'that messages are out of order', () => {
			rooms.say( 'newcomer', 'Later' );
			rooms.moveLast( mirrorOf( said ) );
		}, 'out of order: conversation 0, to the helpers, $: "Later" comes before an earlier one' ],
		[ 'that edits are out of order', () => {
			rooms.edit( 'newcomer', said, 'Everywhere' );
			rooms.moveLast( mirrorOf( edited ) );
		}, 'out of order: conversation 0, to the helpers, $: what is shown is "There"' ],
		[ 'that an edit is missing', () => rooms.edit( 'helper', answer, 'Not so', false ), 'wrong: conversation 0, to the newcomer, $: the edit to "Not so" is not there' ],
		[ 'that an edit of the question is missing', () => rooms.edit( 'newcomer', question, 'Why?', false ), 'wrong: conversation 0, to the helpers, $: the card shows "How?" and not "Why?"' ],
		[ 'that the card does not know of the answer', () => {
			rooms.events[ support ] = rooms.events[ support ]!.filter( ( { content } ) => content.body !== '* card' );
		}, 'wrong: conversation 0, to the helpers, $: the card does not show that it was answered' ],
		[ 'that an edit that was taken back is still there', () => rooms.delete( 'newcomer', edited, false ), 'wrong: conversation 0, to the helpers, $: the edit was taken back, and $ is still there' ],
		[ 'that a deletion is missing', () => rooms.delete( 'helper', answer, false ), 'wrong: conversation 0, to the newcomer, $: it was deleted, and $ still says "So"' ],
		[ 'that a deleted message has left an edit', () => {
			rooms.remove( mirrorOf( said ) );
			rooms.delete( 'newcomer', said, false );
		}, 'wrong: conversation 0, to the helpers, $: it was deleted, and the edit $ still says "There"' ],
		[ 'that the question is still on the card', () => rooms.delete( 'newcomer', question, false ), 'wrong: conversation 0, to the helpers, $: it was deleted, and the edit $ still says "How?"' ],
		[ 'that a reaction is missing', () => rooms.react( 'newcomer', mirrorOf( answer ), '👍', false ), 'wrong: conversation 0, to the helpers, $: the reaction $ 👍 is not there' ],
		[ 'that a reaction is left', () => rooms.unreact( 'newcomer', rooms.react( 'newcomer', mirrorOf( answer ), '👍' ), false ), 'wrong: conversation 0, to the helpers, $: the reaction $ 👍 is there, and nobody\'s stands' ],
		[ 'that the bot reacts by itself', () => rooms.bot( room, writeReaction( { target: said, key: '👍' } ), 'm.reaction' ), 'wrong: conversation 0, to the newcomer, $: the reaction $ 👍 is there, and nobody\'s stands' ],
		[ 'that a reply is none', () => {
			const reply = rooms.say( 'helper', 'As to that', { replyTo: mirrorOf( said ) } );
			rooms.change( mirrorOf( reply ), { 'm.relates_to': {} } );
		}, 'wrong: conversation 0, to the newcomer, $: it replies to nothing and not to $' ],
		[ 'that a reply is to another message', () => {
			const reply = rooms.say( 'newcomer', 'Thank you', { replyTo: mirrorOf( answer ) } );
			const thread = { rel_type: 'm.thread', event_id: rooms.mirrorsOf( question )[ 0 ], is_falling_back: false };
			rooms.change( mirrorOf( reply ), { 'm.relates_to': { ...thread, 'm.in_reply_to': { event_id: mirrorOf( said ) } } } );
		}, 'wrong: conversation 0, to the helpers, $: it replies to $ and not to $' ],
		[ 'that a message is in no thread', () => rooms.change( mirrorOf( said ), {
			'm.relates_to': { rel_type: 'm.thread', event_id: mirrorOf( said ), is_falling_back: true }
		} ), 'wrong: conversation 0, to the helpers, $: it is not in the thread of its card' ],
		[ 'that an image is another one', () => {
			rooms.change( mirrorOf( rooms.say( 'helper', 'Look', { url: 'mxc://a/b' } ) ), { url: 'mxc://a/c' } );
		}, 'wrong: conversation 0, to the newcomer, $: the image is m.image mxc://a/c and not mxc://a/b' ],
		[ 'that a text is another one', () => {
			rooms.acts.push( { ...rooms.acts.find( ( { eventId } ) => eventId === answer )!, text: 'Not so' } );
		}, 'wrong: conversation 0, to the newcomer, $: it says "So" and not "Not so"' ],
		[ 'that somebody is quoted who said nothing', () => {
			rooms.acts.splice( rooms.acts.findIndex( ( { eventId } ) => eventId === answer ), 1 );
		}, 'wrong: conversation 0, to the newcomer, $: it says "So", for $, which nobody said here' ],
		[ 'that an edit is of another message', () => rooms.change( mirrorOf( edited ), {
			'm.relates_to': { rel_type: 'm.replace', event_id: rooms.mirrorsOf( answer )[ 0 ] }
		} ), 'wrong: conversation 0, to the helpers, $: it edits $ to "There", which nobody did' ],
		[ 'that the newcomer is told of a failure', () => rooms.bot( room, writeNotice( 'not-delivered', 'Not passed on' ) ), 'wrong: conversation 0, to the newcomer, $: the bot says to the newcomer: Not passed on' ],
		[ 'that helpers are told of a failure', () => rooms.bot( support, { msgtype: 'm.notice', body: 'Not passed on' } ), 'wrong: Support room, $: the bot says to the helpers: Not passed on' ]
	] )( '%s', ( _what, happen, expected ) => {
		happen();
		expect( found() ).toContainEqual( expect.stringContaining( expected ) );
	} );

	it( 'that the file of a question is lost', () => {
		rooms = createRooms();
		rooms.remove( mirrorOf( rooms.say( 'newcomer', 'What is this?', { url: 'mxc://a/b' } ) ) );
		expect( found() ).toEqual( [ 'lost: conversation 0, to the helpers, $: the question\'s file is not there' ] );
	} );

	it( 'that the newcomer is not told that helpers have the question', () => {
		rooms.events[ room ] = rooms.events[ room ]!.filter( ( { content } ) => content.msgtype !== 'm.notice' );
		expect( found() ).toEqual( [ 'lost: conversation 0, to the helpers, $: the newcomer is not told that helpers have the question' ] );
	} );
} );

it( 'acts are counted by their kind, findings by theirs', () => {
	rooms.say( 'newcomer', 'Lost', { isPassedOn: false } );
	rooms.say( 'helper', 'Lost', { isPassedOn: false } );
	const comparison = compare( rooms.evidence() );
	expect( comparison.sent ).toEqual( { text: 5, edit: 1 } );
	expect( countOf( comparison, 'lost' ) ).toBe( 2 );
	expect( countOf( comparison, 'doubled' ) ).toBe( 0 );
} );
