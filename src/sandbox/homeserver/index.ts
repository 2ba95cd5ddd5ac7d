import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { UserId } from '../../protocol/ids.ts';
import type { HomeserverSettings, WikiSettings } from '../../homeserver/index.ts';
import { homeserverFiles, writeHomeserver } from '../../homeserver/index.ts';
import { installSynapse } from '../install/synapse.ts';
import { startProcess, stopLeftover } from '../processes.ts';
import type { Progress } from '../progress.ts';
import type { Account, NewAccount } from './accounts.ts';
import { registerAccount } from './accounts.ts';
import { registerBot } from './bot.ts';

export type { Account, NewAccount } from './accounts.ts';

export type HomeserverOptions = {
	softwareDir: string;
	/** The homeserver's own folder: database, keys, logs. */
	stateDir: string;
	port: number;
	/** The wiki where newcomers log in, and the client that it knows this homeserver as. */
	login: { wikiUrl: string; clientId: string; clientSecret: string };
	/** What else differs from the sandbox's defaults. */
	settings?: Partial<HomeserverSettings>;
	progress: Progress;
};

/** A running Synapse. */
export type Homeserver = {
	/** Without a slash at its end. */
	readonly url: string;
	readonly serverName: string;
	readonly bot: UserId;
	readonly appServiceToken: string;
	/** Name of the wiki's login as `GET /login` lists it. */
	readonly identityProvider: string;
	/** Where the login returns to the homeserver; the wiki's OAuth client must name exactly this. */
	readonly oauthRedirectUri: string;
	readonly logFile: string;
	readonly pid: number;
	/** Resolves when Synapse ends, for whatever reason. */
	readonly exited: Promise<number | null>;
	/** `undefined` when an account with this name is there already. */
	registerAccount( account: NewAccount ): Promise<Account | undefined>;
	/** Makes the relay's account and names it; nobody renames themselves here, so the relay could not. */
	registerBot(): Promise<void>;
	stop(): Promise<void>;
};

export const sandboxServerName = 'help.localhost';
export const sandboxBot = 'ask-for-help';
const botName = 'Ask for Help';
const providerId = 'mediawiki';
const startLimitMs = 120_000;

/** Where the homeserver on this port will expect the browser back from the wiki's OAuth; known before it runs. */
export function oauthRedirectUri( port: number ): string {
	return `http://127.0.0.1:${ port }/_synapse/client/oidc/callback`;
}

/** Starts Synapse as `src/homeserver` renders it, after installing it if need be; resolves when it answers. */
export async function startHomeserver( options: HomeserverOptions ): Promise<Homeserver> {
	const { softwareDir, stateDir, port, progress } = options;
	const url = `http://127.0.0.1:${ port }`;
	const { python } = await installSynapse( { softwareDir, progress } );
	const pidFile = path.join( stateDir, 'synapse.pid' );
	const logFile = path.join( stateDir, 'synapse.log' );
	await stopLeftover( pidFile );
	const settings = settingsOf( options, url );
	const secrets = await writeHomeserver( stateDir, settings, { oauthClientSecret: options.login.clientSecret } );
	const logStart = await sizeOf( logFile );
	const running = startProcess( {
		name: 'Synapse',
		command: python,
		args: [ '-m', 'synapse.app.homeserver', '--config-path', path.join( stateDir, homeserverFiles.config ) ],
		cwd: stateDir,
		env: { PYTHONPATH: path.join( stateDir, homeserverFiles.rules ), PYTHONDONTWRITEBYTECODE: '1' },
		logFile,
		pidFile
	} );
	try {
		await untilItAnswers( url, running.exited, logFile, logStart );
	} catch ( error ) {
		await running.stop();
		throw error;
	}
	return {
		url,
		serverName: settings.serverName,
		bot: `@${ sandboxBot }:${ settings.serverName }` as UserId,
		appServiceToken: secrets.appServiceToken,
		identityProvider: `oidc-${ providerId }`,
		oauthRedirectUri: oauthRedirectUri( port ),
		logFile,
		pid: running.pid,
		exited: running.exited,
		registerAccount: ( account ) => registerAccount( url, secrets.registrationSharedSecret, account ),
		registerBot: () => registerBot( url, secrets, { localpart: sandboxBot, serverName: settings.serverName, displayName: botName } ),
		stop: () => running.stop()
	};
}

function settingsOf( { stateDir, port, login, settings }: HomeserverOptions, url: string ): HomeserverSettings {
	const wiki: WikiSettings = { name: 'Sandbox wiki', scriptUrl: login.wikiUrl };
	return {
		serverName: sandboxServerName,
		publicUrl: url,
		listen: { address: '127.0.0.1', port, behindProxy: false },
		dataDir: stateDir,
		database: { kind: 'sqlite', file: path.join( stateDir, 'homeserver.db' ) },
		login: { ...wiki, providerId, clientId: login.clientId, refuseBlocked: true },
		wikis: [ wiki ],
		bots: [ sandboxBot ],
		federation: false,
		redactionRetention: '7d',
		maxUploadSize: '10M',
		logLevel: 'WARNING',
		...settings
	};
}

async function untilItAnswers( url: string, exited: Promise<number | null>, logFile: string, logStart: number ): Promise<void> {
	let ended = false;
	void exited.then( () => { ended = true; } );
	const giveUpAt = Date.now() + startLimitMs;
	while ( Date.now() < giveUpAt ) {
		if ( ended ) {
			throw new Error( `Synapse ended while it started. The end of ${ logFile }:\n${ await tailOf( logFile, logStart ) }` );
		}
		const answer = await fetch( `${ url }/_matrix/client/versions`, { signal: AbortSignal.timeout( 5000 ) } ).catch( () => undefined );
		await answer?.body?.cancel();
		if ( answer?.ok && !ended ) {
			return;
		}
		await wait( 50 );
	}
	throw new Error( `Synapse did not answer at ${ url } within ${ startLimitMs / 1000 } s. Its log is ${ logFile }.` );
}

async function sizeOf( file: string ): Promise<number> {
	return stat( file ).then( ( { size } ) => size, () => 0 );
}

async function tailOf( file: string, start: number ): Promise<string> {
	const handle = await open( file );
	try {
		const { size } = await handle.stat();
		const from = Math.max( start, size - 3000 );
		const { buffer, bytesRead } = await handle.read( Buffer.alloc( size - from ), 0, size - from, from );
		return buffer.toString( 'utf8', 0, bytesRead ).trim().split( '\n' ).slice( -12 ).join( '\n' );
	} finally {
		await handle.close();
	}
}
