import type { EventId, RoomId, UserId } from '../../protocol/ids.ts';
import type { MirrorMarker } from '../../protocol/mirror.ts';
import { MIRROR_KEY, PROFILE_KEY, readMirrorMarker, writeMirrorMarker } from '../../protocol/mirror.ts';
import { writeNotice } from '../../protocol/notice.ts';
import type { NoticeCode } from '../../protocol/notice.ts';
import { isRecord } from '../../protocol/ids.ts';
import type { Piece } from './card.ts';
import { articleAddress, html, inOneLine, plain, quotedSelection } from './card.ts';
import { behind, withLine } from './formatting.ts';
import { mediaLine } from './media.ts';
import type { Words } from './model.ts';
import { escapeHtml, escapeLines, oneLine } from './words.ts';

/** Whom a message calls. For nobody an empty one, or "@room" in somebody's text would call everybody. */
export function mentioning( members: readonly UserId[] ): Record<string, unknown> {
	return { 'm.mentions': members.length === 0 ? {} : { user_ids: members } };
}

/** A marker and how its text was said. */
export type Speech = Pick<Words, 'html' | 'manner' | 'media'> & {
	readonly marker: MirrorMarker;
	readonly profileId: string;
	/** Whom it calls. */
	readonly mentions?: readonly UserId[];
};

/** Somebody's words as the bot says them: with their name in front, for clients that show no per-message profile. */
function spokenContent( { marker: said, html, manner, media, profileId, mentions = [] }: Speech ): Record<string, unknown> {
	const name = oneLine( said.name );
	// Who knows the marker finds the name in the body by it.
	const marker = { ...said, name };
	if ( media ) {
		const caption = marker.text || media.fileName;
		return {
			msgtype: media.msgtype, url: media.url, info: media.info, filename: media.fileName,
			body: `${ name }: ${ caption }`,
			format: 'org.matrix.custom.html',
			formatted_body: behind( nameTag( `${ name }: ` ), html ?? escapeLines( caption ) ),
			...mentioning( mentions ),
			...writeMirrorMarker( { ...marker, text: mediaLine( media, marker.text ) }, profileId )
		};
	}
	// As an "m.emote" it would be the bot that waves.
	const [ before, after ] = manner === 'emote' ? [ '* ', ' ' ] : [ '', ': ' ];
	return {
		msgtype: manner === 'notice' ? 'm.notice' : 'm.text',
		body: `${ before }${ name }${ after }${ marker.text }`,
		format: 'org.matrix.custom.html',
		formatted_body: behind( `${ before }${ nameTag( `${ name }${ after }` ) }`, html ?? escapeLines( marker.text ) ),
		...mentioning( mentions ),
		...writeMirrorMarker( manner === 'emote' ? { ...marker, text: `* ${ marker.text }` } : marker, profileId )
	};
}

/** The name that clients leave out which show a per-message profile. */
function nameTag( name: string ): string {
	return `<strong data-mx-profile-fallback>${ escapeHtml( name ) }</strong>`;
}

/** Longest content in bytes: an event may have 65,536, its envelope included. */
const LONGEST_CONTENT = 60_000;

/** Makes the content of an event, without the formatting of the words where it would be too long. */
function fitting( speech: Speech, make: ( speech: Speech ) => Record<string, unknown> ): Record<string, unknown> {
	const content = make( speech );
	const isTooLong = speech.html !== undefined && new TextEncoder().encode( JSON.stringify( content ) ).length > LONGEST_CONTENT;
	return isTooLong ? make( { ...speech, html: undefined } ) : content;
}

/** Puts a message into a thread, with the fallback for clients without threads, or as a reply in it ("Threading"). */
function inThread( content: Record<string, unknown>, root: EventId, latest: EventId, replyTo?: EventId ): Record<string, unknown> {
	return {
		...content,
		'm.relates_to': {
			rel_type: 'm.thread', event_id: root, is_falling_back: replyTo === undefined, 'm.in_reply_to': { event_id: replyTo ?? latest }
		}
	};
}

/** Puts words in the place of those of an event of the bot ("Event replacements"); clients without edits show them as new. */
function replacing( content: Record<string, unknown>, mirror: EventId ): Record<string, unknown> {
	return {
		// The file is in the new content; a message of its type without it would be none.
		msgtype: content.url === undefined ? content.msgtype : 'm.text',
		body: `* ${ String( content.body ) }`,
		'm.mentions': {},
		[ MIRROR_KEY ]: content[ MIRROR_KEY ],
		[ PROFILE_KEY ]: content[ PROFILE_KEY ],
		'm.new_content': content,
		'm.relates_to': { rel_type: 'm.replace', event_id: mirror }
	};
}

/** A page, and a section in it (empty for none), of the wiki at `articleUrl`. */
export type Place = { readonly page: string; readonly section: string; readonly articleUrl: string };

/** What a further question is about, as far as the card does not say it. */
export type About = {
	/** Where the newcomer has gone since the card was made. */
	readonly place?: Place | undefined;
	/** Empty for none, both. */
	readonly topic: string;
	readonly selection: string;
};

