import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Progress } from '../../src/sandbox/progress.ts';
import type { Wiki, WikiOptions } from '../../src/sandbox/wiki/start-wiki.ts';
import { startWiki } from '../../src/sandbox/wiki/start-wiki.ts';
import { freePort, softwareDir } from './homeserver.ts';

/** The homeserver that the wiki's consumer belongs to; no test here needs it to run. */
export const testClient = {
	id: 'test-client', secret: 'test-secret', redirectUri: 'http://127.0.0.1:9/_synapse/client/oidc/callback'
};

/** A wiki of one test file's own, in a temporary folder. */
export type ScratchWiki = {
	options: WikiOptions;
	/** What the wiki's progress was told. */
	lines: string[];
	/** The running wiki, which `restart` exchanges. */
	readonly wiki: Wiki;
	restart( changes?: Partial<WikiOptions> ): Promise<void>;
	/** Stops it and removes its data. */
	dispose(): Promise<void>;
};

/** Options for a wiki on free ports with a new, empty state folder. */
export async function scratchOptions( lines: string[] = [] ): Promise<WikiOptions> {
	const [ port, phpPort ] = await Promise.all( [ freePort(), freePort() ] );
	const progress: Progress = {
		step: ( title, work ) => {
			lines.push( title );
			return work();
		},
		say: ( line ) => void lines.push( line )
	};
	return {
		softwareDir, stateDir: await mkdtemp( path.join( tmpdir(), 'ask-for-help-wiki-' ) ), port, phpPort,
		homeserverUrl: 'http://127.0.0.1:9', oauthClient: testClient, progress
	};
}

/** Boots a wiki on free ports (installing MediaWiki when it is missing). */
export async function startScratchWiki( changes: Partial<WikiOptions> = {} ): Promise<ScratchWiki> {
	const lines: string[] = [];
	let options = { ...await scratchOptions( lines ), ...changes };
	let wiki = await startWiki( options );
	return {
		get options() { return options; },
		get wiki() { return wiki; },
		lines,
		async restart( changes = {} ) {
			await wiki.stop();
			options = { ...options, ...changes };
			wiki = await startWiki( options );
		},
		async dispose() {
			await wiki.stop();
			await rm( options.stateDir, { recursive: true, force: true } );
		}
	};
}
