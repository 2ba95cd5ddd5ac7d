import { describe, expect, it } from 'vitest';
import { mergeDefinitions, readDefinitionLines } from '../../../src/deploy/definitions.ts';

const lines = [ '* AskForHelp[ResourceLoader|default]|AskForHelp.js', '* AskForHelp-panel[ResourceLoader|hidden]|AskForHelp-panel.js' ];
const section = `== Ask for Help ==\n${ lines.join( '\n' ) }`;

describe( 'mergeDefinitions', () => {
	it.each( [
		[ 'makes the page when there is none', '', section ],
		[ 'adds a section of its own after what others have', '== Editing ==\n* Other|Other.js', `== Editing ==\n* Other|Other.js\n\n${ section }` ],
		[ 'changes nothing when its lines are there already', `* Other|Other.js\n\n${ section }`, `* Other|Other.js\n\n${ section }` ],
		[
			'replaces its section where it stands and keeps what follows',
			'== A ==\n* A|A.js\n== Ask for Help ==\n* AskForHelp|Old.js\n* AskForHelp-gone|Gone.js\n\n== Z ==\n* Z|Z.js',
			`== A ==\n* A|A.js\n${ section }\n\n== Z ==\n* Z|Z.js`
		]
	] )( '%s', ( _title, current, expected ) => {
		expect( mergeDefinitions( current, lines ) ).toBe( expected );
	} );

	it( 'comes to the same text when it is done twice', () => {
		const once = mergeDefinitions( '== Ask for Help ==\nold\n== Z ==\n* Z|Z.js', lines );
		expect( mergeDefinitions( once, lines ) ).toBe( once );
	} );
} );

describe( 'readDefinitionLines', () => {
	it( 'takes the bullet points and leaves comments out', () => {
		expect( readDefinitionLines( `# why\n\n${ lines.join( '\n' ) }\n` ) ).toEqual( lines );
	} );
} );
