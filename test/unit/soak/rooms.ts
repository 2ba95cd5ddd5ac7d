import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';
import { writeReaction } from '../../../src/protocol/message.ts';
import { writeMirrorMarker } from '../../../src/protocol/mirror.ts';
import { writeNotice } from '../../../src/protocol/notice.ts';
import type { Act, Evidence, Side } from '../../soak/evidence.ts';

const bot = '@bot:example.org' as UserId;
const newcomer = '@mw-4-:example.org' as UserId;
const helper = '@nita:example.org' as UserId;
export const room = '!room:example.org' as RoomId;
export const support = '!support:example.org' as RoomId;

/** One conversation as a relay leaves it behind that makes no mistake; a test then makes one. */
export type Rooms = {
	readonly events: Record<RoomId, RoomEvent[]>;
	readonly acts: Act[];
	/** Somebody says something, and the relay has said it on the other side, unless `isPassedOn` is false. */
	say( side: Side, text: string, more?: { readonly replyTo?: EventId; readonly url?: string; readonly isPassedOn?: boolean } ): EventId;
	edit( side: Side, target: EventId, text: string, isPassedOn?: boolean ): EventId;
	delete( side: Side, target: EventId, isPassedOn?: boolean ): EventId;
	react( side: Side, target: EventId, key: string, isPassedOn?: boolean ): EventId;
	unreact( side: Side, target: EventId, isPassedOn?: boolean ): EventId;
	/** What the bot does by itself. */
	bot( roomId: RoomId, content: Record<string, unknown>, type?: string ): EventId;
	/** The bot's events for an event. */
	mirrorsOf( source: EventId ): EventId[];
	remove( eventId: EventId ): void;
	change( eventId: EventId, change: Record<string, unknown> ): void;
	/** Puts an event to the end of its room. */
	moveLast( eventId: EventId ): void;
	evidence(): Evidence;
};

