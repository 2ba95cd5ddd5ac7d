import type { EventId, RoomId } from '../../protocol/ids.ts';
import type { RoomEvent } from '../../protocol/message.ts';
import { readRelation } from '../../protocol/message.ts';
import { readMirrorMarker } from '../../protocol/mirror.ts';
import type { Message } from './messages.ts';
import { createMessageReader } from './messages.ts';
import { plainLine, plainText } from './plain-text.ts';
import type { RoomLog } from './room-log.ts';
import { readChanges } from './room-log.ts';

/** What the first sign of a card says; `other` for a sign that is not known here. */
export type RequestState = 'waiting' | 'claimed' | 'answered' | 'closed' | 'posted' | 'moved' | 'other';

const STATES: ReadonlyMap<string, RequestState> = new Map( [
	[ '❓', 'waiting' ], [ '✋', 'claimed' ], [ '💬', 'answered' ], [ '✅', 'closed' ], [ '📄', 'posted' ], [ '↪', 'moved' ]
] );
const OVER: readonly RequestState[] = [ 'closed', 'posted', 'moved' ];

/** A request as its card and its thread show it; all texts are safe for a terminal. */
export type Request = {
	readonly roomId: RoomId;
	readonly root: EventId;
	/** The card's first sign. */
	readonly sign: string;
	readonly state: RequestState;
	/** As in `#42`. */
	readonly number: string;
	readonly name: string;
	/** Page and section, in the card's words; empty when the card names none. */
	readonly place: string;
	/** Address of that page; empty when the card has none. */
	readonly address: string;
	readonly question: string;
	/** The card's last line. */
	readonly details: string;
	/** Since when the newcomer waits, in ms since 1970; `undefined` when it is not their turn to be answered. */
	readonly waitingSinceMs: number | undefined;
	/** How many messages of the newcomer nobody has answered; the question is the first. */
	readonly unanswered: number;
	readonly lastSaidAtMs: number;
	/** The question first, and what follows in the thread; what is not sent yet last. */
	readonly messages: readonly Message[];
	/** What a message in the thread falls back to for clients without threads. */
	readonly latest: EventId;
};

export type SupportRoom = {
	readonly roomId: RoomId;
	readonly name: string;
	readonly requests: readonly Request[];
	/** What is said in the room itself. */
	readonly talk: readonly Message[];
};

type CardText = Pick<Request, 'sign' | 'state' | 'number' | 'place' | 'details'>;

/** Reads the words of a card: sign, number, name and place in the first line, the rest in the last one. */
function readCardText( body: string, name: string ): CardText | undefined {
	const lines = plainText( body ).split( '\n' );
	const [ , sign = '', number = '', rest = '' ] = /^(\S+) #(\d+) (.*)$/.exec( plainLine( lines[ 0 ] ?? '' ) ) ?? [];
	if ( number === '' ) {
		return undefined;
	}
	// An emoji may come with the selector of its coloured form, or without.
	const state = STATES.get( sign.replace( /\ufe0f/g, '' ) ) ?? 'other';
	// The name as the relay writes it may differ from ours in what cannot be seen.
	const nameEnd = rest.startsWith( name ) ? name.length : Math.max( 0, rest.indexOf( ' · ' ) );
	const place = rest.slice( nameEnd ).startsWith( ' · ' ) ? rest.slice( nameEnd + 3 ) : '';
	return { sign, state, number, place, details: lines.length > 1 ? plainLine( lines.at( -1 ) ?? '' ) : '' };
}

