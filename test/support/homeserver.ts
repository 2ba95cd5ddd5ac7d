import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HomeserverSettings } from '../../src/homeserver/index.ts';
import type { UserId } from '../../src/protocol/ids.ts';
import type { Account, Homeserver } from '../../src/sandbox/homeserver/index.ts';
import { startHomeserver } from '../../src/sandbox/homeserver/index.ts';
import { isFree } from '../../src/sandbox/ports.ts';
import { createProgress } from '../../src/sandbox/progress.ts';

/** Where installed software is shared between tests and sandbox. */
export const softwareDir = path.resolve( process.env.ASK_FOR_HELP_SOFTWARE ?? path.join( import.meta.dirname, '../../.sandbox/software' ) );

export type TestAccount = Account & { readonly password: string };

/** A Synapse of one test file's own, in a temporary folder, with the settings of production. */
export type TestHomeserver = {
	readonly url: string;
	readonly serverName: string;
	readonly bot: UserId;
	readonly appServiceToken: string;
	readonly stateDir: string;
	readonly pid: number;
	/** An account that can log in with its password, as helpers do; the name must be new. */
	helper( name: string, displayName?: string ): Promise<TestAccount>;
	/** An account as the wiki's login makes it, `@mw-<number>-`; it has its access token, and no password login. */
	newcomer( centralUserId: number, displayName?: string ): Promise<Account>;
	admin( name: string ): Promise<TestAccount>;
	/** SIGKILL; resolves when it is gone. */
	kill(): Promise<void>;
	/** Starts it again on the same port and data, after `kill` or `stop`. */
	start(): Promise<void>;
	stop(): Promise<void>;
	/** Stops it and removes its data. */
	dispose(): Promise<void>;
};

/** Boots Synapse on a free port (installing it when missing), the relay's account made. */
export async function startTestHomeserver(
	options: { wikiUrl?: string; settings?: Partial<HomeserverSettings>; port?: number } = {}
): Promise<TestHomeserver> {
	const stateDir = await mkdtemp( path.join( tmpdir(), 'ask-for-help-homeserver-' ) );
	const port = options.port ?? await freePort();
	const boot = (): Promise<Homeserver> => startHomeserver( {
		softwareDir, stateDir, port,
		login: { wikiUrl: options.wikiUrl ?? 'http://127.0.0.1:9', clientId: 'test', clientSecret: 'test' },
		settings: options.settings ?? {},
		progress: createProgress( { now: Date.now }, () => {} )
	} );
	const remove = (): Promise<void> => rm( stateDir, { recursive: true, force: true } );
	let running: Homeserver;
	try {
		running = await boot();
	} catch ( error ) {
		await remove();
		throw error;
	}
	let starting: Promise<unknown> = Promise.resolve();
	let isDisposed = false;
	async function dispose(): Promise<void> {
		isDisposed = true;
		// What is being started is running a moment later.
		await starting.catch( () => {} );
		await running.stop();
		await remove();
	}
	try {
		await running.registerBot();
	} catch ( error ) {
		await dispose();
		throw error;
	}
	const register = async ( name: string, displayName: string, admin: boolean ): Promise<TestAccount> => {
		const password = randomBytes( 12 ).toString( 'hex' );
		const account = await running.registerAccount( { name, password, displayName, admin } );
		if ( !account ) {
			throw new Error( `the account ${ name } exists already` );
		}
		return { ...account, password };
	};
	return {
		url: running.url,
		serverName: running.serverName,
		bot: running.bot,
		appServiceToken: running.appServiceToken,
		stateDir,
		get pid() {
			return running.pid;
		},
		helper: ( name, displayName = name ) => register( name, displayName, false ),
		async newcomer( centralUserId, displayName = `Newcomer ${ centralUserId }` ) {
			const { userId, accessToken, deviceId } = await register( `mw-${ centralUserId }-`, displayName, false );
			return { userId, accessToken, deviceId };
		},
		admin: ( name ) => register( name, name, true ),
		async kill() {
			process.kill( running.pid, 'SIGKILL' );
			await running.exited;
		},
		async start() {
			if ( isDisposed ) {
				throw new Error( 'the homeserver is disposed of' );
			}
			const booting = boot().then( ( booted ) => {
				running = booted;
			} );
			starting = booting;
			await booting;
		},
		stop: () => running.stop(),
		dispose
	};
}

/** The first of `count` free ports, below those that the system gives to outgoing connections, so that they stay free. */
export async function freePort( count = 1 ): Promise<number> {
	for ( ;; ) {
		const first = randomInt( 20_000, 32_000 );
		const free = await Promise.all( Array.from( { length: count }, ( _, index ) => isFree( first + index ) ) );
		if ( free.every( Boolean ) ) {
			return first;
		}
	}
}
