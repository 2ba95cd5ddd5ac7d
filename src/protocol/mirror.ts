import type { EventId, RoomId } from './ids.ts';
import { isEventId, isRecord, isRoomId } from './ids.ts';

/** Key of the marker in the content of every event that the relay sends on somebody's behalf. */
export const MIRROR_KEY = 'org.wikimedia.askforhelp.mirror';
/** Per-message profile (MSC4144), for the clients that show it. */
export const PROFILE_KEY = 'com.beeper.per_message_profile';

export type SpeakerRole = 'newcomer' | 'helper' | 'moderator';

/** Whose words an event of the relay carries, and where they were said. */
export type MirrorMarker = {
	readonly source: { readonly roomId: RoomId; readonly eventId: EventId };
	readonly name: string;
	readonly role: SpeakerRole;
	/** When it was said, in ms since 1970. */
	readonly saidAtMs: number;
	/** With an edit: the event, in the source's room, that the source replaces. */
	readonly edits?: EventId;
	/** The words alone, without the name that the body repeats for clients that know nothing of this marker. */
	readonly text: string;
};

const ROLES: readonly SpeakerRole[] = [ 'newcomer', 'helper', 'moderator' ];

/** Reads the marker; `undefined` when it is absent or malformed. Trust it only from the relay's bot. */
export function readMirrorMarker( content: unknown ): MirrorMarker | undefined {
	const raw = isRecord( content ) ? content[ MIRROR_KEY ] : undefined;
	if ( !isRecord( raw ) || !isRecord( raw.source ) ) {
		return undefined;
	}
	const { room_id: roomId, event_id: eventId } = raw.source;
	const role = ROLES.find( ( known ) => known === raw.role );
	if ( !isRoomId( roomId ) || !isEventId( eventId ) || !role ||
		typeof raw.name !== 'string' || typeof raw.text !== 'string' || typeof raw.said_at !== 'number' ) {
		return undefined;
	}
	return {
		source: { roomId, eventId }, name: raw.name, role, saidAtMs: raw.said_at, text: raw.text,
		...( isEventId( raw.edits ) && { edits: raw.edits } )
	};
}

/** What tells a speaker from the others of the conversation; `undefined` when it is absent or malformed. */
export function readProfileId( content: unknown ): string | undefined {
	const profile = isRecord( content ) ? content[ PROFILE_KEY ] : undefined;
	return isRecord( profile ) && typeof profile.id === 'string' ? profile.id : undefined;
}

/** The wire form of a marker, to be spread into the content of an event. `profileId` tells speakers apart. */
export function writeMirrorMarker( marker: MirrorMarker, profileId: string ): Record<string, unknown> {
	return {
		[ MIRROR_KEY ]: {
			source: { room_id: marker.source.roomId, event_id: marker.source.eventId },
			name: marker.name,
			role: marker.role,
			said_at: marker.saidAtMs,
			text: marker.text,
			...( marker.edits !== undefined && { edits: marker.edits } )
		},
		[ PROFILE_KEY ]: { id: profileId, displayname: marker.name, has_fallback: true }
	};
}
