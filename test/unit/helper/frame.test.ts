import { describe, expect, it } from 'vitest';
import { readSupportRoom } from '../../../src/helper/state/requests.ts';
import type { PendingEvent } from '../../../src/helper/state/room-log.ts';
import type { Screen } from '../../../src/helper/state/screen.ts';
import { entriesOf, firstScreen, unsentIn } from '../../../src/helper/state/screen.ts';
import type { FrameInput } from '../../../src/helper/views/frame-parts.ts';
import type { Frame } from '../../../src/helper/views/frame.ts';
import { drawFrame } from '../../../src/helper/views/frame.ts';
import { cut, field, fit, fitField, ISOLATE_CLOSE, ISOLATE_OPEN, widthOf, widthOfLine, wrap } from '../../../src/helper/views/line.ts';
import { withIsolates } from '../../../src/helper/views/terminal-output.ts';
import { card, log, minute, NITA, reacted, said, thread, wrote } from './events.ts';

const events = [
	card( 'a', { number: 1, name: 'محمد علي', place: ' · ماعز قزم, section التاريخ', question: 'كيف أضيف مرجعًا؟' } ),
	card( 'b', { number: 2, name: '山田太郎', place: ' · 山羊', question: '山羊の身長の出典をどうやって追加しますか？'.repeat( 5 ), atMs: minute( 1 ) } ),
	card( 'd', { number: 3, name: 'Zoë 👩‍👩‍👧', place: ` · ${ 'A very long title '.repeat( 9 ) }`, question: 'word '.repeat( 200 ), atMs: minute( 2 ) } ),
	said( 's', 'a', 'هل من أحد؟', minute( 2 ), 'محمد علي' ), reacted( 'r', NITA, 's', '👍' ), wrote( 't', NITA, 'hello' ),
	...Array.from( { length: 40 }, ( _, index ) => said( `m${ index }`, 'd', `line ${ index }`, minute( 3 ), 'Zoë 👩‍👩‍👧' ) )
];
const failed: PendingEvent = {
	transactionId: 't1', type: 'm.room.message', content: { msgtype: 'm.text', body: 'lost', ...thread( 'a' ) }, createdAtMs: minute( 4 ),
	status: 'failed', reason: 'event too large', eventId: undefined
};

function draw( screen: Partial<Screen> = {}, input: Partial<FrameInput> & { pending?: PendingEvent[] } = {} ): Frame {
	const entries = input.entries ?? entriesOf( [ readSupportRoom( log( events, input.pending ) ) ] );
	return drawFrame( {
		screen: { ...firstScreen, ...screen }, entries, connection: { isOnline: true }, name: 'Omar', unsent: unsentIn( entries ),
		nowMs: minute( 5 ), columns: 80, rows: 24, ...input
	} );
}

const text = ( { lines }: Frame ): string => lines.map( ( line ) => line.map( ( part ) => part.text ).join( '' ) ).join( '\n' )
	.replaceAll( ISOLATE_OPEN, ' ' ).replaceAll( ISOLATE_CLOSE, ' ' );

const draft = ( typed: string, cursor = typed.length ): Partial<Screen> => ( { open: '$a', drafts: new Map( [ [ '$a', { text: typed, cursor } ] ] ) } );

describe.each( [ [ 80, 24 ], [ 40, 15 ], [ 120, 40 ], [ 20, 6 ], [ 10, 4 ] ] )( 'a terminal of %i by %i', ( columns, rows ) => {
	it.each<[ string, Partial<Screen> ]>( [
		[ 'the list', {} ], [ 'the list, another chosen', { chosenEntry: '$d' } ], [ 'the help', { isHelpOpen: true } ],
		[ 'an Arabic request', { open: '$a' } ], [ 'a Chinese one', { open: '$b' } ], [ 'a long one', { open: '$d' } ],
		[ 'its first message', { open: '$d', chosenMessage: '$d' } ], [ 'a long draft', draft( '漢字 and more '.repeat( 30 ) ) ],
		[ 'a notice', { notice: 'x'.repeat( 200 ) } ]
	] )( 'is filled and not overrun by %s', ( _, screen ) => {
		const frame = draw( screen, { columns, rows, pending: [ failed ] } );
		expect( frame.lines ).toHaveLength( rows );
		expect( frame.lines.map( widthOfLine ) ).toEqual( frame.lines.map( () => columns ) );
		expect( frame.cursor === undefined || ( frame.cursor.x < columns && frame.cursor.y < rows ) ).toBe( true );
	} );
} );

