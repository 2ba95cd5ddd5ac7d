import type { EventId, UserId } from '../../protocol/ids.ts';
import type { Reaction, RoomEvent } from '../../protocol/message.ts';
import { readReaction, readRedaction, readRelation, readReplacement, readTextMessage } from '../../protocol/message.ts';
import type { MediaLimits } from '../../protocol/media.ts';
import { DEFAULT_MEDIA_LIMITS, readMedia } from '../../protocol/media.ts';
import type { QuestionContext } from '../../protocol/question.ts';
import { firstPart, readQuestionContext } from '../../protocol/question.ts';
import { readFormatting } from './formatting.ts';
import { mediaLine, passable } from './media.ts';
import type { Words } from './model.ts';
import { otherKindLine } from './other-kinds.ts';
import { mannerOf, withoutQuotation } from './words.ts';

/** What an event of a conversation means for the relay. */
export type NewcomerWords =
	| Words & { readonly kind: 'say'; readonly context: QuestionContext | undefined } |
	/** The newcomer put other words in the place of a message. */
	Words & { readonly kind: 'edit'; readonly original: EventId; readonly context: QuestionContext | undefined } |
	/** The newcomer took an event of theirs back: a message, an edit or a reaction. */
	{ readonly kind: 'delete'; readonly target: EventId } |
	Reaction & { readonly kind: 'react' } |
	/** The newcomer sent what cannot be passed on, and is told so. */
	{ readonly kind: 'not-passed-on' } |
	{ readonly kind: 'left' } |
	{ readonly kind: 'nothing' };

/** Longest text that is passed on, in UTF-16 code units; an edit of the card holds it four times, and an event may have 65,536 bytes. */
const LONGEST_TEXT = 3_000;
/** Nobody sees them, and each takes as much of an event as six letters. */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
const SPOKEN_TYPES = [ 'm.room.message', 'm.room.encrypted', 'm.sticker', 'm.poll.start', 'org.matrix.msc3381.poll.start', 'm.call.invite' ];

/** Longest key of a reaction, in UTF-16 code units: a flag of a region has 14, a family of four people with skin tones more. */
const LONGEST_KEY = 40;
const PICTOGRAM = '\\p{Extended_Pictographic}(?:\\ufe0f|\\p{Emoji_Modifier})*(?:[\\u{e0020}-\\u{e007f}]{2,7})?';
const EMOJI = new RegExp( `^(?:\\p{RI}{2}|[0-9#*]\\ufe0f?\\u20e3|${ PICTOGRAM }(?:\\u200d${ PICTOGRAM })*|\\p{So}\\ufe0f?)\\ufe0f?$`, 'u' );

/** Whether the key of a reaction is one sign, rather than words: helpers would read them as the relay's. */
function isEmoji( key: string ): boolean {
	return key.length <= LONGEST_KEY && EMOJI.test( key );
}

const nothing = { kind: 'nothing' } as const;

/** The words of a message's content, without the quotation before a reply; `undefined` when there are none that can be passed on. */
export function readWords( content: unknown, isReply: boolean, limits: MediaLimits ): Pick<Words, 'text' | 'html' | 'manner' | 'media'> | undefined {
	const file = readMedia( content );
	if ( file ) {
		const media = passable( file.media, limits );
		return media && { ...shortened( file.caption.replace( CONTROLS, '' ), content ), media };
	}
	const message = readTextMessage( content );
	const text = message && ( isReply ? withoutQuotation( message.body ) : message.body ).replace( CONTROLS, '' ).trim();
	if ( !message || !text ) {
		return undefined;
	}
	return { ...shortened( text, content ), manner: mannerOf( message ) };
}

function shortened( text: string, content: unknown ): Pick<Words, 'text' | 'html'> {
	return text.length > LONGEST_TEXT ?
			{ text: `${ firstPart( text, LONGEST_TEXT ) }…` } :
			{ text, html: readFormatting( content, text ) };
}

/** Reads an event of a conversation. What anybody but the newcomer does in it is nothing. */
export function readNewcomerEvent( event: RoomEvent, newcomer: UserId, limits: MediaLimits = DEFAULT_MEDIA_LIMITS ): NewcomerWords {
	if ( event.type === 'm.room.member' ) {
		const hasLeft = event.state_key === newcomer && ( event.content.membership === 'leave' || event.content.membership === 'ban' );
		return hasLeft ? { kind: 'left' } : nothing;
	}
	// A redacted event has lost its content; whoever redacted it wants it to be passed on least of all.
	const isRedacted = event.unsigned?.redacted_because !== undefined || Object.keys( event.content ).length === 0;
	const target = readRedaction( event );
	if ( event.sender !== newcomer || event.state_key !== undefined || ( isRedacted && target === undefined ) ) {
		return nothing;
	}
	if ( target !== undefined ) {
		return { kind: 'delete', target };
	}
	const reaction = event.type === 'm.reaction' ? readReaction( event.content ) : undefined;
	if ( reaction ) {
		return isEmoji( reaction.key ) ? { kind: 'react', ...reaction } : nothing;
	}
	return SPOKEN_TYPES.includes( event.type ) ? readSpoken( event, limits ) : nothing;
}

function readSpoken( event: RoomEvent, limits: MediaLimits ): NewcomerWords {
	const relation = readRelation( event.content );
	const context = readQuestionContext( event.content );
	if ( relation.replaces !== undefined ) {
		const replacement = event.type === 'm.room.message' ? readReplacement( event.content ) : undefined;
		const words = replacement && readWords( replacement.content, false, limits );
		return words ? { kind: 'edit', original: relation.replaces, ...words, context } : replacement ? { kind: 'not-passed-on' } : nothing;
	}
	const line = otherKindLine( event );
	const said = event.type === 'm.room.message' ? readWords( event.content, relation.replyTo !== undefined, limits ) : undefined;
	const words = line === undefined ? said : { text: line };
	return words ? { kind: 'say', ...words, replyTo: relation.replyTo, context } : { kind: 'not-passed-on' };
}

/** What stands on the card for a message. */
export function questionText( { text, media }: Pick<Words, 'text' | 'media'> ): string {
	return media ? mediaLine( media, text ) : text;
}
