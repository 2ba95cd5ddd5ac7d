import type { EventId, UserId } from '../../../protocol/ids.ts';
import { isRecord } from '../../../protocol/ids.ts';
import type { RoomEvent } from '../../../protocol/message.ts';
import type { Media } from '../../../protocol/media.ts';
import { readMedia } from '../../../protocol/media.ts';
import { readFormattedBody, readReaction, readRedaction, readRelation, readReplacement, readTextMessage } from '../../../protocol/message.ts';
import type { SpeakerRole } from '../../../protocol/mirror.ts';
import { readMirrorMarker, readProfileId } from '../../../protocol/mirror.ts';
import type { NoticeCode } from '../../../protocol/notice.ts';
import { readNotice } from '../../../protocol/notice.ts';
import { cleanText } from './clean-text.ts';

/** What somebody wrote: the plain text, and HTML that may say it with formatting; neither is trusted. */
export type Words = { readonly text: string; readonly html?: string; /** A file; the text is its caption then. */ readonly media?: Media };

/** One sign under a message: the events by which the newcomer, and one or more helpers, have put it there. */
export type ReactionSign = { readonly key: string; readonly mine?: EventId; readonly theirs?: EventId };

type Message = Words & {
	readonly id: EventId;
	readonly saidAtMs: number;
	/** What it answers; it may not be known here. */
	readonly replyTo?: EventId;
	/** The words as they were said first, then those of each edit; the last ones are those of the message. */
	readonly versions: readonly ( Words & { readonly id: EventId } )[];
	readonly reactions: readonly ReactionSign[];
};

export type OwnEntry = Message & { readonly kind: 'own'; readonly isSeen: boolean };
export type HelperEntry = Message & {
	readonly kind: 'helper'; readonly name: string; readonly role: SpeakerRole;
	/** Tells this helper from others, also where two have one name. */
	readonly speaker: string;
};

/** One thing in the conversation. Of what was deleted, only that it was there is left. */
export type Entry =
	OwnEntry |
	HelperEntry |
	{ readonly kind: 'notice'; readonly id: EventId; readonly saidAtMs: number; readonly code: NoticeCode } |
	{ readonly kind: 'gone'; readonly id: EventId; readonly saidAtMs: number };

export type Timeline = {
	/** Oldest first. An entry that has not changed is the same object as before. */
	readonly entries: readonly Entry[];
	/** Edits, reactions and deletions of what is not known here yet. */
	readonly loose: readonly RoomEvent[];
	/** The last event that a helper has seen. */
	readonly seen: EventId | undefined;
};

export const EMPTY_TIMELINE: Timeline = { entries: [], loose: [], seen: undefined };

export type Speakers = { readonly me: UserId; readonly bot: UserId };

/** What a room does not keep, as /sync gives it: who types, who has read what. */
export type Ephemeral = Pick<RoomEvent, 'type' | 'content'>;

const indexes = new WeakMap<readonly Entry[], Map<EventId, number>>();

function indexOf( entries: readonly Entry[] ): Map<EventId, number> {
	let index = indexes.get( entries );
	if ( !index ) {
		index = new Map( entries.map( ( { id }, place ) => [ id, place ] ) );
		indexes.set( entries, index );
	}
	return index;
}

/** Finds an entry without looking through all of them. */
export function findEntry( entries: readonly Entry[], id: EventId ): Entry | undefined {
	return entries[ indexOf( entries ).get( id ) ?? -1 ];
}

/** @param name stands before the caption for other clients */
function readFile( content: unknown, name = '' ): Words | undefined {
	const file = readMedia( content );
	const before = `${ name }: `;
	const caption = name !== '' && file?.caption.startsWith( before ) ? file.caption.slice( before.length ) : file?.caption;
	return file && { text: caption === file.media.fileName ? '' : caption!, media: file.media };
}

function readWords( content: unknown ): Words | undefined {
	const file = readFile( content );
	if ( file ) {
		return file;
	}
	const message = readTextMessage( content );
	const html = readFormattedBody( content );
	return message && { text: message.body, ...( html !== undefined && { html } ) };
}