export type ThreadPlace = {
	readonly root: EventId;
	readonly latest: EventId;
	/** The event of the Support room that it answers. */
	readonly replyTo?: EventId | undefined;
	readonly about?: About | undefined;
};

/** A newcomer's further message, for the thread of their request. */
export function threadContent( speech: Speech, where: ThreadPlace ): Record<string, unknown> {
	return fitting( speech, ( words ) => (
		inThread( withAbout( spokenContent( words ), where.about, words.marker.text ), where.root, where.latest, where.replyTo )
	) );
}

/** Puts what they are about below the words. */
function withAbout( content: Record<string, unknown>, about: About | undefined, words: string ): Record<string, unknown> {
	if ( !about ) {
		return content;
	}
	const [ topic, selection ] = [ oneLine( about.topic ), quotedSelection( about.selection, words ) ];
	const line = inOneLine( [
		about.place ? placePieces( about.place ) : [],
		topic === '' ? [] : [ { text: `topic: ${ topic }` } ],
		selection === '' ? [] : [ { text: `selected: ${ selection }` } ]
	] );
	return line.length === 0 ? content : {
		...content,
		body: `${ String( content.body ) }\n(${ plain( line ) })`,
		formatted_body: withLine( String( content.formatted_body ), `(${ html( line ) })` )
	};
}

function placePieces( { page, section, articleUrl }: Place ): Piece[] {
	const name = oneLine( page ) + ( oneLine( section ) === '' ? '' : `, section ${ oneLine( section ) }` );
	return [ { text: 'about ' }, { text: name, href: articleAddress( articleUrl, page, section ) } ];
}

/** A helper's message, for the conversation; `replyTo` is the event in it that they answered. */
export function answerContent( speech: Speech, replyTo?: EventId ): Record<string, unknown> {
	const content = fitting( speech, spokenContent );
	return replyTo === undefined ? content : { ...content, 'm.relates_to': { 'm.in_reply_to': { event_id: replyTo } } };
}

/** Somebody's new words for a message whose mirror is `mirror`. */
export function editContent( speech: Speech, mirror: EventId ): Record<string, unknown> {
	return fitting( speech, ( words ) => replacing( spokenContent( words ), mirror ) );
}

/** What the relay says to helpers, in a request's thread. */
export function helperNoticeContent( text: string, about: EventId, root: EventId, latest: EventId ): Record<string, unknown> {
	return inThread( { msgtype: 'm.notice', body: text, 'm.mentions': {}, [ ABOUT_KEY ]: { event_id: about } }, root, latest );
}

/** What the relay says in a Support room to somebody whose words are for no request. */
export function hintContent( text: string, about: EventId ): Record<string, unknown> {
	return {
		msgtype: 'm.notice', body: text, 'm.mentions': {}, [ ABOUT_KEY ]: { event_id: about },
		'm.relates_to': { 'm.in_reply_to': { event_id: about } }
	};
}

/** Key of the event that a notice is about, by which a notice that was sent already is found again. */
const ABOUT_KEY = 'org.wikimedia.askforhelp.about';

const NOTICE_TEXTS: Readonly<Record<NoticeCode, string>> = {
	'request-open': 'Helpers have your question. You can go on editing; the answer comes here.',
	'not-passed-on': 'This message could not be passed on to the helpers. Please write it as plain text.',
	'not-delivered': 'This message could not be passed on to the helpers. Please try again later, or ask on the wiki.',
	paused: 'Helpers are not taking new questions now, so this was not passed on. Please try again later, or ask on the wiki.',
	'too-fast': 'That was a lot at once. This message, and what you write within the next minute, is not passed on. Please wait a minute, then send it again.',
	'room-refused': 'This room cannot be used to ask for help.',
	moved: 'Your conversation with the helpers goes on in your other chat window. This one is closed; what you wrote here was passed on.',
	'too-many': 'You have as many conversations with helpers as you can have at once, so this one was not begun. Please go on in one of the others.'
};

/** What the relay says to the newcomer; `detail` is added for those who make rooms by hand. */
export function noticeContent( code: NoticeCode, about: EventId | RoomId, detail = '' ): Record<string, unknown> {
	const text = detail === '' ? NOTICE_TEXTS[ code ] : `${ NOTICE_TEXTS[ code ] } What is wrong: ${ detail }.`;
	return { ...writeNotice( code, text ), 'm.mentions': {}, [ ABOUT_KEY ]: { event_id: about } };
}

/** What the relay says in a room in whose place another one goes on. */
export function movedContent( from: RoomId, to: RoomId ): Record<string, unknown> {
	return { ...noticeContent( 'moved', from ), ...writeNotice( 'moved', NOTICE_TEXTS.moved, to ) };
}

/** Whether an event of the bot is the mirror of, the file of, or the notice about, a source event. */
export function isMadeFrom( content: unknown, source: EventId, kind: 'mirror' | 'file' | 'notice' ): boolean {
	if ( kind === 'file' && !( isRecord( content ) && typeof content.url === 'string' ) ) {
		return false;
	}
	if ( kind !== 'notice' ) {
		return readMirrorMarker( content )?.source.eventId === source;
	}
	const about = isRecord( content ) ? content[ ABOUT_KEY ] : undefined;
	return isRecord( about ) && about.event_id === source;
}