/** The last link of a card's first line: the most exact place that it names. The bot makes it from its own settings. */
function readAddress( content: Readonly<Record<string, unknown>>, hasPlace: boolean ): string {
	const firstLine = String( content.formatted_body ?? '' ).split( '<br>' )[ 0 ] ?? '';
	const address = [ ...firstLine.matchAll( /<a href="(https?:[^"<>\s]*)"/g ) ].at( -1 )?.[ 1 ];
	return hasPlace && address !== undefined ? plainLine( address.replace( /&#(\d{1,4});/g, ( _, code ) => String.fromCharCode( Number( code ) ) ) ) : '';
}

function isCard( event: RoomEvent ): boolean {
	return event.type === 'm.room.message' && event.content[ 'm.relates_to' ] === undefined &&
		readMirrorMarker( event.content )?.role === 'newcomer' && /^\S+ #\d+ /.test( String( event.content.body ) );
}

/** Whether a room has a card in it: it is a Support room. */
export function hasCards( events: readonly RoomEvent[] ): boolean {
	return events.some( isCard );
}

/** Finds the request that a message belongs to: its thread, what it replies to, or the number that it begins with. */
function createRootFinder( cards: ReadonlyMap<string, RoomEvent>, numbers: ReadonlyMap<string, EventId> ) {
	const roots = new Map<string, EventId>( [ ...cards.values() ].map( ( { event_id: id } ) => [ id, id ] ) );
	return ( id: string, content: Readonly<Record<string, unknown>> ): EventId | undefined => {
		const relation = readRelation( content );
		const number = relation.thread === undefined && relation.replyTo === undefined ?
			/^#(\d{1,9})(?:[:,]\s*|\s+)\S/.exec( String( content.body ?? '' ) )?.[ 1 ] : undefined;
		const root = roots.get( relation.thread ?? '' ) ?? roots.get( relation.replyTo ?? '' ) ?? numbers.get( number ?? '' );
		if ( root !== undefined ) {
			roots.set( id, root );
		}
		return root;
	};
}

function byUrgency( a: Request, b: Request ): number {
	const rank = ( { state, waitingSinceMs }: Request ): number => OVER.includes( state ) ? 2 : waitingSinceMs === undefined ? 1 : 0;
	return rank( a ) - rank( b ) || (
		rank( a ) === 0 ? ( a.waitingSinceMs ?? 0 ) - ( b.waitingSinceMs ?? 0 ) : b.lastSaidAtMs - a.lastSaidAtMs
	);
}

/**
 * The requests of a Support room, the longest waiting first, then those that were answered, then those that are over;
 * and what is said beside them.
 */
export function readSupportRoom( log: RoomLog ): SupportRoom {
	const changes = readChanges( log );
	const allCards = log.events.filter( isCard );
	// Where nobody told who the bot is, it is the one who posted the first card.
	const bot = log.bot ?? allCards[ 0 ]?.sender;
	const reader = createMessageReader( log, changes, bot );
	const isOurs = ( card: RoomEvent ): boolean => card.sender === bot && !changes.isDeleted( card );
	const cards = new Map( allCards.filter( isOurs ).map( ( card ) => [ card.event_id, card ] ) );
	const texts = new Map( [ ...cards.values() ].map( ( card ) => {
		const content = changes.editedContent( card ) ?? card.content;
		const name = plainLine( readMirrorMarker( content )?.name ?? readMirrorMarker( card.content )?.name ?? '' );
		return [ card.event_id, { content, name, text: readCardText( String( content.body ?? '' ), name ) } ] as const;
	} ) );
	const numbers = new Map( [ ...texts ].flatMap( ( [ root, { text } ] ) => text ? [ [ text.number, root ] as const ] : [] ) );
	const rootOf = createRootFinder( cards, numbers );

	const threads = new Map<EventId, Message[]>( [ ...cards.keys() ].map( ( root ) => [ root, [] ] ) );
	const talk: Message[] = [];
	const latest = new Map<EventId, EventId>();
	const add = ( message: Message | undefined, root: EventId | undefined ): void => {
		if ( message ) {
			( root === undefined ? talk : threads.get( root ) ?? talk ).push( message );
		}
	};
	for ( const event of log.events ) {
		const root = rootOf( event.event_id, event.content );
		if ( root !== undefined && readRelation( event.content ).thread === root ) {
			latest.set( root, event.event_id );
		}
		add( reader.message( event ), cards.has( event.event_id ) ? event.event_id : root );
	}
	const known = new Set<string>( log.events.map( ( { event_id: id } ) => id ) );
	for ( const pending of log.pending ) {
		if ( pending.eventId === undefined || !known.has( pending.eventId ) ) {
			add( reader.pendingMessage( pending ), rootOf( pending.transactionId, pending.content ) );
		}
	}

	const requests = [ ...cards.values() ].flatMap( ( card ): Request[] => {
		const { content, name, text } = texts.get( card.event_id )!;
		const messages = threads.get( card.event_id )!;
		if ( !text ) {
			return [];
		}
		const lastAnswer = messages.findLastIndex( ( { from, staysHere, isMedia, isDeleted, delivery } ) => (
			( from === 'helper' || from === 'me' ) && !staysHere && !isMedia && !isDeleted && delivery === 'sent'
		) );
		const open = messages.slice( lastAnswer + 1 ).filter( ( { from, isDeleted } ) => from === 'newcomer' && !isDeleted );
		const isOver = OVER.includes( text.state );
		return [ {
			roomId: log.roomId, root: card.event_id, ...text, name, address: readAddress( content, text.place !== '' ),
			question: plainText( readMirrorMarker( content )?.text ?? '' ),
			waitingSinceMs: isOver ? undefined : open[ 0 ]?.saidAtMs, unanswered: isOver ? 0 : open.length,
			lastSaidAtMs: messages.at( -1 )?.saidAtMs ?? card.origin_server_ts,
			messages, latest: latest.get( card.event_id ) ?? card.event_id
		} ];
	} );
	return { roomId: log.roomId, name: plainLine( log.name ), requests: requests.sort( byUrgency ), talk };
}

/** Content of an answer in a request's thread, with the fallback for clients without threads ("Threading"). */
export function answerContent( text: string, { root, latest }: Pick<Request, 'root' | 'latest'> ): Record<string, unknown> {
	return {
		...talkContent( text ),
		'm.relates_to': { rel_type: 'm.thread', event_id: root, is_falling_back: true, 'm.in_reply_to': { event_id: latest } }
	};
}

/** Content of a message in the room itself. */
export function talkContent( text: string ): Record<string, unknown> {
	return { msgtype: 'm.text', body: text, 'm.mentions': {} };
}

/** Content of a reaction ("Event annotations"). */
export function reactionContent( eventId: EventId, key: string ): Record<string, unknown> {
	return { 'm.relates_to': { rel_type: 'm.annotation', event_id: eventId, key } };
}