function toMessage( { event_id: id, content }: RoomEvent, words: Words, saidAtMs: number ): Message {
	const { replyTo } = readRelation( content );
	const versions = [ Object.assign( { id }, words ) ];
	return Object.assign( { id, saidAtMs, versions, reactions: [] }, words, replyTo && { replyTo } );
}

/** The words of a helper, without the name that the text repeats for other clients. */
function readMirror( content: unknown ) {
	const marker = readMirrorMarker( content );
	const html = readFormattedBody( content );
	return marker && {
		marker, words: readFile( content, marker.name ) ?? { text: marker.text, ...( html !== undefined && { html } ) }
	};
}

/** What an event shows; `undefined` for everybody who is neither the newcomer nor the bot, and for everything else. */
function toEntry( event: RoomEvent, { me, bot }: Speakers ): Entry | undefined {
	const { event_id: id, content, sender, origin_server_ts: sentAtMs } = event;
	if ( sender !== me && sender !== bot ) {
		return undefined;
	}
	if ( Object.keys( content ).length === 0 ) {
		return { kind: 'gone', id, saidAtMs: sentAtMs };
	}
	if ( sender === me ) {
		const words = readWords( content );
		return words && Object.assign( toMessage( event, words, sentAtMs ), { kind: 'own', isSeen: false } as const );
	}
	const code = readNotice( content );
	if ( code ) {
		return { kind: 'notice', id, saidAtMs: sentAtMs, code };
	}
	const mirror = readMirror( content );
	return mirror && Object.assign( toMessage( event, mirror.words, mirror.marker.saidAtMs ), {
		kind: 'helper', name: cleanText( mirror.marker.name ), role: mirror.marker.role, speaker: readProfileId( content ) ?? mirror.marker.name
	} as const );
}

/** Two spellings of one emoji are one sign. */
export function isSameSign( a: string, b: string ): boolean {
	return a.replace( /\ufe0f/g, '' ) === b.replace( /\ufe0f/g, '' );
}

/** A message with these versions; at least one is left. */
function withVersions<Kind extends OwnEntry | HelperEntry>( entry: Kind, versions: Message[ 'versions' ] ): Kind {
	const { text, html, media } = versions[ versions.length - 1 ]!;
	return Object.assign( {}, entry, { versions, text, html, media } );
}

function withEdit( entry: OwnEntry | HelperEntry, event: RoomEvent, { me }: Speakers ): Entry {
	const content = readReplacement( event.content )?.content;
	const isOwn = event.sender === me;
	const words = isOwn ? readWords( content ) : readMirror( content )?.words;
	return !words || isOwn !== ( entry.kind === 'own' ) || entry.versions.some( ( { id } ) => id === event.event_id ) ?
		entry :
			withVersions( entry, [ ...entry.versions, Object.assign( { id: event.event_id }, words ) ] );
}

function withReaction( entry: OwnEntry | HelperEntry, { event_id: id, sender }: RoomEvent, key: string, { me }: Speakers ): Entry {
	if ( entry.reactions.some( ( { mine, theirs } ) => mine === id || theirs === id ) ) {
		return entry;
	}
	const by = sender === me ? { mine: id } : { theirs: id };
	const isThere = entry.reactions.some( ( sign ) => isSameSign( sign.key, key ) );
	return Object.assign( {}, entry, { reactions: isThere ?
			entry.reactions.map( ( sign ) => isSameSign( sign.key, key ) ? Object.assign( {}, sign, by ) : sign ) :
			[ ...entry.reactions, Object.assign( { key }, by ) ] } );
}

/** A message without one of its edits or reactions; the same when it has none with this id. */
function without( entry: Entry, id: EventId ): Entry {
	if ( entry.kind !== 'own' && entry.kind !== 'helper' ) {
		return entry;
	}
	if ( entry.id !== id && entry.versions.some( ( version ) => version.id === id ) ) {
		return withVersions( entry, entry.versions.filter( ( version ) => version.id !== id ) );
	}
	return !entry.reactions.some( ( { mine, theirs } ) => mine === id || theirs === id ) ? entry : Object.assign( {}, entry, {
		reactions: entry.reactions.map( ( { key, mine, theirs } ): ReactionSign => ( {
			key, ...( mine && mine !== id && { mine } ), ...( theirs && theirs !== id && { theirs } )
		} ) ).filter( ( { mine, theirs } ) => mine ?? theirs )
	} );
}

