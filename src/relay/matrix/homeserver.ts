import type { ServiceClient } from '../../matrix/index.ts';
import type { UserId } from '../../protocol/ids.ts';
import { isRecord } from '../../protocol/ids.ts';
import { readReplacement, writeReaction } from '../../protocol/message.ts';
import type { Homeserver } from '../routing/ports.ts';

const PAGE = 100;
/** How many events are looked at when there is no time before which it cannot be. */
const MOST_WITHOUT_TIME = 3_000;

/** One account at the homeserver, as the rules see it. */
export function createHomeserver( client: ServiceClient, userId: UserId ): Homeserver {
	return {
		join: ( roomId ) => client.joinRoom( roomId ),
		leave: ( roomId, reason ) => client.leaveRoom( roomId, reason ),
		roomState: ( roomId ) => client.roomState( roomId ),
		async setPowerLevels( roomId, content ) {
			await client.setState( roomId, 'm.room.power_levels', '', content );
		},
		async setState( roomId, type, content ) {
			await client.setState( roomId, type, '', content );
		},
		send: ( roomId, transactionId, content ) => client.sendEvent( roomId, 'm.room.message', transactionId, content ),
		react: ( roomId, transactionId, reaction ) => client.sendEvent( roomId, 'm.reaction', transactionId, writeReaction( reaction ) ),
		async redact( roomId, transactionId, eventId ) {
			await client.redactEvent( roomId, transactionId, eventId );
		},
		markRead: ( roomId, eventId ) => client.sendReceipt( roomId, 'm.read', eventId ),
		setTyping: ( roomId, timeoutMs ) => client.setTyping( roomId, userId, timeoutMs ),
		async isOnline( other ) {
			const { presence } = await client.request<{ presence?: unknown }>( 'GET', `/v3/presence/${ encodeURIComponent( other ) }/status` );
			return presence === 'online';
		},
		async latestContent( roomId, eventId ) {
			const event = await client.event( roomId, eventId );
			const relations = event?.unsigned?.[ 'm.relations' ];
			const edit = isRecord( relations ) ? relations[ 'm.replace' ] : undefined;
			return ( isRecord( edit ) && readReplacement( edit.content )?.content ) || event?.content;
		},
		async findOwn( roomId, sinceMs, matches ) {
			let from: string | undefined;
			let looked = 0;
			do {
				const page = await client.messages( roomId, { direction: 'b', limit: PAGE, ...( from !== undefined && { from } ) } );
				const found = page.chunk.find( ( event ) => event.sender === userId && matches( event.content ) );
				if ( found || page.chunk.some( ( event ) => event.origin_server_ts < sinceMs ) ) {
					return found?.event_id;
				}
				looked += PAGE;
				from = page.end === from || ( sinceMs <= 0 && looked >= MOST_WITHOUT_TIME ) ? undefined : page.end;
			} while ( from !== undefined );
			return undefined;
		}
	};
}
