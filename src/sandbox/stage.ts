import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from '@playwright/test';
import { chromium } from '@playwright/test';
import type { MatrixHelper } from './actors/matrix-helper.ts';
import { startMatrixHelper } from './actors/matrix-helper.ts';
import { browserPackages, ensureSystemPackages } from './install/system-packages.ts';
import { OptionError, readOptions } from './options.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { startSandbox } from './start.ts';
import type { SandboxStatus } from './status.ts';
import { statusFileOf } from './status.ts';

const projectDir = path.resolve( import.meta.dirname, '../..' );

/** What a program that plays on a sandbox works with. */
export type Stage = {
	readonly status: SandboxStatus;
	readonly browser: Browser;
	/** Logged in with a Matrix client. */
	readonly helper: MatrixHelper;
	readonly progress: Progress;
	/** Empty at the beginning. */
	readonly picturesDir: string;
};

export type Play = {
	/** What `--help` says. */
	readonly usage: string;
	/** Folder of its pictures in the folder of the sandbox. */
	readonly picturesFolder: string;
	readonly perform: ( stage: Stage ) => Promise<void>;
};

/** A password for accounts that it makes on the wiki. */
export const stagePassword = 'ask-for-help-demo';

/** A name that no account of the wiki has: `name`, with a number when it is taken. */
export async function freeName( { wiki }: SandboxStatus, name: string ): Promise<string> {
	const names = Array.from( { length: 50 }, ( _, index ) => index === 0 ? name : `${ name } ${ index + 1 }` );
	const query = new URLSearchParams( { action: 'query', list: 'users', ususers: names.join( '|' ), format: 'json', formatversion: '2' } );
	const answer = await ( await fetch( `${ wiki.apiUrl }?${ query.toString() }` ) ).json() as {
		query: { users: { name: string; missing?: boolean }[] };
	};
	const free = answer.query.users.find( ( { missing } ) => missing );
	if ( !free ) {
		throw new Error( `All accounts named "${ name }" are in use: start the sandbox with --reset.` );
	}
	return free.name;
}

/** The sandbox that runs in this folder. */
function runningSandbox( dataDir: string ): SandboxStatus | undefined {
	const file = statusFileOf( dataDir );
	if ( !existsSync( file ) ) {
		return undefined;
	}
	const status = JSON.parse( readFileSync( file, 'utf8' ) ) as SandboxStatus;
	try {
		process.kill( status.pid, 0 );
		return status;
	} catch {
		// It was killed, and could not remove its file.
		return undefined;
	}
}

async function run( { usage, picturesFolder, perform }: Play, args: readonly string[] ): Promise<void> {
	const command = readOptions( args, path.join( projectDir, '.sandbox' ), process.env );
	if ( command.kind === 'help' ) {
		process.stdout.write( usage );
		return;
	}
	const progress = createProgress( { now: () => performance.now() }, ( line ) => { process.stdout.write( line ); } );
	await ensureSystemPackages( progress, browserPackages );
	const interruption = new AbortController();
	for ( const signal of [ 'SIGINT', 'SIGTERM' ] as const ) {
		process.on( signal, () => interruption.abort( new Error( `Stopped by ${ signal }.` ) ) );
	}
	const interrupted = new Promise<never>( ( _resolve, reject ) => {
		interruption.signal.addEventListener( 'abort', () => reject( interruption.signal.reason as Error ), { once: true } );
	} );
	const running = runningSandbox( command.dataDir );
	const own = running ? undefined : await startSandbox( { ...command, progress, signal: interruption.signal } );
	const status = running ?? own!.status;
	const picturesDir = path.join( command.dataDir, picturesFolder );
	rmSync( picturesDir, { recursive: true, force: true } );
	mkdirSync( picturesDir, { recursive: true } );
	try {
		progress.say( `${ running ? 'Uses the sandbox that runs' : 'Uses a sandbox of its own' }: ${ status.wiki.url }` );
		await Promise.race( [ interrupted, open( perform, { status, progress, picturesDir } ) ] );
	} finally {
		await own?.stop();
	}
	progress.say( 'Every step passed.' );
}

async function open( perform: Play[ 'perform' ], { status, progress, picturesDir }: Omit<Stage, 'browser' | 'helper'> ): Promise<void> {
	const account = status.homeserver.accounts[ 0 ]!;
	const browser = await chromium.launch( {
		executablePath: '/usr/bin/chromium', handleSIGINT: false, handleSIGTERM: false,
		args: [ '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync' ]
	} );
	try {
		const helper = await progress.step( `${ account.displayName } opens a Matrix client`, () => (
			startMatrixHelper( { homeserverUrl: status.homeserver.url, user: account.name, password: account.password } )
		) );
		try {
			await perform( { status, browser, helper, progress, picturesDir } );
			progress.say( `Pictures: ${ picturesDir }` );
		} finally {
			helper.stop();
		}
	} finally {
		await browser.close();
	}
}

/** Plays on the sandbox that runs, or on one of its own, and ends the process: with 1 when a step failed. */
export function playOnSandbox( play: Play ): void {
	run( play, process.argv.slice( 2 ) ).then( () => process.exit( 0 ), ( error: unknown ) => {
		process.stderr.write( `${ error instanceof OptionError ? error.message : error instanceof Error ? error.stack : String( error ) }\n` );
		process.exit( 1 );
	} );
}
