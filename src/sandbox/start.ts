import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { writePrivate } from '../homeserver/index.ts';
import { buildGadgetIfChanged, publishToWiki } from './gadget.ts';
import type { Homeserver } from './homeserver/index.ts';
import { oauthRedirectUri, startHomeserver } from './homeserver/index.ts';
import { installMediaWiki } from './install/mediawiki.ts';
import { installSynapse } from './install/synapse.ts';
import { ensureSystemPackages, homeserverPackages, wikiPackages } from './install/system-packages.ts';
import { portsFrom, requireFreePorts } from './ports.ts';
import { stopLeftover } from './processes.ts';
import type { Progress } from './progress.ts';
import { relayFilesIn, relayMain, startRelayProcess, writeRelayConfig } from './relay-process.ts';
import { replaceable } from './replaceable-part.ts';
import type { RunningParts } from './running-parts.ts';
import { createRunningParts } from './running-parts.ts';
import { claimFolder } from './single-instance.ts';
import type { SandboxStatus } from './status.ts';
import { statusFileOf, writeStatus } from './status.ts';
import { ensureHelpers, ensureSupportRooms } from './support-room.ts';
import { readExtensions } from './wiki/extensions.ts';
import type { Wiki } from './wiki/start-wiki.ts';
import { startWiki } from './wiki/start-wiki.ts';

export type SandboxOptions = {
	readonly basePort: number;
	/** Everything that is kept; absolute. */
	readonly dataDir: string;
	/** What is installed; sandboxes may share it. Absolute. */
	readonly softwareDir: string;
	/** Forgets what an earlier start kept; what is installed stays. */
	readonly reset?: boolean;
	/** Checkouts of MediaWiki extensions and skins that this start adds to the wiki; absolute. */
	readonly extensionDirs?: readonly string[];
	/** A checkout of Extension:OAuth with its libraries, in place of the stand-in; absolute. */
	readonly oauthExtensionDir?: string;
	readonly progress: Progress;
	/** Ends the start early; what was started is stopped. */
	readonly signal?: AbortSignal;
};

/** A running sandbox. */
export type Sandbox = {
	readonly status: SandboxStatus;
	/** Resolves with a sentence when a part ended that nobody stopped; the caller then stops the rest. */
	readonly failed: Promise<string>;
	/** False when the terminal or program that started it is gone, and could not say so. */
	isWanted(): boolean;
	/** For tests of what happens meanwhile: ends the homeserver (at once, as a crash would), and starts it again. */
	killHomeserver(): Promise<void>;
	restartHomeserver(): Promise<void>;
	killRelay(): Promise<void>;
	restartRelay(): Promise<void>;
	stop(): Promise<void>;
};

/** MediaWiki's `wgWikiID` in the sandbox. */
export const sandboxWikiId = 'sandboxwiki';

type Folders = Readonly<Record<'state' | 'wiki' | 'homeserver' | 'relay' | 'gadget', string>>;

/** Installs what is missing and starts wiki, homeserver, relay and gadget; when it fails, it stops what it started. */
export async function startSandbox( options: SandboxOptions ): Promise<Sandbox> {
	const { dataDir, progress } = options;
	const state = path.join( dataDir, 'state' );
	const folders: Folders = {
		state,
		wiki: path.join( state, 'wiki' ),
		homeserver: path.join( state, 'homeserver' ),
		relay: path.join( state, 'relay' ),
		gadget: path.join( state, 'gadget' )
	};
	await mkdir( state, { recursive: true } ).catch( ( error: unknown ) => {
		throw new Error( `The folder ${ dataDir } cannot be used for the sandbox's data (${ ( error as NodeJS.ErrnoException ).code }). Choose another with --data DIR.` );
	} );
	const claim = await claimFolder( path.join( dataDir, 'sandbox.pid' ), ( pid ) =>
		`The sandbox in ${ dataDir } runs already (process ${ pid }); its addresses are in ${ statusFileOf( dataDir ) }. ` +
		'Stop it with Ctrl-C where it runs, or choose others with --data DIR and --port N.' );
	const running = createRunningParts( ( error ) => progress.say( `Could not be stopped: ${ String( error ) }` ) );
	await running.add( { stop: async () => claim.release() } );
	try {
		return { ...await boot( options, folders, running ), isWanted: claim.isWanted, stop: () => running.stop() };
	} catch ( error ) {
		await running.stop();
		throw error;
	}
}

