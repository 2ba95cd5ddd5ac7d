import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { installMediaWiki } from '../install/mediawiki.ts';
import type { OAuthClientSettings } from '../oauth/authorization-server.ts';
import { createOAuthStandIn, oauthPaths } from '../oauth/stand-in.ts';
import { createWikiUsers } from '../oauth/wiki-users.ts';
import type { RunningProcess } from '../processes.ts';
import { stopLeftover } from '../processes.ts';
import type { Progress } from '../progress.ts';
import type { AddedExtension } from './extensions.ts';
import { refusal, updateForExtensions, writeAddedExtensions } from './extensions.ts';
import type { Responder } from './front.ts';
import { startFront } from './front.ts';
import { installWiki, writeLocalSettings } from './install-wiki.ts';
import { ensureConsumer, ensureOAuthKeys } from './oauth-extension.ts';
import type { WikiFolders } from './php.ts';
import { startPhpServer } from './php.ts';
import type { WikiAccount } from './seed.ts';
import { wikiAccounts } from './seed.ts';
import { warmUp } from './warm-up.ts';

/** A running wiki, with Extension:OAuth or the stand-in for it. */
export type Wiki = {
	/** Without a slash at the end. */
	url: string;
	apiUrl: string;
	accounts: WikiAccount[];
	oauth: { authorizeUrl: string; tokenUrl: string; profileUrl: string; client: OAuthClientSettings };
	/** Rejects when the wiki ends by itself; never resolves. */
	failed: Promise<never>;
	stop(): Promise<void>;
};

export type WikiOptions = {
	/** Where MediaWiki is, or is put when it is not there; wikis may share it. */
	softwareDir: string;
	/** This wiki's own folder: its data, keys and logs. */
	stateDir: string;
	port: number;
	phpPort: number;
	/** Told to the person who is asked to let the homeserver know who they are. */
	homeserverUrl: string;
	/** The stand-in's consumer; a real Extension:OAuth takes the redirect URI of it, and makes its own id and secret. */
	oauthClient: OAuthClientSettings;
	/** Loaded beside what is bundled, for this start. */
	extensions?: readonly AddedExtension[];
	/** The real Extension:OAuth, to be used in place of the stand-in. */
	oauthExtension?: AddedExtension;
	progress: Progress;
};

type Login = { client: OAuthClientSettings; responder: Responder; close(): void };

/** Starts the wiki of `stateDir`, and installs what is missing first; it answers fast when this resolves. */
export async function startWiki( options: WikiOptions ): Promise<Wiki> {
	const { softwareDir, stateDir, port, phpPort, progress } = options;
	const url = `http://127.0.0.1:${ port }`;
	const added = [ ...options.extensions ?? [], ...options.oauthExtension ? [ options.oauthExtension ] : [] ];
	await mkdir( stateDir, { recursive: true, mode: 0o700 } );
	const pidFile = path.join( stateDir, 'php.pid' );
	const logFile = path.join( stateDir, 'php.log' );
	await stopLeftover( pidFile );
	const { dir: mediaWikiDir, version } = await installMediaWiki( { softwareDir, progress } );
	const folders = { mediaWikiDir, dataDir: path.join( stateDir, 'data' ) };
	await progress.step( `Preparing the wiki (MediaWiki ${ version })`, async () => {
		await installWiki( folders, url );
		await writeLocalSettings( folders, url );
		await writeAddedExtensions( folders, added, options.oauthExtension && await ensureOAuthKeys( stateDir ) );
	} );
	if ( added.length > 0 ) {
		await progress.step( `Adding to the wiki: ${ added.map( ( { name } ) => name ).join( ', ' ) }`, () => updateForExtensions( folders, added ) );
	}

	const onError = ( error: unknown ) => progress.say( `The wiki's front: ${ error instanceof Error ? error.message : String( error ) }` );
	const phpUrl = `http://127.0.0.1:${ phpPort }`;
	const login = options.oauthExtension ?
			await extensionLogin( options, options.oauthExtension, folders ) :
			await standInLogin( options, phpUrl, onError );
	const started: { stop(): Promise<void> }[] = [ { stop: async () => login.close() } ];
	const stop = async () => {
		for ( const part of started.splice( 0 ).reverse() ) {
			await part.stop();
		}
	};
	try {
		const php = startPhpServer( { folders, port: phpPort, logFile, pidFile } );
		started.push( php );
		const failed = failureOf( php, started, logFile );
		await progress.step( 'Starting the wiki', () => Promise.race( [ failed, untilItAnswers( phpUrl, logFile, added ) ] ) );
		started.push( await startFront( { port, phpPort, responder: login.responder, onError } ) );
		await progress.step( 'Warming up the editors', () => Promise.race( [ failed, warmUp( url ) ] ) );
		return {
			url,
			apiUrl: `${ url }/api.php`,
			accounts: wikiAccounts,
			oauth: {
				authorizeUrl: url + oauthPaths.authorize, tokenUrl: url + oauthPaths.accessToken, profileUrl: url + oauthPaths.profile,
				client: login.client
			},
			failed,
			stop
		};
	} catch ( error ) {
		await stop();
		throw error;
	}
}

async function standInLogin( options: WikiOptions, phpUrl: string, onError: ( error: unknown ) => void ): Promise<Login> {
	const standIn = await createOAuthStandIn( {
		client: options.oauthClient, clientUrl: options.homeserverUrl, stateDir: options.stateDir, clock: Date, onError,
		wikiUsers: createWikiUsers( { apiUrl: `${ phpUrl }/api.php`, fetch } )
	} );
	return { client: options.oauthClient, responder: standIn, close: () => standIn.close() };
}

async function extensionLogin(
	{ oauthClient, progress }: WikiOptions, extension: AddedExtension, folders: WikiFolders
): Promise<Login> {
	const client = await progress.step( 'Approving the homeserver in Extension:OAuth', () =>
		ensureConsumer( folders, extension, oauthClient.redirectUri ) );
	return { client, responder: leavesAllToTheWiki, close: () => {} };
}

/** An extension that breaks the wiki breaks each answer. */
const maxErrorAnswers = 5;

const leavesAllToTheWiki: Responder = { handles: () => false, respond: async () => new Response( null, { status: 404 } ) };

function failureOf( php: RunningProcess, started: readonly unknown[], logFile: string ): Promise<never> {
	const failed = new Promise<never>( ( _resolve, reject ) => {
		void php.exited.then( () => {
			if ( started.includes( php ) ) {
				reject( new Error( `The wiki's web server has ended by itself; ${ logFile } says why (a port that is taken, for example).` ) );
			}
		} );
	} );
	// Who holds the wiki may look at this later than it happens.
	failed.catch( () => {} );
	return failed;
}

async function untilItAnswers( url: string, logFile: string, added: readonly AddedExtension[] ): Promise<void> {
	const giveUpAt = Date.now() + 60_000;
	let errorCount = 0;
	while ( Date.now() < giveUpAt ) {
		const response = await fetch( `${ url }/api.php?action=query&meta=siteinfo&format=json` ).catch( () => undefined );
		if ( response?.ok ) {
			await response.body?.cancel();
			return;
		}
		const text = await response?.text();
		if ( response && added.length > 0 && ++errorCount === maxErrorAnswers ) {
			throw refusal( added, { output: `Error: it answers with ${ response.status }, and ${ logFile } says why\n${ text }` } );
		}
		await wait( 100 );
	}
	throw new Error( `The wiki at ${ url } did not answer within a minute.` );
}