describe( 'the list', () => {
	it( 'shows state, number, name, page, what waits and for how long', () => {
		const lines = text( draw() ).split( '\n' );
		expect( lines[ 1 ] ).toMatch( /^> ❓ #1 {4}محمد علي .*ماعز قزم, section التاريخ .* \+1 {2}5 min$/ );
		expect( lines[ 2 ] ).toMatch( /^ {2}❓ #2 {4}山田太郎 .* 4 min$/ );
		expect( lines[ 4 ] ).toMatch( /Among helpers +1$/ );
		expect( lines.at( -1 ) ).toContain( 'Enter open' );
	} );

	it( 'goes on counting', () => {
		expect( text( draw( {}, { nowMs: minute( 65 ) } ) ) ).toContain( '1 h 5 min' );
	} );

	it( 'says how to begin where nothing was asked', () => {
		expect( text( draw( {}, { entries: entriesOf( [ readSupportRoom( log( [] ) ) ] ) } ) ) ).toContain( 'Nothing has been asked yet.' );
	} );
} );

describe( 'an open request', () => {
	it( 'shows names, words and reactions', () => {
		expect( text( draw( { open: '$a' } ) ) ).toMatch( / محمد علي {2}هل من أحد؟ {3}👍 1/ );
	} );

	it( 'stays at its end, and goes to what is chosen', () => {
		expect( text( draw( { open: '$d' } ) ) ).toContain( 'line 39' );
		expect( text( draw( { open: '$d' } ) ) ).toContain( '↑ more' );
		const first = text( draw( { open: '$d', chosenMessage: '$d' } ) );
		expect( first ).toContain( 'word word' );
		expect( first ).toContain( '↓ more' );
		const middle = text( draw( { open: '$d', chosenMessage: '$m20' } ) );
		expect( middle ).toMatch( /^>.*line 20/m );
	} );

	it( 'says what failed, and what one can do', () => {
		const shown = text( draw( { open: '$a' }, { pending: [ failed ] } ) );
		expect( shown ).toContain( '✗ not sent: event too large — /resend or /discard' );
		expect( shown ).toContain( '1 not sent yet' );
	} );

	it.each( [
		[ 'at the end of wide characters', draft( '漢字' ), 6 ], [ 'before them', draft( '漢字', 0 ), 2 ], [ 'behind an accent', draft( 'e\u0301' ), 3 ]
	] )( 'has its cursor %s', ( _, screen, x ) => {
		expect( draw( screen ).cursor ).toEqual( { x, y: 21 } );
	} );
} );

describe( 'the connection', () => {
	it.each( [ [ 80, 'No connection since' ], [ 40, 'Offline since' ] ] )( 'that is lost is told in %i columns', ( columns, sentence ) => {
		const shown = text( draw( {}, { columns, connection: { isOnline: false, sinceMs: minute( 1 ) } } ) );
		expect( shown ).toContain( sentence );
		expect( shown ).toContain( 'OFFLINE' );
	} );
} );

describe( 'a line', () => {
	it.each( [
		[ '漢字漢字', 5, '漢字…' ], [ '漢字漢字', 4, '漢…' ], [ 'x👩‍👩‍👧y', 3, 'x…' ], [ 'abc', 3, 'abc' ], [ 'abc', 0, '' ], [ 'e\u0301e\u0301e\u0301', 2, 'e\u0301…' ]
	] )( 'is cut between characters: %s in %i cells', ( whole, width, expected ) => {
		expect( cut( whole, width ) ).toBe( expected );
		expect( widthOf( fit( whole, width ) ) ).toBe( width );
		expect( widthOf( fitField( whole, width ) ) ).toBe( width );
	} );

	it( 'is broken at words, in wide text anywhere, and shorter at first', () => {
		expect( wrap( 'one two three', 8 ).map( ( line ) => line.trimEnd() ) ).toEqual( [ 'one two', 'three' ] );
		expect( wrap( '漢字漢字', 4 ) ).toEqual( [ '漢字', '漢字' ] );
		expect( wrap( 'one two', 8, 4 ).map( ( line ) => line.trimEnd() ) ).toEqual( [ 'one', 'two' ] );
		expect( wrap( 'a\n\nb', 8 ) ).toEqual( [ 'a', '', 'b' ] );
	} );

	it( 'keeps the direction of Arabic and Hebrew to itself, on its way to the terminal', () => {
		expect( field( 'abc' ) ).toBe( ' abc ' );
		const written: unknown[] = [];
		const terminal = { write: ( chunk: unknown ) => written.push( chunk ) > 0, columns: 80 } as unknown as NodeJS.WriteStream;
		const output = withIsolates( terminal, true );
		output.write( `12:05${ field( 'محمد' ) }${ field( 'שלום' ) }` );
		withIsolates( terminal, false ).write( `12:05${ field( 'محمد' ) }` );
		expect( written ).toEqual( [ '12:05 \u2068محمد\u2069  \u2068שלום\u2069 ', '12:05 محمد ' ] );
		expect( output.columns ).toBe( 80 );
	} );
} );
