import type { Message } from '../state/messages.ts';
import { plainText } from '../state/plain-text.ts';
import type { Entry } from '../state/screen.ts';
import { draftOf, messagesOf } from '../state/screen.ts';
import { clockTime, waitingTime } from '../state/waiting-time.ts';
import type { Body, FrameInput } from './frame-parts.ts';
import type { Line, Look, Span } from './line.ts';
import { cut, field, span, widthOf, widthOfLine, withEnd, wrap } from './line.ts';

const PROMPT = '>';
const INDENT = '      ';

const NAME_LOOKS: Readonly<Record<Message[ 'from' ], Look>> = { newcomer: 'strong', helper: 'good', me: 'own', relay: 'quiet' };

/** What a message's line says beside its words. */
function marks( { isEdited, staysHere, from, delivery, reason, reactions }: Message ): Span[] {
	return [
		...( isEdited ? [ span( ' (edited)', 'quiet' ) ] : [] ),
		...( staysHere && from !== 'relay' ? [ span( ' (stays here)', 'quiet' ) ] : [] ),
		...( delivery === 'unsent' ? [ span( ' … not sent yet', 'waiting' ) ] : [] ),
		...( delivery === 'failed' ? [ span( ` ✗ not sent: ${ reason || 'refused' } — /resend or /discard`, 'alarm' ) ] : [] ),
		...reactions.map( ( { key, count, isMine } ) => span( `  ${ cut( plainText( key ), 20 ) } ${ count }`, isMine ? 'own' : 'plain' ) )
	];
}

/** A message as lines: time and name, its words, and what is to be said about it. */
function messageLines( message: Message, isChosen: boolean, { columns, nowMs }: FrameInput ): Line[] {
	const mark = span( isChosen ? '>' : ' ', 'chosen' );
	const time = `${ clockTime( message.saidAtMs, nowMs ) }`;
	const name = field( message.from === 'me' ? 'you' : cut( message.name, Math.max( 6, Math.floor( columns / 3 ) ) ) );
	const words = message.isDeleted ? '(deleted)' : message.text;
	const look: Look = message.isDeleted || message.from === 'relay' ? 'quiet' : 'plain';
	const headWidth = 1 + time.length + widthOf( name );
	// Two cells for the spaces of the field that each line is.
	const width = columns - INDENT.length - 2;
	const lines = wrap( words, width, Math.max( 0, headWidth - INDENT.length ) ).map( ( text, index ): Line => index === 0 ?
			[ mark, span( time, 'quiet' ), span( name, NAME_LOOKS[ message.from ] ), span( field( text ), look ) ] :
			[ mark, span( INDENT.slice( 1 ) ), span( field( text ), look ) ] );
	const beside = marks( message );
	if ( beside.length === 0 ) {
		return lines;
	}
	const last = [ ...lines.at( -1 ) ?? [], ...beside ];
	if ( widthOfLine( last ) <= columns ) {
		return [ ...lines.slice( 0, -1 ), last ];
	}
	const text = beside.map( ( part ) => part.text ).join( '' ).trim();
	const besideLook = beside.find( ( part ) => part.look === 'alarm' )?.look ?? 'plain';
	return [ ...lines, ...wrap( text, width ).map( ( part ): Line => [ mark, span( INDENT ), span( part, besideLook ) ] ) ];
}

function headLines( entry: Entry, { columns, rows, nowMs }: FrameInput ): Line[] {
	if ( entry.kind === 'talk' ) {
		return [ [ span( 'Among helpers', 'strong' ), span( field( entry.roomName ), 'quiet' ) ] ];
	}
	const { sign, number, name, place, details, address, waitingSinceMs } = entry.request;
	const waits = waitingSinceMs === undefined ? [] : [ span( `  ${ waitingTime( nowMs - waitingSinceMs ) }`, 'waiting' ) ];
	return [
		withEnd( [ span( `${ sign } #${ number }`, 'strong' ), span( field( name ), 'strong' ), span( field( place ), 'quiet' ) ], waits, columns ),
		...( rows < 16 ? [] : [
			[ span( field( details ), 'quiet' ) ],
			...( address !== '' && address.length <= columns - 2 ? [ [ span( ` ${ address }`, 'quiet' ) ] ] : [] )
		] )
	];
}