/** Adds events, oldest first, behind those that are there; what comes again changes nothing. */
function append( timeline: Timeline, events: readonly RoomEvent[], speakers: Speakers ): Timeline {
	const index = indexOf( timeline.entries );
	const entries = [ ...timeline.entries ];
	let { loose } = timeline;
	let hasChanged = false;

	function change( place: number, next: Entry ): void {
		hasChanged ||= entries[ place ] !== next;
		entries[ place ] = next;
	}

	function keep( event: RoomEvent ): void {
		if ( !loose.some( ( { event_id: id } ) => id === event.event_id ) ) {
			loose = [ ...loose, event ];
		}
	}

	function redact( target: EventId, event: RoomEvent ): void {
		const place = index.get( target ) ?? entries.findIndex( ( entry ) => without( entry, target ) !== entry );
		const entry = entries[ place ];
		if ( !entry && loose.some( ( { event_id: id } ) => id === target ) ) {
			loose = loose.filter( ( { event_id: id } ) => id !== target );
		} else if ( !entry ) {
			keep( event );
		} else if ( entry.id !== target ) {
			change( place, without( entry, target ) );
		} else if ( entry.kind !== 'gone' ) {
			change( place, { kind: 'gone', id: target, saidAtMs: entry.saidAtMs } );
		}
	}

	function relate( target: EventId, event: RoomEvent, apply: ( entry: OwnEntry | HelperEntry ) => Entry ): void {
		const place = index.get( target );
		const entry = entries[ place ?? -1 ];
		if ( entry?.kind === 'own' || entry?.kind === 'helper' ) {
			change( place!, apply( entry ) );
		} else if ( !entry ) {
			keep( event );
		}
	}

	for ( const event of events ) {
		const { type, sender, content } = event;
		const redacted = readRedaction( event );
		if ( redacted !== undefined ) {
			redact( redacted, event );
			continue;
		}
		if ( event.state_key !== undefined || ( sender !== speakers.me && sender !== speakers.bot ) ) {
			continue;
		}
		const reaction = type === 'm.reaction' ? readReaction( content ) : undefined;
		const { replaces } = readRelation( content );
		if ( reaction ) {
			relate( reaction.target, event, ( entry ) => withReaction( entry, event, cleanText( reaction.key ), speakers ) );
		} else if ( type === 'm.room.message' && replaces !== undefined ) {
			relate( replaces, event, ( entry ) => withEdit( entry, event, speakers ) );
		} else if ( type === 'm.room.message' && !index.has( event.event_id ) ) {
			const entry = toEntry( event, speakers );
			if ( entry ) {
				index.set( entry.id, entries.length );
				change( entries.length, entry );
			}
		}
	}
	if ( !hasChanged ) {
		return Object.assign( {}, timeline, { loose } );
	}
	indexes.delete( timeline.entries );
	indexes.set( entries, index );
	return Object.assign( {}, timeline, { entries, loose } );
}

/** Marks what the newcomer has said up to the last event that a helper has seen. */
function markSeen( timeline: Timeline ): Timeline {
	const index = indexOf( timeline.entries );
	const last = timeline.seen === undefined ? -1 : index.get( timeline.seen ) ?? -1;
	const isNew = ( entry: Entry, place: number ): entry is OwnEntry => place <= last && entry.kind === 'own' && !entry.isSeen;
	if ( !timeline.entries.some( isNew ) ) {
		return timeline;
	}
	const entries = timeline.entries.map( ( entry, place ) => (
		isNew( entry, place ) ? Object.assign( {}, entry, { isSeen: true } ) : entry
	) );
	indexes.set( entries, index );
	return Object.assign( {}, timeline, { entries } );
}

