import { expect, test } from 'vitest';
import { launcherIn, ownTimeOf } from '../../bench/own-time.ts';

const frame = ( scriptId: string ) => ( { scriptId, lineNumber: 0, columnNumber: 0 } );

test( 'the launcher\'s time is that of its functions and of what they call, and its longest stretch has no break', () => {
	const profile = {
		nodes: [
			{ id: 1, callFrame: frame( 'wiki' ), children: [ 2, 4 ] }, { id: 2, callFrame: frame( 'launcher' ), children: [ 3 ] },
			{ id: 3, callFrame: frame( 'wiki' ) }, { id: 4, callFrame: frame( 'wiki' ) }
		],
		samples: [ 1, 2, 3, 4, 3 ], timeDeltas: [ 50, 1_000, 2_000, 3_000, 500 ]
	};
	expect( ownTimeOf( profile, ( { scriptId } ) => scriptId === 'launcher' ) ).toEqual( { allMs: 5.1, longestMs: 5 } );
	expect( ownTimeOf( { ...profile, timeDeltas: [ 50, 1_000, 2_000, 190_000, 500 ] }, ( { scriptId } ) => scriptId === 'launcher' ), 'a gap' )
		.toEqual( { allMs: 7.1, longestMs: 7 } );
	expect( ownTimeOf( profile, () => false ) ).toEqual( { allMs: 0, longestMs: 0 } );
} );

test( 'the launcher is found among the modules of one script, and is not its parts', () => {
	const before = 'mw.loader.impl(function(){return["ext.gadget.AskForHelp-panel@1",1]});\n';
	const source = `${ before }mw.loader.impl(function(){return["ext.gadget.AskForHelp@2x",2]});\nmw.loader.impl(function(){return["other@1",3]});`;
	const isOwn = launcherIn( source )!;
	expect( isOwn( { lineNumber: 0, columnNumber: 40 } ) ).toBe( false );
	expect( isOwn( { lineNumber: 1, columnNumber: 60 } ) ).toBe( true );
	expect( isOwn( { lineNumber: 2, columnNumber: 20 } ) ).toBe( false );
	expect( launcherIn( before ) ).toBeUndefined();
} );
