import type { EventId, UserId } from '../../../protocol/ids.ts';
import type { RoomEvent } from '../../../protocol/message.ts';
import { readRedaction, readRelation, readTextMessage } from '../../../protocol/message.ts';
import type { SpeakerRole } from '../../../protocol/mirror.ts';
import { readMirrorMarker } from '../../../protocol/mirror.ts';
import type { NoticeCode } from '../../../protocol/notice.ts';
import { readNotice } from '../../../protocol/notice.ts';

/** One thing in the conversation, oldest first. Texts are plain, and shown as nothing else. */
export type Entry =
	{ readonly kind: 'own'; readonly id: EventId; readonly text: string; readonly saidAtMs: number; readonly transactionId?: string } |
	{ readonly kind: 'helper'; readonly id: EventId; readonly text: string; readonly saidAtMs: number; readonly name: string; readonly role: SpeakerRole } |
	{ readonly kind: 'notice'; readonly id: EventId; readonly saidAtMs: number; readonly code: NoticeCode };

export type Speakers = { readonly me: UserId; readonly bot: UserId };

function newContent( content: Readonly<Record<string, unknown>> ): unknown {
	return content[ 'm.new_content' ] ?? content;
}

/** What an event shows; `undefined` for everybody who is neither the newcomer nor the bot, and for everything else. */
export function toEntry( event: RoomEvent, { me, bot }: Speakers ): Entry | undefined {
	if ( event.type !== 'm.room.message' || event.state_key !== undefined ) {
		return undefined;
	}
	const { event_id: id, origin_server_ts: sentAtMs } = event;
	const content = newContent( event.content );
	if ( event.sender === me ) {
		const message = readTextMessage( content );
		const transactionId = event.unsigned?.transaction_id;
		return message && {
			kind: 'own', id, text: message.body, saidAtMs: sentAtMs, ...( typeof transactionId === 'string' && { transactionId } )
		};
	}
	if ( event.sender !== bot ) {
		return undefined;
	}
	const code = readNotice( content );
	if ( code ) {
		return { kind: 'notice', id, saidAtMs: sentAtMs, code };
	}
	const marker = readMirrorMarker( content );
	return marker && { kind: 'helper', id, text: marker.text, saidAtMs: marker.saidAtMs, name: marker.name, role: marker.role };
}

/** Adds events in their order; known ones are skipped, edits and deletions applied. */
export function addToTimeline( entries: readonly Entry[], events: readonly RoomEvent[], speakers: Speakers ): readonly Entry[] {
	let result = entries;
	for ( const event of events ) {
		const redacted = readRedaction( event );
		if ( redacted !== undefined ) {
			result = result.filter( ( { id } ) => id !== redacted );
			continue;
		}
		const entry = toEntry( event, speakers );
		const { replaces } = readRelation( event.content );
		if ( !entry || result.some( ( { id } ) => id === entry.id ) ) {
			continue;
		}
		if ( replaces === undefined ) {
			result = [ ...result, entry ];
		} else {
			result = result.map( ( one ) => (
				one.id === replaces && one.kind === entry.kind ? { ...entry, id: one.id, saidAtMs: one.saidAtMs } : one
			) );
		}
	}
	return result;
}

/** Each is also the key of its message. */
const DRAWN_NOTICES: readonly NoticeCode[] = [ 'not-passed-on', 'not-delivered', 'paused', 'too-fast', 'too-many' ];

/** Whether an entry is drawn; most notices only say how far the conversation has come. */
export function isDrawn( entry: Entry ): boolean {
	return entry.kind !== 'notice' || DRAWN_NOTICES.includes( entry.code );
}

/** Whether helpers have had anything of the conversation. */
export function isHeard( entries: readonly Entry[] ): boolean {
	return entries.some( ( entry ) => entry.kind === 'helper' || ( entry.kind === 'notice' && entry.code === 'request-open' ) );
}

/** How far the conversation has come, for the line under the title. */
export type Progress = {
	/** Who answered last. */
	readonly helper?: string;
	/** Helpers have the question, and none has answered since. */
	readonly isWaiting: boolean;
};

export function readProgress( entries: readonly Entry[] ): Progress {
	const last = [ ...entries ].reverse().find( ( entry ) => entry.kind === 'helper' || ( entry.kind === 'notice' && entry.code === 'request-open' ) );
	return last?.kind === 'helper' ? { helper: last.name, isWaiting: false } : { isWaiting: last !== undefined };
}