function readSeen( ephemeral: readonly Ephemeral[], { bot }: Speakers ): EventId | undefined {
	let seen: string | undefined;
	for ( const { type, content } of ephemeral ) {
		for ( const [ eventId, receipts ] of type === 'm.receipt' ? Object.entries( content ) : [] ) {
			const read = isRecord( receipts ) ? receipts[ 'm.read' ] : undefined;
			seen = isRecord( read ) && read[ bot ] !== undefined ? eventId : seen;
		}
	}
	return seen as EventId | undefined;
}

/** Whether the bot types, for a helper; `undefined` when nothing is said about that. */
export function readTyping( ephemeral: readonly Ephemeral[], { bot }: Speakers ): boolean | undefined {
	const ids = ephemeral.filter( ( { type } ) => type === 'm.typing' ).pop()?.content.user_ids;
	return Array.isArray( ids ) ? ids.includes( bot ) : undefined;
}

/** Adds what /sync brings: events in their order, and what was seen; whatever comes twice counts once. */
export function addToTimeline(
	timeline: Timeline, events: readonly RoomEvent[], speakers: Speakers, ephemeral: readonly Ephemeral[] = []
): Timeline {
	const next = append( timeline, events, speakers );
	return markSeen( Object.assign( {}, next, { seen: readSeen( ephemeral, speakers ) ?? next.seen } ) );
}

/** Adds a page of what was said before, oldest first. */
export function addEarlier( timeline: Timeline, events: readonly RoomEvent[], speakers: Speakers ): Timeline {
	const page = append( EMPTY_TIMELINE, events, speakers );
	const known = indexOf( timeline.entries );
	const entries = [ ...page.entries.filter( ( { id } ) => !known.has( id ) ), ...timeline.entries ];
	return markSeen( append( { entries, loose: [], seen: timeline.seen }, [ ...page.loose, ...timeline.loose ], speakers ) );
}

/** Each is also the key of its message. */
const DRAWN_NOTICES: readonly NoticeCode[] = [ 'not-passed-on', 'not-delivered', 'paused', 'too-fast', 'too-many' ];

/** Whether an entry is drawn; most notices only say how far the conversation has come. */
export function isDrawn( entry: Entry ): boolean {
	return entry.kind === 'notice' ? DRAWN_NOTICES.includes( entry.code ) : entry.kind !== 'gone';
}

const isOpening = ( entry: Entry ): boolean => entry.kind === 'notice' && entry.code === 'request-open';

function lastOf( entries: readonly Entry[], fits: ( entry: Entry ) => boolean ): Entry | undefined {
	let place = entries.length - 1;
	while ( place >= 0 && !fits( entries[ place ]! ) ) {
		place -= 1;
	}
	return entries[ place ];
}

/** Whether helpers have had anything of the conversation. */
export function isHeard( entries: readonly Entry[] ): boolean {
	return entries.some( ( entry ) => entry.kind === 'helper' || isOpening( entry ) );
}

/** How far the conversation has come, for the line under the title. */
export type Progress = {
	/** Who answered last. */
	readonly helper?: string;
	/** Helpers have the question, and none has answered since. */
	readonly isWaiting: boolean;
};

/** What the conversation and the bot say of that; who waits may have asked before all that is loaded. */
type ProgressSource = { readonly entries: readonly Entry[]; readonly waitingBefore: number | undefined };

export function readProgress( { entries, waitingBefore }: ProgressSource ): Progress {
	const last = lastOf( entries, ( entry ) => entry.kind === 'helper' || isOpening( entry ) );
	return last?.kind === 'helper' ? { helper: last.name, isWaiting: false } : { isWaiting: last !== undefined || waitingBefore !== undefined };
}

/** Who has answered here, the last one first, each once: whom a newcomer may mention. */
export function helperNames( entries: readonly Entry[] ): string[] {
	const names = new Set<string>();
	lastOf( entries, ( entry ) => {
		if ( entry.kind === 'helper' ) {
			names.add( entry.name );
		}
		return false;
	} );
	return [ ...names ];
}
