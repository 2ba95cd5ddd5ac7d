import { build } from 'vite';
import type { Rolldown } from 'vite';
import { describe, expect, it } from 'vitest';
import { withoutMembers } from '../../../src/deploy/unused-members.ts';

/** Bundles one file that makes something of a class of a library. */
async function bundle( library: string, use: string, unused: readonly string[] ): Promise<string> {
	const files: Readonly<Record<string, string>> = { '/entry.js': use, '/lib/thing.js': library };
	const output = await build( {
		configFile: false, logLevel: 'silent',
		plugins: [
			{
				name: 'files', enforce: 'pre',
				resolveId: ( id ) => id.endsWith( 'entry.js' ) ? '/entry.js' : id === 'thing' ? '/lib/thing.js' : undefined,
				load: ( id ) => files[ id ]
			},
			withoutMembers( { '/lib/thing.js': unused } )
		],
		build: { write: false, minify: false, lib: { entry: '/entry.js', formats: [ 'es' ], fileName: 'out' } }
	} );
	return ( [ output ].flat()[ 0 ] as Rolldown.RolldownOutput ).output[ 0 ].code;
}

const library = `export class Thing {
	used() { return 'kept'; }
	unused() { return 'left out'; }
	static alsoUnused() { return 'left out, too'; }
}`;

describe( 'leaving methods of libraries out', () => {
	it( 'leaves out those that are named, and nothing else', async () => {
		const code = await bundle( library, 'import { Thing } from "thing"; export default new Thing().used();', [ 'unused', 'alsoUnused' ] );
		expect( code ).toContain( 'kept' );
		expect( code ).not.toContain( 'left out' );
	} );

	it( 'fails when one of them is called', async () => {
		await expect( bundle( library, 'import { Thing } from "thing"; export default new Thing().unused();', [ 'unused' ] ) )
			.rejects.toThrow( /calls methods that were left out: unused/ );
	} );

	it( 'fails when the library has no such method', async () => {
		await expect( bundle( library, 'import { Thing } from "thing"; export default new Thing().used();', [ 'renamed' ] ) )
			.rejects.toThrow( /renamed/ );
	} );
} );
