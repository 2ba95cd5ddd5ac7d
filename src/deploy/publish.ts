import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Mwn } from 'mwn';
import type { HostSettings } from '../protocol/settings.ts';
import { mergeDefinitions, readDefinitionLines } from './definitions.ts';
import { launcherTexts, MESSAGE_PAGE, withLauncherTexts } from './launcher-texts.ts';

const DEFINITIONS_PAGE = 'MediaWiki:Gadgets-definition';
const HOSTS_PAGE = 'MediaWiki:Gadget-AskForHelp-hosts.js';
const LAUNCH_PAGE = 'MediaWiki:Gadget-AskForHelp-launch.json';

export type PublishOptions = {
	/** `…/api.php` of the wiki. */
	readonly apiUrl: string;
	/** An interface admin (or a bot password of one) of that wiki. */
	readonly user: string;
	readonly password: string;
	/** Folder of built pages; each file is named as the wiki page that it becomes. */
	readonly distDir: string;
	/** Folder with `definitions.txt` and the default settings, each file named as its wiki page. */
	readonly definitionsDir: string;
	readonly hosts: HostSettings;
	/**
	 * Whether settings that the wiki has already are replaced by the defaults; otherwise the wiki's own stay, and get only what
	 * the launcher says, where they have nothing of that.
	 */
	readonly replaceSettings?: boolean;
	/** Says what would change, and changes nothing. */
	readonly dryRun?: boolean;
	/** Names the source in the edit summaries. */
	readonly commit: string;
	readonly log: ( line: string ) => void;
};

export type PublishedPage = {
	readonly title: string;
	readonly outcome: 'created' | 'changed' | 'unchanged' | 'kept';
	/** Of what the wiki holds now, or would hold. */
	readonly sha256: string;
};

type Page = { readonly title: string; readonly text: string; readonly isDefault: boolean };

/** The wiki keeps pages without their last newlines, so texts are compared and sent that way. */
const asStored = ( text: string ): string => text.trimEnd();

/** It also writes JSON in its own way (`&` as `\u0026`, say), so of that the content is compared. */
function canonical( { title, text }: Pick<Page, 'title' | 'text'> ): string {
	try {
		return title.endsWith( '.json' ) ? JSON.stringify( JSON.parse( text ) ) : asStored( text );
	} catch {
		return asStored( text );
	}
}

const sha256 = ( page: Pick<Page, 'title' | 'text'> ): string => createHash( 'sha256' ).update( canonical( page ) ).digest( 'hex' );

function pagesIn( dir: string, isDefault: boolean ): Page[] {
	return readdirSync( dir )
		.filter( ( file ) => file.startsWith( 'MediaWiki:' ) )
		.sort()
		.map( ( file ) => ( { title: file, text: readFileSync( path.join( dir, file ), 'utf8' ), isDefault } ) );
}

/** The text of the hosts page: a module of the launcher's package and of the panel's. */
export function renderHostsPage( hosts: HostSettings ): string {
	return `module.exports = ${ JSON.stringify( hosts, null, '\t' ) };`;
}

async function logIn( options: Pick<PublishOptions, 'apiUrl' | 'user' | 'password'> ): Promise<Mwn> {
	const bot = new Mwn( {
		apiUrl: options.apiUrl, username: options.user, password: options.password,
		// A login that fails is said at once; an edit that fails may be the wiki's passing trouble.
		userAgent: 'AskForHelp-deploy/0.1 (publishes a gadget)', silent: true, maxRetries: 0
	} );
	try {
		await bot.login();
	} catch ( error ) {
		throw new Error( `${ options.user } cannot log in at ${ options.apiUrl }: ${ error instanceof Error ? error.message : String( error ) }`, { cause: error } );
	}
	bot.setOptions( { maxRetries: 3 } );
	return bot;
}

async function contentLanguage( bot: Mwn ): Promise<string> {
	const { query } = await bot.request( { action: 'query', meta: 'siteinfo' } ) as { query?: { general?: { lang?: string } } };
	return query?.general?.lang ?? '';
}

/** Current texts by title; a page that does not exist is absent. */
async function currentTexts( bot: Mwn, titles: readonly string[] ): Promise<Map<string, string>> {
	const pages = await bot.read( [ ...titles ] );
	return new Map( pages.flatMap( ( page ) => {
		const content = page.revisions?.[ 0 ]?.content;
		return page.missing || content === undefined ? [] : [ [ page.title, content ] as const ];
	} ) );
}

/**
 * Publishes the built gadgets to a wiki as an interface admin would: pages first, the definition lines last, so that
 * no reader ever loads half of it. Pages that are as they should be are not edited.
 *
 * @throws Error when the login fails or the wiki refuses an edit; what was published before stays
 */
export async function publishGadget( options: PublishOptions ): Promise<PublishedPage[]> {
	const bot = await logIn( options );
	const wanted: Page[] = [
		...pagesIn( options.distDir, false ),
		...pagesIn( options.definitionsDir, true ),
		{ title: HOSTS_PAGE, text: renderHostsPage( options.hosts ), isDefault: false }
	];
	const current = await currentTexts( bot, [ ...wanted.map( ( page ) => page.title ), DEFINITIONS_PAGE ] );
	const lines = readDefinitionLines( readFileSync( path.join( options.definitionsDir, 'definitions.txt' ), 'utf8' ) );
	const messagePages = wanted.flatMap( ( { title, text } ) => {
		const [ , language ] = MESSAGE_PAGE.exec( title ) ?? [];
		return language === undefined ? [] : { language, messages: JSON.parse( text ) as Record<string, unknown> };
	} );
	const texts = launcherTexts( messagePages, await contentLanguage( bot ) );
	wanted.push( { title: DEFINITIONS_PAGE, text: mergeDefinitions( current.get( DEFINITIONS_PAGE ) ?? '', lines ), isDefault: false } );

	const published: PublishedPage[] = [];
	for ( const { title, text: byDefault, isDefault } of wanted ) {
		const before = current.get( title );
		const isKept = isDefault && before !== undefined && !options.replaceSettings;
		const own = isKept ? before : byDefault;
		const page = { title, text: title === LAUNCH_PAGE ? withLauncherTexts( own, texts ) : own };
		const isSame = before !== undefined && canonical( { title, text: before } ) === canonical( page );
		const outcome = before === undefined ? 'created' : !isSame ? 'changed' : isKept ? 'kept' : 'unchanged';
		if ( !options.dryRun && !isSame ) {
			await bot.save( title, asStored( page.text ), `Ask for Help: ${ options.commit }, sha256 ${ sha256( page ).slice( 0, 16 ) }` );
		}
		published.push( { title, outcome, sha256: sha256( page ) } );
		options.log( `${ outcome.padEnd( 9 ) } ${ title }` );
	}
	return published;
}

/**
 * Compares what a wiki serves with what was published, page by page.
 *
 * @returns the titles that differ; empty when all is well
 */
export async function verifyPublished( apiUrl: string, published: readonly PublishedPage[] ): Promise<string[]> {
	const bot = new Mwn( { apiUrl, userAgent: 'AskForHelp-deploy/0.1 (verifies a gadget)', silent: true } );
	const current = await currentTexts( bot, published.map( ( page ) => page.title ) );
	return published.filter( ( { title, sha256: expected } ) => sha256( { title, text: current.get( title ) ?? '' } ) !== expected ).map( ( page ) => page.title );
}
