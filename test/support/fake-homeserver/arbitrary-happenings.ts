import fc from 'fast-check';
import type { RoomId, UserId } from '../../../src/protocol/ids.ts';
import { MIRROR_KEY } from '../../../src/protocol/mirror.ts';
import { CONTEXT_KEY } from '../../../src/protocol/question.ts';
import { fakeBot, fakeHelper, fakeSupport } from './fake-house.ts';
import type { FakeEvent } from './fake-rooms.ts';

export const firstNewcomer = '@mw-4-:example.org' as UserId;
export const secondNewcomer = '@mw-5-:example.org' as UserId;
export const stranger = '@eve:example.org' as UserId;
export const firstRoom = '!first:example.org' as RoomId;
export const secondRoom = '!second:example.org' as RoomId;
/** A room that is not as a conversation has to be. */
export const refusedRoom = '!refused:example.org' as RoomId;

/** A place in a value, as numbers that choose a key at each level; what stands there is changed, or taken out. */
export type Mutation = { readonly path: readonly number[]; readonly value: unknown; readonly isRemoval: boolean };

/** What somebody does; `refers` chooses one of the events so far. */
export type Happening = {
	readonly roomId: RoomId;
	readonly sender: UserId;
	readonly kind: string;
	readonly text: string;
	readonly refers: number;
	/** What becomes of the event on its way to the relay. */
	readonly mutations: readonly Mutation[];
};

const markup = '<b onclick="x">&amp;"\'</b>';
const nasty = fc.constantFrom(
	markup, `</strong>${ markup }`, '@room', '@Nita B. look', '#1 hello', '#2: hello', '!note no', '!x', 'Eve: hi', '\u0000\u0001', '\u202eabc', '\ud800', '> <@a:b> x\n\ny',
	'x'.repeat( 70_000 ), '"'.repeat( 3_000 ), '\u0001'.repeat( 3_000 ), '字'.repeat( 3_000 ), '<'.repeat( 3_000 ), '  ', ''
);
const text = fc.oneof( fc.string( { unit: 'binary' } ), nasty );

const ids = [ fakeBot, fakeHelper, firstNewcomer, secondNewcomer, stranger, firstRoom, secondRoom, refusedRoom, fakeSupport ];
/** Anything that JSON can say, and what is near enough to be taken for the right thing. */
const anything = fc.oneof(
	fc.jsonValue( { maxDepth: 2 } ), text,
	fc.constantFrom( ...ids ),
	fc.integer( { min: 1, max: 30 } ).map( ( number ) => `$event${ number }` ),
	fc.constantFrom( 0, -1, 1e300, 2 ** 53, 8.64e15 + 1, 0.5, 'm.room.message', 'm.room.member', 'm.room.redaction', 'm.reaction', 'm.text', 'm.image', 'join', 'leave' )
);
const mutation: fc.Arbitrary<Mutation> = fc.record( {
	path: fc.array( fc.nat( 50 ), { minLength: 1, maxLength: 4 } ), value: anything, isRemoval: fc.boolean()
} );

/** Contents by kind, as clients that are well would send them. */
const contents: Readonly<Record<string, ( text: string, refers: string ) => readonly [
	type: string, content: Record<string, unknown>, stateKey?: string
]>> = {
	text: ( body ) => [ 'm.room.message', { msgtype: 'm.text', body } ],
	question: ( body ) => [ 'm.room.message', { msgtype: 'm.text', body, [ CONTEXT_KEY ]: {
		wiki: 'testwiki', page: body, page_id: 7, section: body, revision: 8, editor: 'visualeditor', language: 'en'
	} } ],
	emote: ( body ) => [ 'm.room.message', { msgtype: 'm.emote', body, format: 'org.matrix.custom.html', formatted_body: body } ],
	image: ( body ) => [ 'm.room.message', {
		msgtype: 'm.image', body, filename: `${ body }.png`, url: 'mxc://example.org/abc', info: { mimetype: 'image/png', size: 7, w: 1, h: 1 }
	} ],
	location: ( body ) => [ 'm.room.message', { msgtype: 'm.location', body, geo_uri: 'geo:1,2' } ],
	reply: ( body, refers ) => [ 'm.room.message', { msgtype: 'm.text', body, 'm.relates_to': { 'm.in_reply_to': { event_id: refers } } } ],
	thread: ( body, refers ) => [ 'm.room.message', { msgtype: 'm.text', body, 'm.relates_to': {
		rel_type: 'm.thread', event_id: refers, is_falling_back: true, 'm.in_reply_to': { event_id: refers }
	} } ],
	edit: ( body, refers ) => [ 'm.room.message', { msgtype: 'm.text', body: `* ${ body }`, 'm.new_content': { msgtype: 'm.text', body }, 'm.relates_to': {
		rel_type: 'm.replace', event_id: refers
	} } ],
	reaction: ( body, refers ) => [ 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: refers, key: body.slice( 0, 8 ) } } ],
	redaction: ( _, refers ) => [ 'm.room.redaction', { redacts: refers } ],
	sticker: ( body ) => [ 'm.sticker', { body } ],
	poll: ( body ) => [ 'm.poll.start', { 'm.poll': { question: { 'm.text': [ { body } ] }, answers: [ { 'm.text': [ { body } ] }, { body } ] } } ],
	encrypted: () => [ 'm.room.encrypted', { algorithm: 'x', ciphertext: 'x' } ],
	forged: ( body, refers ) => [ 'm.room.message', { msgtype: 'm.text', body, [ MIRROR_KEY ]: {
		source: { room_id: firstRoom, event_id: refers }, name: 'x', role: 'helper', said_at: 7, text: body
	} } ],
	left: () => [ 'm.room.member', { membership: 'leave' }, 'self' ],
	renamed: ( displayname ) => [ 'm.room.member', { membership: 'join', displayname }, 'self' ],
	levels: () => [ 'm.room.power_levels', { users: { [ fakeHelper ]: 50 } }, '' ]
};