async function boot( options: SandboxOptions, folders: Folders, running: RunningParts ): Promise<Omit<Sandbox, 'isWanted' | 'stop'>> {
	const { dataDir, softwareDir, basePort, progress, signal } = options;
	const ports = portsFrom( basePort );
	const { extensions, oauthExtension } = await readExtensions( options.extensionDirs ?? [], options.oauthExtensionDir );
	await rm( statusFileOf( dataDir ), { force: true } );
	await stopLeftovers( folders.state, progress );
	await requireFreePorts( ports, basePort );
	if ( options.reset ) {
		progress.say( `Forgetting what was kept in ${ folders.state }` );
		await rm( folders.state, { recursive: true, force: true } );
		await mkdir( folders.state, { recursive: true } );
	}
	await abortable( signal, install( softwareDir, progress ) );

	const homeserverUrl = `http://127.0.0.1:${ ports.homeserver }`;
	const oauthClient = await keepOAuthClient( folders.state, oauthRedirectUri( ports.homeserver ) );
	const wikiUrl = `http://127.0.0.1:${ ports.wiki }`;
	const startingWiki = kept( running, startWiki( {
		softwareDir, stateDir: folders.wiki, port: ports.wiki, phpPort: ports.php, homeserverUrl, oauthClient,
		extensions, ...( oauthExtension && { oauthExtension } ), progress
	} ) );
	// The real extension says id and secret only when the wiki has it.
	const knownClient = oauthExtension ? startingWiki.then( ( { oauth } ) => oauth.client ) : Promise.resolve( oauthClient );
	const bootHomeserver = async (): Promise<Homeserver> => {
		const { id, secret } = await knownClient;
		return startHomeserver( {
			softwareDir, stateDir: folders.homeserver, port: ports.homeserver, progress,
			login: { wikiUrl, clientId: id, clientSecret: secret }
		} );
	};
	const [ wiki, homeserver, distDir ] = await allOrNothing( [
		startingWiki,
		kept( running, replaceable( knownClient.then( () => progress.step( 'Starting the homeserver', bootHomeserver ) ) ) ),
		buildGadgetIfChanged( { stateDir: folders.gadget, progress } )
	] );
	signal?.throwIfAborted();

	const [ { relay, accounts, supportRooms } ] = await allOrNothing( [
		startChat( { wiki, homeserver: homeserver.part.current, folders, running, progress } ),
		publishToWiki( {
			wiki, distDir, stateDir: folders.gadget, progress,
			hosts: {
				homeserverUrl, bot: homeserver.part.current.bot, identityProvider: homeserver.part.current.identityProvider
			}
		} )
	] );
	signal?.throwIfAborted();

	const { url, serverName, bot, identityProvider, logFile, pid } = homeserver.part.current;
	const relayFiles = relayFilesIn( folders.relay );
	const status: SandboxStatus = {
		pid: process.pid,
		dataDir,
		ports,
		wiki: {
			id: sandboxWikiId, url: wiki.url, apiUrl: wiki.apiUrl, accounts: wiki.accounts,
			extensions, oauth: oauthExtension ? 'extension' : 'stand-in', logFile: path.join( folders.wiki, 'php.log' )
		},
		homeserver: {
			url, serverName, bot, identityProvider, accounts, logFile, pid, configFile: path.join( folders.homeserver, 'homeserver.yaml' )
		},
		relay: { configFile: relayFiles.configFile, logFile: relayFiles.logFile, pid: relay.part.current.pid },
		supportRooms
	};
	const removeStatus = writeStatus( status );
	await running.add( { stop: async () => removeStatus() } );
	return {
		status,
		failed: Promise.race( [
			wiki.failed.catch( ( error: unknown ) => error instanceof Error ? error.message : String( error ) ),
			homeserver.failed( ( code ) => endOf( 'Synapse', code, logFile ) ),
			relay.failed( ( code ) => endOf( 'The relay', code, relayFiles.logFile ) )
		] ),
		killHomeserver: () => homeserver.kill(),
		restartHomeserver: () => homeserver.restart( bootHomeserver ),
		killRelay: () => relay.kill(),
		restartRelay: () => relay.restart( () => startRelayProcess( folders.relay ) )
	};
}

