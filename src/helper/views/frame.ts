import { COMMANDS } from '../state/typed.ts';
import { clockTime } from '../state/waiting-time.ts';
import type { Body, FrameInput } from './frame-parts.ts';
import type { Line } from './line.ts';
import { exactly, field, span, withEnd, wrap } from './line.ts';
import { listLines } from './list-frame.ts';
import { threadLines } from './thread-frame.ts';

/** What fills the terminal: exactly `rows` lines of exactly `columns` cells, and the place of the cursor. */
export type Frame = { readonly lines: readonly Line[]; readonly cursor: { readonly x: number; readonly y: number } | undefined };

function statusLine( { connection, screen, unsent, nowMs, columns }: FrameInput ): Line {
	if ( screen.notice !== '' ) {
		return [ span( screen.notice, 'waiting' ) ];
	}
	if ( !connection.isOnline ) {
		const since = clockTime( connection.sinceMs, nowMs );
		return [ span( columns < 70 ? `Offline since ${ since }. Answers are kept.` :
			`No connection since ${ since }. What you send is kept, and sent when it is back.`, 'alarm' ) ];
	}
	return unsent === 0 ? [] : [ span( `${ unsent } not sent yet`, 'waiting' ) ];
}

function keysLine( { screen, columns }: FrameInput ): Line {
	const isNarrow = columns < 60;
	const keys = screen.isHelpOpen ? 'any key goes on' : screen.open === undefined ?
			( isNarrow ? '↑↓ Enter open  ? help  q quit' : '↑↓ choose   Enter open   ? help   q log out and leave' ) :
			( isNarrow ? 'Enter send  ↑↓ choose  Esc back' : 'Enter send   Alt+Enter new line   ↑↓ choose a message   /help   Esc back' );
	return [ span( keys, 'quiet' ) ];
}

const HELP: readonly string[] = [
	'What you write in a request goes to the newcomer.',
	'!note … stays among helpers; so does any word after a !.',
	'In the talk of the room, #42 … goes to the newcomer of request 42.'
];

function helpLines( columns: number ): Line[] {
	return [
		...HELP.flatMap( ( text ) => wrap( text, columns ).map( ( line ): Line => [ span( line ) ] ) ),
		[],
		...COMMANDS.flatMap( ( [ command, meaning ] ) => wrap( meaning, columns - 11 ).map( ( line, index ): Line => (
			[ span( ( index === 0 ? command : '' ).padEnd( 11 ), 'strong' ), span( line ) ]
		) ) )
	];
}

/** Draws the whole screen. */
export function drawFrame( input: FrameInput ): Frame {
	const { screen, entries, connection, name, columns, rows } = input;
	const entry = entries.find( ( { id } ) => id === screen.open );
	const roomNames = [ ...new Set( entries.map( ( { roomName } ) => roomName ) ) ];
	const where = roomNames.length === 1 ? String( roomNames[ 0 ] ).replace( /^Ask for Help: */, '' ) : `${ roomNames.length } rooms`;
	const title: Line = [ span( 'Ask for Help', 'strong' ), span( ' ·' ), span( field( where ) ) ];
	const presence: Line = [ span( field( columns < 60 ? '' : name ), 'quiet' ), connection.isOnline ? span( 'online', 'good' ) : span( 'OFFLINE', 'alarm' ) ];
	const bodyRows = Math.max( 1, rows - 3 );
	const body: Body = screen.isHelpOpen ? { lines: helpLines( columns ) } : entry ?
			threadLines( { ...input, rows: bodyRows }, entry ) :
			{ lines: listLines( { ...input, rows: bodyRows } ) };
	const filled = Array.from( { length: bodyRows }, ( _, index ) => body.lines[ index ] ?? [] );
	const lines = [ withEnd( title, presence, columns ), ...filled, statusLine( input ), keysLine( input ) ]
		.slice( 0, rows ).map( ( line ) => exactly( line, columns ) );
	// In a terminal of a few lines there may be no room for what is written.
	const isInView = body.cursor !== undefined && body.cursor.y < bodyRows;
	const cursor = body.cursor && isInView ? { x: Math.min( body.cursor.x, columns - 1 ), y: body.cursor.y + 1 } : undefined;
	return { lines, cursor };
}
