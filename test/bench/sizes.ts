import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BUDGETS } from '../../src/deploy/budgets.ts';
import { buildGadgets } from '../../src/deploy/build.ts';
import type { Measurement } from './figure.ts';

/**
 * Builds the gadget and measures its pages.
 *
 * @throws Error with a line for each violation, when the build refuses what it has made
 */
export async function measureSizes(): Promise<Measurement[]> {
	const outDir = await mkdtemp( path.join( tmpdir(), 'ask-for-help-bench-' ) );
	try {
		const { report } = await buildGadgets( { outDir } );
		const most = ( value: number ) => ( { of: 'median', atMost: value } ) as const;
		return [
			{ name: 'launcher, JS and CSS, gz', unit: 'bytes', values: [ report.launcherGzBytes ], budget: most( BUDGETS.launcherGzBytes ) },
			{ name: 'all to chat in one language, gz', unit: 'bytes', values: [ report.chatGzBytes ], budget: most( BUDGETS.chatGzBytes ) },
			...report.pages.filter( ( { title } ) => title.endsWith( '.js' ) ).flatMap( ( { title, characters, gzBytes } ): Measurement[] => {
				const name = title.replace( 'MediaWiki:Gadget-', '' );
				return [
					{ name, unit: 'chars', values: [ characters ], budget: most( BUDGETS.bundleCharacters ) },
					{ name: `${ name }, gz`, unit: 'bytes', values: [ gzBytes ] }
				];
			} )
		];
	} finally {
		await rm( outDir, { recursive: true, force: true } );
	}
}