async function install( softwareDir: string, progress: Progress ): Promise<void> {
	await ensureSystemPackages( progress, [ ...wikiPackages, ...homeserverPackages ] );
	await allOrNothing( [ installMediaWiki( { softwareDir, progress } ), installSynapse( { softwareDir, progress } ) ] );
}

async function startChat(
	{ wiki, homeserver, folders, running, progress }:
	{ wiki: Wiki; homeserver: Homeserver; folders: Folders; running: RunningParts; progress: Progress }
) {
	const settings = { wiki, wikiId: sandboxWikiId, homeserver };
	const { accounts, supportRooms } = await progress.step( 'Preparing accounts and the Support rooms', async () => {
		await homeserver.registerBot();
		await writeRelayConfig( folders.relay, { ...settings, supportRooms: undefined } );
		const accounts = await ensureHelpers( homeserver );
		const supportRooms = await ensureSupportRooms( {
			homeserver, accounts, relayMain, relayConfigFile: relayFilesIn( folders.relay ).configFile, stateDir: folders.state
		} );
		await writeRelayConfig( folders.relay, { ...settings, supportRooms } );
		return { accounts, supportRooms };
	} );
	const relay = await kept( running, replaceable( progress.step( 'Starting the relay', () => startRelayProcess( folders.relay ) ) ) );
	return { relay, accounts, supportRooms };
}

/** A killed sandbox cannot stop its children; they are known by the files that they left. */
async function stopLeftovers( stateDir: string, progress: Progress ): Promise<void> {
	const files = existsSync( stateDir ) ? await readdir( stateDir, { recursive: true } ) : [];
	for ( const file of files.filter( ( name ) => name.endsWith( '.pid' ) ) ) {
		if ( await stopLeftover( path.join( stateDir, file ) ) ) {
			progress.say( `Stopped ${ path.basename( file, '.pid' ) }, which an earlier start had left running` );
		}
	}
}

async function keepOAuthClient( stateDir: string, redirectUri: string ): Promise<{ id: string; secret: string; redirectUri: string }> {
	const file = path.join( stateDir, 'oauth-client.json' );
	const known = await readFile( file, 'utf8' ).then( ( text ) => JSON.parse( text ) as { id: string; secret: string }, () => undefined );
	const client = known ?? { id: randomBytes( 16 ).toString( 'hex' ), secret: randomBytes( 20 ).toString( 'hex' ) };
	await writePrivate( file, JSON.stringify( client ) );
	return { ...client, redirectUri };
}

/** Waits for all, also when one fails, so that nothing is started behind the back of whoever stops the rest. */
async function allOrNothing<T extends readonly unknown[]>( work: { readonly [ K in keyof T ]: Promise<T[ K ]> } ): Promise<T> {
	await Promise.allSettled( work );
	return await Promise.all( work ) as unknown as T;
}

async function kept<T extends { stop(): Promise<void> }>( running: RunningParts, starting: Promise<T> ): Promise<T> {
	const part = await starting;
	await running.add( part );
	return part;
}

function endOf( name: string, code: number | null, logFile: string ): string {
	return `${ name } ended unexpectedly (${ code === null ? 'by a signal' : `exit code ${ code }` }). Its log: ${ logFile }`;
}

/** Installing may take minutes; its own child processes end with this one. */
async function abortable( signal: AbortSignal | undefined, work: Promise<void> ): Promise<void> {
	work.catch( () => {} );
	signal?.throwIfAborted();
	await Promise.race( [
		work,
		new Promise<never>( ( _resolve, reject ) => {
			signal?.addEventListener( 'abort', () => reject( signal.reason as Error ), { once: true } );
		} )
	] );
}
