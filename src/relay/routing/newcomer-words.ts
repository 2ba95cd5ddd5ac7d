import type { UserId } from '../../protocol/ids.ts';
import type { RoomEvent } from '../../protocol/message.ts';
import { readRelation, readTextMessage } from '../../protocol/message.ts';
import type { QuestionContext } from '../../protocol/question.ts';
import { firstPart, readQuestionContext } from '../../protocol/question.ts';
import { withoutQuotation } from './words.ts';

/** What an event of a conversation means for the relay. */
export type NewcomerWords =
	| { readonly kind: 'say'; readonly text: string; readonly context: QuestionContext | undefined } |
	/** The newcomer sent what cannot be passed on, and is told so. */
	{ readonly kind: 'not-passed-on' } |
	{ readonly kind: 'left' } |
	{ readonly kind: 'nothing' };

/** Longest text that is passed on, in UTF-16 code units; an edit of the card holds it five times, and an event may have 65,536 bytes. */
const LONGEST_TEXT = 3_000;
const SPOKEN_TYPES = [ 'm.room.message', 'm.room.encrypted', 'm.sticker', 'm.poll.start', 'org.matrix.msc3381.poll.start' ];

const nothing = { kind: 'nothing' } as const;

/** Reads an event of a conversation. What anybody but the newcomer does in it is nothing. */
export function readNewcomerEvent( event: RoomEvent, newcomer: UserId ): NewcomerWords {
	if ( event.type === 'm.room.member' ) {
		const hasLeft = event.state_key === newcomer && ( event.content.membership === 'leave' || event.content.membership === 'ban' );
		return hasLeft ? { kind: 'left' } : nothing;
	}
	// A redacted event has lost its content; whoever redacted it wants it to be passed on least of all.
	const isRedacted = event.unsigned?.redacted_because !== undefined || Object.keys( event.content ).length === 0;
	if ( event.sender !== newcomer || event.state_key !== undefined || isRedacted || !SPOKEN_TYPES.includes( event.type ) ) {
		return nothing;
	}
	const relation = readRelation( event.content );
	if ( relation.replaces !== undefined ) {
		return nothing;
	}
	const message = event.type === 'm.room.message' ? readTextMessage( event.content ) : undefined;
	if ( !message ) {
		return { kind: 'not-passed-on' };
	}
	const text = ( relation.replyTo === undefined ? message.body : withoutQuotation( message.body ) ).trim();
	if ( text === '' ) {
		return { kind: 'not-passed-on' };
	}
	return {
		kind: 'say',
		text: text.length > LONGEST_TEXT ? `${ firstPart( text, LONGEST_TEXT ) }…` : text,
		context: readQuestionContext( event.content )
	};
}
