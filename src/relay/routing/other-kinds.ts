import { isRecord } from '../../protocol/ids.ts';
import type { RoomEvent } from '../../protocol/message.ts';
import { firstPart } from '../../protocol/question.ts';
import { oneLine } from './words.ts';

/** Longest part of a readable line, in UTF-16 code units. */
const LONGEST_PART = 300;

function part( text: unknown ): string {
	return typeof text === 'string' ? oneLine( firstPart( text, LONGEST_PART ) ) : '';
}

/** A text in any of the ways in which polls have it (MSC1767, MSC3381). */
function pollText( raw: unknown ): string {
	if ( !isRecord( raw ) ) {
		return '';
	}
	const list = raw[ 'm.text' ];
	const first: unknown = Array.isArray( list ) ? list[ 0 ] : undefined;
	return part( isRecord( first ) ? first.body : raw[ 'org.matrix.msc1767.text' ] ?? raw.body );
}

function pollLine( content: Readonly<Record<string, unknown>> ): string {
	const poll = content[ 'm.poll' ] ?? content[ 'org.matrix.msc3381.poll.start' ];
	const { question, answers } = isRecord( poll ) ? poll : {};
	const choices = ( Array.isArray( answers ) ? answers.slice( 0, 20 ) : [] ).map( pollText ).filter( ( text ) => text !== '' );
	return `(started a poll: ${ [ pollText( question ), choices.join( ' / ' ) ].filter( ( text ) => text !== '' ).join( ' ' ) })`;
}

/** What somebody sent, in words, for the kinds that cannot be sent again as what they are; `undefined` for all others. */
export function otherKindLine( { type, content }: Pick<RoomEvent, 'type' | 'content'> ): string | undefined {
	switch ( type ) {
		case 'm.sticker': return `(sent a sticker: ${ part( content.body ) })`;
		case 'm.poll.start':
		case 'org.matrix.msc3381.poll.start': return pollLine( content );
		case 'm.call.invite': return '(tried to call)';
		case 'm.room.message': {
			const place = content.msgtype === 'm.location' ? part( content.geo_uri ) : '';
			return /^geo:[-\d.,;=a-z]+$/i.test( place ) ? `(sent a location: ${ `${ part( content.body ) } ${ place }`.trim() })` : undefined;
		}
		default: return undefined;
	}
}