/** The event of a happening, where `refers` is an event's id. */
export function eventOf( { kind, text: body, sender }: Pick<Happening, 'kind' | 'text' | 'sender'>, refers: string ) {
	const [ type, content, stateKey ] = contents[ kind ]!( body, refers );
	return { type, content, ...( stateKey !== undefined && { stateKey: stateKey === 'self' ? sender : stateKey } ) };
}

/** The event that a happening refers to: mostly one to which people do such things, and at times one of another room, or any. */
export function referredTo( { kind, roomId, sender, refers }: Happening, events: readonly FakeEvent[] ): string {
	const here = events.filter( ( event ) => event.room_id === roomId && event.state_key === undefined );
	const theirs = here.filter( ( event ) => event.sender === ( kind === 'edit' || kind === 'redaction' ? sender : fakeBot ) );
	const foreign = events.filter( ( event ) => event.room_id !== roomId && event.state_key === undefined );
	const pool = [ events, here, theirs, theirs, theirs, foreign ][ refers % 6 ]!;
	const choice = Math.floor( refers / 6 );
	return ( pool[ choice % pool.length ] ?? events[ choice % events.length ]! ).event_id;
}

const happening = ( mutations: fc.Arbitrary<readonly Mutation[]> ): fc.Arbitrary<Happening> => fc.record( {
	// Mostly those that the rules let through, or nothing would get far.
	place: fc.oneof(
		{ weight: 6, arbitrary: fc.constantFrom(
			[ firstRoom, firstNewcomer ] as const, [ secondRoom, secondNewcomer ] as const, [ fakeSupport, fakeHelper ] as const
		) },
		{ weight: 1, arbitrary: fc.tuple(
			fc.constantFrom( firstRoom, secondRoom, refusedRoom, fakeSupport ),
			fc.constantFrom( firstNewcomer, secondNewcomer, fakeHelper, stranger )
		) }
	),
	kind: fc.oneof(
		{ weight: 1, arbitrary: fc.constantFrom( ...Object.keys( contents ) ) },
		{ weight: 1, arbitrary: fc.constantFrom( 'text', 'thread', 'thread', 'edit', 'reaction', 'redaction' ) }
	),
	text, refers: fc.nat( 10_000 ), mutations
} ).map( ( { place: [ roomId, sender ], ...more } ) => ( { ...more, roomId, sender } ) );

const someMutations = fc.oneof(
	{ weight: 2, arbitrary: fc.constant( [] ) }, { weight: 1, arbitrary: fc.array( mutation, { maxLength: 2 } ) }
);
/** What happens, in order; between the parts the relay does all that it has to do. */
export const happenings = fc.array( fc.array( happening( someMutations ), { maxLength: 15 } ), { minLength: 2, maxLength: 4 } );
/** What becomes of whole answers to /sync and /messages: for each answer in turn, or nothing. */
export const tamperings = fc.array( fc.option( mutation, { freq: 3 } ), { maxLength: 10 } );
/** What newcomers ask first. */
export const questions = fc.tuple( text, fc.constant( 'and another one' ) );
/** How a wiki may call an account: up to 255 bytes. */
export const names = text.map( ( name ) => name.slice( 0, 255 ) );

/** A changed copy of a value. */
export function mutate( value: unknown, { path, value: replacement, isRemoval }: Mutation ): unknown {
	const copy: unknown = structuredClone( value );
	let at: unknown = copy;
	for ( const [ depth, choice ] of path.entries() ) {
		const keys = typeof at === 'object' && at !== null ? Object.keys( at ) : [];
		const key = keys[ choice % ( keys.length || 1 ) ];
		if ( key === undefined ) {
			break;
		}
		const holder = at as Record<string, unknown>;
		const isLast = depth === path.length - 1 || typeof holder[ key ] !== 'object' || holder[ key ] === null;
		if ( !isLast ) {
			at = holder[ key ];
			continue;
		}
		if ( isRemoval ) {
			Reflect.deleteProperty( holder, key );
		} else {
			holder[ key ] = replacement;
		}
		break;
	}
	return copy;
}
