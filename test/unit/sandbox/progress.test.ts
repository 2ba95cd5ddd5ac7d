import { expect, test } from 'vitest';
import { createProgress } from '../../../src/sandbox/progress.ts';

function setUp() {
	let nowMs = 5_000;
	let written = '';
	const progress = createProgress( { now: () => nowMs }, ( line ) => { written += line; } );
	return { progress, pass: ( ms: number ) => { nowMs += ms; }, written: () => written };
}

test( 'a step is announced, gives its result back and says how long it took', async () => {
	const { progress, pass, written } = setUp();
	pass( 1_000 );
	const result = await progress.step( 'Installing the wiki', async () => {
		pass( 2_500 );
		return 7;
	} );
	expect( result ).toBe( 7 );
	expect( written() ).toBe( '[  1.0 s] Installing the wiki …\n[  3.5 s] Installing the wiki: done in 2.5 s\n' );
} );

test( 'a step that fails says so and passes the failure on', async () => {
	const { progress, pass, written } = setUp();
	const failing = progress.step( 'Starting', async () => {
		pass( 100 );
		throw new Error( 'port taken' );
	} );
	await expect( failing ).rejects.toThrow( 'port taken' );
	expect( written() ).toContain( 'Starting: failed after 0.1 s' );
} );
