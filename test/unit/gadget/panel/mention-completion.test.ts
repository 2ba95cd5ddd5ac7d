import { describe, expect, it } from 'vitest';
import { applyMention, completeMention } from '../../../../src/gadget/panel/viewmodels/mention-completion.ts';

const names = [ 'Nita B.', 'Bob', 'Élise Martin', 'عمر', 'Nita B.', 'Martin' ];
/** The cursor is where the text has a bar. */
const complete = ( marked: string, all = names ): readonly string[] | undefined => (
	completeMention( marked.replace( '|', '' ), marked.indexOf( '|' ), all )?.candidates
);

describe( 'completing a mention', () => {
	it.each( [
		[ '@|', [ 'Nita B.', 'Bob', 'Élise Martin', 'عمر', 'Martin' ] ],
		[ '@n|', [ 'Nita B.' ] ],
		[ 'Thank you (@NITA b|) so much', [ 'Nita B.' ] ],
		[ '@b|', [ 'Bob', 'Nita B.' ] ],
		[ '@elise|', [ 'Élise Martin' ] ],
		[ '@mar|', [ 'Martin', 'Élise Martin' ] ],
		[ '@martin|', [ 'Martin', 'Élise Martin' ] ],
		[ '@عم|', [ 'عمر' ] ],
		[ '@Bob @n|', [ 'Nita B.' ] ]
	] )( 'offers for %s', ( marked, expected ) => {
		expect( complete( marked ) ).toEqual( expected );
	} );

	it.each( [ '|', '|@n', 'no sign|', 'me@n|', '@x|', '@Bob|', '@bob |', '@Nita B. is|', '@ |', '@ita|' ] )( 'offers nothing for %s', ( marked ) => {
		expect( complete( marked ) ).toBeUndefined();
	} );

	it( 'offers a few of many', () => {
		expect( complete( '@|', Array.from( { length: 50 }, ( _, index ) => `Helper ${ index }` ) ) ).toHaveLength( 5 );
	} );

	it.each( [
		[ 'Hi @ni|', 'Nita B.', 'Hi @Nita B. |' ],
		[ 'Hi @ni| there', 'Nita B.', 'Hi @Nita B. |there' ],
		[ '@|, see', 'Bob', '@Bob |, see' ]
	] )( 'puts the name in: %s', ( marked, name, expected ) => {
		const [ text, cursor ] = [ marked.replace( '|', '' ), marked.indexOf( '|' ) ];
		const applied = applyMention( text, cursor, completeMention( text, cursor, names )!.start, name );
		expect( `${ applied.text.slice( 0, applied.cursor ) }|${ applied.text.slice( applied.cursor ) }` ).toBe( expected );
	} );
} );
