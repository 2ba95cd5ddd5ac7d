import type { Entry } from '../state/screen.ts';
import { chosenEntryOf } from '../state/screen.ts';
import { waitingTime } from '../state/waiting-time.ts';
import type { FrameInput } from './frame-parts.ts';
import type { Line, Look, Span } from './line.ts';
import { field, fit, fitField, span, withEnd, wrap } from './line.ts';

/** Cells of a state's sign; they are one or two wide, by the terminal too. */
const SIGN_WIDTH = 3;
const LONG_WAIT_MS = 10 * 60_000;

function waitingSpan( entry: Entry, nowMs: number ): Span {
	if ( entry.kind === 'talk' || entry.request.waitingSinceMs === undefined ) {
		return span( '' );
	}
	const waited = nowMs - entry.request.waitingSinceMs;
	return span( `  ${ waitingTime( waited ) }`, waited >= LONG_WAIT_MS ? 'alarm' : 'waiting' );
}

function entryLine( entry: Entry, isChosen: boolean, input: FrameInput, hasRooms: boolean ): Line {
	const { columns, nowMs } = input;
	const mark = span( isChosen ? '> ' : '  ', 'chosen' );
	const look: Look = isChosen ? 'chosen' : 'plain';
	if ( entry.kind === 'talk' ) {
		return withEnd( [
			mark, span( fit( '', SIGN_WIDTH ) ), span( `Among helpers${ hasRooms ? `, ${ entry.roomName }` : '' }`, look )
		], [ span( `${ entry.messages.length }`, 'quiet' ) ], columns );
	}
	const { sign, number, name, place, unanswered } = entry.request;
	const rest = columns - 2 - SIGN_WIDTH - 5;
	const nameWidth = columns < 60 ? Math.max( 8, rest - 12 ) : Math.min( 24, Math.floor( rest / 3 ) );
	return withEnd( [
		mark, span( fit( sign, SIGN_WIDTH ) ), span( fit( `#${ number }`, 5 ), 'quiet' ), span( fitField( name, nameWidth ), look ),
		...( columns < 60 ? [] : [ span( field( place ), 'quiet' ) ] ),
		...( hasRooms && columns >= 60 ? [ span( field( entry.roomName ), 'quiet' ) ] : [] )
	], [ ...( unanswered > 1 ? [ span( ` +${ unanswered - 1 }`, 'strong' ) ] : [] ), waitingSpan( entry, nowMs ) ], columns );
}

/** What the chosen request is about, below the list where there is room. */
function previewLines( entry: Entry | undefined, columns: number, rows: number ): Line[] {
	if ( entry?.kind !== 'request' || rows < 4 ) {
		return [];
	}
	const { question, place, details } = entry.request;
	const words = wrap( question, columns - 2 );
	const shown = words.slice( 0, rows - 3 );
	return [
		[ span( '─'.repeat( columns ), 'quiet' ) ],
		[ span( field( place ).slice( place === '' ? 2 : 0 ), 'strong' ) ],
		...shown.map( ( line, index ): Line => [ span( field( index === shown.length - 1 && words.length > shown.length ? `${ line } …` : line ) ) ] ),
		[ span( field( details ), 'quiet' ) ]
	];
}

/** The list of the requests, with what is chosen in view. */
export function listLines( input: FrameInput ): Line[] {
	const { screen, entries, columns, rows } = input;
	if ( entries.length === 0 ) {
		return [ [ span( 'Nothing has been asked yet.' ) ] ];
	}
	const chosen = chosenEntryOf( screen, entries );
	const preview = previewLines( chosen, columns, Math.min( 7, Math.floor( rows / 2 ) ) );
	const listRows = rows - preview.length;
	const at = chosen ? entries.indexOf( chosen ) : 0;
	const first = Math.max( 0, Math.min( at - Math.floor( listRows / 2 ), entries.length - listRows ) );
	const hasRooms = new Set( entries.map( ( { roomId } ) => roomId ) ).size > 1;
	const lines = entries.slice( first, first + listRows ).map( ( entry ) => entryLine( entry, entry === chosen, input, hasRooms ) );
	const hasRequests = entries.some( ( { kind } ) => kind === 'request' );
	return [
		...lines, ...Array.from( { length: listRows - lines.length }, ( _, index ): Line => (
			!hasRequests && index === 1 ? [ span( 'Nothing has been asked yet. A question appears here by itself.', 'quiet' ) ] : []
		) ),
		...preview
	];
}
