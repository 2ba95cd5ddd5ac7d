import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReceipts, readTyping } from '../../../../src/relay/routing/ephemeral.ts';

const reader = '@nita:example.org';
const receipt = ( content: Record<string, unknown> ): { type: string; content: Record<string, unknown> } => ( { type: 'm.receipt', content } );

describe( 'readReceipts', () => {
	it( 'reads who has read what, in which thread, and leaves private receipts out', () => {
		expect( readReceipts( receipt( {
			$a: { 'm.read': { [ reader ]: { ts: 1, thread_id: '$root' }, '@mod:example.org': { ts: 2, thread_id: 'main' } } },
			$b: { 'm.read': { [ reader ]: { ts: 3 } }, 'm.read.private': { [ reader ]: { ts: 4 } } }
		} ) ) ).toEqual( [
			{ userId: reader, eventId: '$a', thread: '$root', atMs: 1 },
			{ userId: '@mod:example.org', eventId: '$a', thread: 'main', atMs: 2 },
			{ userId: reader, eventId: '$b', thread: undefined, atMs: 3 }
		] );
	} );

	it.each( [
		[ {} ], [ { $a: null } ], [ { $a: { 'm.read': [ reader ] } } ], [ { $a: { 'm.read': { nita: { ts: 1 } } } } ], [ { a: { 'm.read': { [ reader ]: {} } } } ],
		[ { $a: { 'm.read': { [ reader ]: { thread_id: 7 } } } } ], [ { $a: { 'm.read': { [ reader ]: { thread_id: 'thread' } } } } ]
	] )( 'finds none in %j', ( content ) => {
		expect( readReceipts( receipt( content ) ) ).toEqual( [] );
	} );

	it( 'finds nothing, and breaks at nothing, in whatever else comes', () => {
		fc.assert( fc.property( fc.constantFrom( 'm.receipt', 'm.typing', 'x' ), fc.anything(), ( type, content ) => {
			const event = { type, content: content as Record<string, unknown> };
			expect( readReceipts( event ) ).toEqual( [] );
			expect( readTyping( event ) ?? [] ).toEqual( [] );
		} ) );
	} );
} );
