import { describe, expect, it } from 'vitest';
import { INTERNAL_NAMES, namesInOtherBundles } from '../../../src/deploy/internal-names.ts';

describe( 'the names that a bundle keeps to itself', () => {
	const [ name = '' ] = INTERNAL_NAMES[ 'AskForHelp-panel' ]!;

	it( 'are told of when another bundle has one', () => {
		expect( namesInOtherBundles( { 'AskForHelp-panel': `a.${ name }()`, 'AskForHelp-tools': `b.${ name }()` } ) )
			.toEqual( [ `"${ name }" is sent short in AskForHelp-panel, and is in AskForHelp-tools, too.` ] );
	} );

	it( 'are not told of when it is only a part of another name', () => {
		expect( namesInOtherBundles( { 'AskForHelp-tools': `b.${ name }Again()` } ) ).toEqual( [] );
	} );

	it( 'are each in one list, since each bundle makes something else of them', () => {
		const all = Object.values( INTERNAL_NAMES ).flat();
		expect( new Set( all ).size ).toBe( all.length );
	} );
} );
