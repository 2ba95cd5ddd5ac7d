import type { EventId, UserId } from '../../protocol/ids.ts';
import type { Reaction, RoomEvent } from '../../protocol/message.ts';
import { readReaction, readRedaction, readRelation, readReplacement, readTextMessage } from '../../protocol/message.ts';
import type { QuestionContext } from '../../protocol/question.ts';
import { firstPart, readQuestionContext } from '../../protocol/question.ts';
import type { Words } from './model.ts';
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

/** Longest text that is passed on, in UTF-16 code units; an edit of the card holds it five times, and an event may have 65,536 bytes. */
const LONGEST_TEXT = 3_000;
const SPOKEN_TYPES = [ 'm.room.message', 'm.room.encrypted', 'm.sticker', 'm.poll.start', 'org.matrix.msc3381.poll.start' ];

const nothing = { kind: 'nothing' } as const;

/** The words of a message's content, without the quotation before a reply; `undefined` when there are none that can be passed on. */
export function readWords( content: unknown, isReply: boolean ): Pick<Words, 'text' | 'manner'> | undefined {
	const message = readTextMessage( content );
	const text = message && ( isReply ? withoutQuotation( message.body ) : message.body ).trim();
	if ( !message || !text ) {
		return undefined;
	}
	return {
		text: text.length > LONGEST_TEXT ? `${ firstPart( text, LONGEST_TEXT ) }…` : text,
		manner: mannerOf( message )
	};
}

/** Reads an event of a conversation. What anybody but the newcomer does in it is nothing. */
export function readNewcomerEvent( event: RoomEvent, newcomer: UserId ): NewcomerWords {
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
		return { kind: 'react', ...reaction };
	}
	return SPOKEN_TYPES.includes( event.type ) ? readSpoken( event ) : nothing;
}

function readSpoken( event: RoomEvent ): NewcomerWords {
	const relation = readRelation( event.content );
	const context = readQuestionContext( event.content );
	if ( relation.replaces !== undefined ) {
		const replacement = event.type === 'm.room.message' ? readReplacement( event.content ) : undefined;
		const words = replacement && readWords( replacement.content, false );
		return words ? { kind: 'edit', original: relation.replaces, ...words, context } : replacement ? { kind: 'not-passed-on' } : nothing;
	}
	const words = event.type === 'm.room.message' ? readWords( event.content, relation.replyTo !== undefined ) : undefined;
	return words ? { kind: 'say', ...words, replyTo: relation.replyTo, context } : { kind: 'not-passed-on' };
}
