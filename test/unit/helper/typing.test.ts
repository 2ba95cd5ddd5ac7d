import { describe, expect, it } from 'vitest';
import type { Draft, DraftEdit } from '../../../src/helper/state/draft.ts';
import { edit, emptyDraft } from '../../../src/helper/state/draft.ts';
import { readTyped } from '../../../src/helper/state/typed.ts';
import { clockTime, waitingTime } from '../../../src/helper/state/waiting-time.ts';

const draft = ( marked: string ): Draft => ( { text: marked.replace( '|', '' ), cursor: marked.indexOf( '|' ) } );
const shown = ( { text, cursor }: Draft ): string => `${ text.slice( 0, cursor ) }|${ text.slice( cursor ) }`;

describe( 'a draft', () => {
	it.each<[ string, DraftEdit[ 'kind' ], string ]>( [
		[ 'ab|c', 'backspace', 'a|c' ], [ '|a', 'backspace', '|a' ], [ 'a|b', 'delete', 'a|' ], [ 'a|', 'delete', 'a|' ],
		[ 'x👩‍👩‍👧|', 'backspace', 'x|' ], [ 'xe\u0301|', 'left', 'x|e\u0301' ], [ 'x|👍🏽y', 'right', 'x👍🏽|y' ], [ 'x|👍🏽y', 'delete', 'x|y' ],
		[ 'one two |', 'word-left', 'one |two ' ], [ 'one| two', 'word-right', 'one two|' ], [ 'one two|', 'delete-word', 'one |' ],
		[ 'ab|c', 'home', '|abc' ], [ 'a|bc', 'end', 'abc|' ], [ 'ab|c', 'delete-to-start', '|c' ], [ 'ab|c', 'delete-to-end', 'ab|' ]
	] )( '%s after %s is %s', ( before, kind, after ) => {
		expect( shown( edit( draft( before ), { kind } as DraftEdit ) ) ).toBe( after );
	} );

	it( 'takes text where the cursor is', () => {
		expect( shown( edit( draft( 'a|c' ), { kind: 'insert', text: '漢' } ) ) ).toBe( 'a漢|c' );
		expect( edit( emptyDraft, { kind: 'left' } ) ).toEqual( emptyDraft );
	} );
} );

describe( 'what was typed', () => {
	it.each( [
		[ '  ', { kind: 'nothing' } ], [ ' hello ', { kind: 'say', text: 'hello' } ], [ '!note x', { kind: 'say', text: '!note x' } ],
		[ '//wiki', { kind: 'say', text: '/wiki' } ], [ '/react 👍🏽', { kind: 'react', key: '👍🏽' } ], [ '/quit', { kind: 'quit' } ],
		[ '/resend', { kind: 'resend' } ], [ '/discard', { kind: 'discard' } ]
	] )( '%j is understood', ( text, typed ) => {
		expect( readTyped( text ) ).toEqual( typed );
	} );

	it.each( [ '/react', '/react two words', '/raect 👍', '/quit now', '/' ] )( '%j is never sent', ( text ) => {
		expect( readTyped( text ).kind ).toBe( 'wrong' );
	} );
} );

describe( 'time', () => {
	it.each( [
		[ -5, '0 s' ], [ 59, '59 s' ], [ 60, '1 min' ], [ 3599, '59 min' ], [ 3600, '1 h' ], [ 7500, '2 h 5 min' ], [ 86_400, '1 day' ], [ 200_000, '2 days' ]
	] )( 'of %i s is waited as %s', ( seconds, text ) => {
		expect( waitingTime( seconds * 1000 ) ).toBe( text );
	} );

	it( 'of another day names the day', () => {
		const at = new Date( 2026, 10, 20, 9, 5 ).getTime();
		expect( clockTime( at, new Date( 2026, 10, 20, 23 ).getTime() ) ).toBe( '09:05' );
		expect( clockTime( at, new Date( 2026, 10, 21, 1 ).getTime() ) ).toBe( '11-20 09:05' );
	} );
} );