export function createRooms(): Rooms {
	const events: Record<string, RoomEvent[]> = { [ room ]: [], [ support ]: [] };
	const acts: Act[] = [];
	const mirrors = new Map<EventId, EventId[]>();
	const sources = new Map<EventId, EventId>();
	let card: EventId | undefined;
	let questionText = '';
	let question: EventId | undefined;
	let sign = '❓';
	let count = 0;
	const roomOf = ( side: Side ): RoomId => side === 'newcomer' ? room : support;
	const otherOf = ( side: Side ): RoomId => side === 'newcomer' ? support : room;

	function add( roomId: RoomId, sender: UserId, content: Record<string, unknown>, type = 'm.room.message' ): EventId {
		const eventId = `$${ count++ }` as EventId;
		events[ roomId ]!.push( { event_id: eventId, type, sender, origin_server_ts: count, content } );
		return eventId;
	}
	const update = ( eventId: EventId, work: ( event: RoomEvent ) => RoomEvent ): void => {
		for ( const list of Object.values( events ) ) {
			const index = list.findIndex( ( event ) => event.event_id === eventId );
			if ( index >= 0 ) {
				list[ index ] = work( list[ index ]! );
			}
		}
	};
	const empty = ( eventId: EventId ): void => update( eventId, ( event ) => (
		{ ...event, content: {}, unsigned: { redacted_because: {} } }
	) );
	function act( side: Side, kind: Act[ 'kind' ], content: Record<string, unknown>, more: Partial<Act> = {}, type?: string ): EventId {
		const sender = side === 'newcomer' ? newcomer : helper;
		const eventId = add( roomOf( side ), sender, content, type );
		acts.push( { kind, conversation: 0, side, sender, eventId, ...more } );
		return eventId;
	}
	const marker = ( side: Side, source: EventId, text: string ): Record<string, unknown> => writeMirrorMarker( {
		source: { roomId: roomOf( side ), eventId: source }, name: 'Somebody', role: side === 'newcomer' ? 'newcomer' : 'helper', saidAtMs: 1, text
	}, 'id' );
	const other = ( eventId: EventId ): EventId | undefined => sources.get( eventId ) ?? mirrors.get( eventId )?.[ 0 ];
	const noteMirror = ( source: EventId, mirror: EventId ): void => {
		mirrors.set( source, [ ...mirrors.get( source ) ?? [], mirror ] );
		sources.set( mirror, source );
	};
	const showCard = (): EventId => add( support, bot, {
		msgtype: 'm.text', body: '* card', 'm.relates_to': { rel_type: 'm.replace', event_id: card },
		'm.new_content': { msgtype: 'm.text', body: `${ sign } #1 ${ questionText }`, ...marker( 'newcomer', question!, questionText ) }
	} );

	function passOn( side: Side, source: EventId, text: string, replyTo?: EventId, url?: string ): void {
		const target = replyTo === undefined ? undefined : other( replyTo );
		const shown = url === undefined ? text : `${ text } (image: a.png)`.trim();
		const content = { msgtype: url === undefined ? 'm.text' : 'm.image', url, body: `Somebody: ${ shown }`, ...marker( side, source, shown ) };
		if ( side === 'helper' ) {
			const relation = target && { 'm.relates_to': { 'm.in_reply_to': { event_id: target } } };
			noteMirror( source, add( room, bot, { ...content, ...relation } ) );
			if ( sign === '❓' ) {
				sign = '💬';
				showCard();
			}
			return;
		}
		const isQuestion = card === undefined;
		if ( isQuestion ) {
			card = add( support, bot, { msgtype: 'm.text', body: `❓ #1 ${ shown }`, ...marker( side, source, shown ) } );
			[ question, questionText ] = [ source, shown ];
			noteMirror( source, card );
			add( room, bot, writeNotice( 'request-open', 'Helpers have your question.' ) );
		}
		if ( !isQuestion || url !== undefined ) {
			noteMirror( source, add( support, bot, { ...content, 'm.relates_to': {
				rel_type: 'm.thread', event_id: card, is_falling_back: target === undefined, 'm.in_reply_to': { event_id: target ?? card }
			} } ) );
		}
	}

	const rooms: Rooms = {
		events, acts,
		say( side, text, { replyTo, url, isPassedOn = true } = {} ) {
			const kind = url !== undefined ? 'image' : replyTo !== undefined ? 'reply' : 'text';
			const source = act( side, kind, { msgtype: 'm.text', body: text }, {
				text, ...( replyTo !== undefined && { target: replyTo } ), ...( url !== undefined && { url } )
			} );
			if ( isPassedOn ) {
				passOn( side, source, text, replyTo, url );
			}
			return source;
		},
		edit( side, target, text, isPassedOn = true ) {
			const edit = act( side, 'edit', { body: text }, { target, text } );
			if ( isPassedOn && target === question ) {
				questionText = text;
				showCard();
			} else if ( isPassedOn ) {
				noteMirror( edit, add( otherOf( side ), bot, {
					msgtype: 'm.text', body: `* ${ text }`, 'm.relates_to': { rel_type: 'm.replace', event_id: other( target ) },
					'm.new_content': { msgtype: 'm.text', body: text, ...marker( side, edit, text ) }
				} ) );
			}
			return edit;
		},
		delete( side, target, isPassedOn = true ) {
			const deletion = act( side, 'deletion', { redacts: target }, { target }, 'm.room.redaction' );
			empty( target );
			const edits = acts.filter( ( one ) => one.kind === 'edit' && one.target === target ).map( ( { eventId } ) => eventId );
			if ( isPassedOn ) {
				for ( const mirror of [ target, ...edits ].flatMap( ( id ) => mirrors.get( id ) ?? [] ).filter( ( id ) => id !== card ) ) {
					empty( mirror );
				}
				if ( target === question ) {
					events[ support ]!.filter( ( { content } ) => content.body === '* card' ).forEach( ( event ) => empty( event.event_id ) );
					questionText = '';
					showCard();
				}
			}
			return deletion;
		},
		react( side, target, key, isPassedOn = true ) {
			const reaction = act( side, 'reaction', writeReaction( { target, key } ), { target, key }, 'm.reaction' );
			if ( isPassedOn ) {
				noteMirror( reaction, add( otherOf( side ), bot, writeReaction( { target: other( target )!, key } ), 'm.reaction' ) );
			}
			return reaction;
		},
		unreact( side, target, isPassedOn = true ) {
			const removal = act( side, 'removal', { redacts: target }, { target }, 'm.room.redaction' );
			empty( target );
			( isPassedOn ? mirrors.get( target ) ?? [] : [] ).forEach( empty );
			return removal;
		},
		bot: ( roomId, content, type ) => add( roomId, bot, content, type ),
		mirrorsOf: ( source ) => mirrors.get( source ) ?? [],
		remove( eventId ) {
			for ( const roomId of [ room, support ] ) {
				events[ roomId ] = events[ roomId ]!.filter( ( event ) => event.event_id !== eventId );
			}
		},
		change: ( eventId, change ) => update( eventId, ( event ) => ( { ...event, content: { ...event.content, ...change } } ) ),
		moveLast( eventId ) {
			for ( const list of Object.values( events ) ) {
				list.sort( ( a, b ) => Number( a.event_id === eventId ) - Number( b.event_id === eventId ) );
			}
		},
		evidence: () => ( {
			bot, acts,
			supportRoom: { roomId: support, events: events[ support ]! }, conversations: [ { roomId: room, events: events[ room ]! } ]
		} )
	};
	return rooms;
}