/** The draft with the cursor in view: up to `rows` lines. */
function draftLines( input: FrameInput, rows: number ): Required<Body> {
	const { text, cursor } = draftOf( input.screen );
	// Two cells for the spaces of the field; the cursor may be in the second one.
	const width = input.columns - PROMPT.length - 2;
	const lines = breakDraft( plainText( text ), width );
	const before = breakDraft( plainText( text.slice( 0, cursor ) ), width );
	const y = Math.min( before.length, lines.length ) - 1;
	const first = Math.max( 0, Math.min( y - rows + 1, lines.length - rows ), y - rows + 1 );
	return {
		lines: lines.slice( first, first + rows ).map( ( line, index ) => [
			span( first + index === 0 ? PROMPT : ' ', 'chosen' ), span( field( line ) )
		] ),
		cursor: { x: PROMPT.length + 1 + widthOf( before.at( -1 ) ?? '' ), y: y - first }
	};
}

/** Breaks a draft at its ends of line and where a line is full, so that what is before the cursor breaks in the same places. */
function breakDraft( text: string, width: number ): string[] {
	const graphemes = new Intl.Segmenter( undefined, { granularity: 'grapheme' } );
	return text.split( '\n' ).flatMap( ( paragraph ) => {
		const lines = [ '' ];
		let used = 0;
		for ( const { segment } of graphemes.segment( paragraph ) ) {
			const cells = widthOf( segment );
			if ( used + cells > width ) {
				lines.push( '' );
				used = 0;
			}
			lines[ lines.length - 1 ] += segment;
			used += cells;
		}
		return lines;
	} );
}

/** An open request, or the talk of a room: its messages, with what is chosen or the last one in view, and the draft. */
export function threadLines( input: FrameInput, entry: Entry ): Body {
	const { screen, rows, columns } = input;
	const head = headLines( entry, input );
	const draft = draftLines( input, rows < 14 ? 2 : 4 );
	const roomForMessages = Math.max( 1, rows - head.length - draft.lines.length - 1 );
	const messages = messagesOf( entry );
	const blocks = messages.map( ( message ) => messageLines( message, message.id === screen.chosenMessage, input ) );
	const all = blocks.flat();
	const chosenAt = messages.findIndex( ( { id } ) => id === screen.chosenMessage );
	const endOfChosen = chosenAt === -1 ? all.length : blocks.slice( 0, chosenAt + 1 ).flat().length;
	const startOfChosen = chosenAt === -1 ? endOfChosen : endOfChosen - ( blocks[ chosenAt ]?.length ?? 0 );
	// The end of what is chosen, unless it is longer than the window: then its beginning.
	const last = Math.max( Math.min( Math.max( endOfChosen, roomForMessages ), all.length ), Math.min( startOfChosen + 1, all.length ) );
	const first = Math.max( 0, Math.min( last - roomForMessages, chosenAt === -1 ? Number.MAX_SAFE_INTEGER : startOfChosen ) );
	const shown = all.slice( first, first + roomForMessages );
	const hidden = [ ...( first > 0 ? [ '↑ more' ] : [] ), ...( first + roomForMessages < all.length ? [ '↓ more' ] : [] ) ].join( ' ' );
	const filler = Array.from( { length: roomForMessages - shown.length }, (): Line => [] );
	const rule: Line = hidden === '' ? [ span( '─'.repeat( columns ), 'quiet' ) ] :
			[ span( '─'.repeat( Math.max( 0, columns - hidden.length - 2 ) ), 'quiet' ), span( ` ${ hidden } `, 'quiet' ) ];
	return {
		lines: [ ...head, ...shown, ...filler, rule, ...draft.lines ],
		cursor: draft.cursor && { x: draft.cursor.x, y: head.length + roomForMessages + 1 + draft.cursor.y }
	};
}
