import { messageSet } from '../i18n/message-set.ts';
import { readLanguagePage } from '../i18n/messages.ts';
import type { LanguagePage } from '../i18n/messages.ts';
import { wikiApi } from './api.ts';
import { extraOnUse } from './gadget-modules.ts';
import { fetchPage } from './raw-page.ts';

/** What the panel asks of the wiki's page. */

/** Languages that the project has messages in; the build puts them in. */
declare const LANGUAGES: readonly string[];

/** Which messages there are, as `messageSet` says it: a page with others is older or newer than this script, or somebody has changed it. */
declare const MESSAGE_SET: number;

/** How long a page of messages may take before English is shown; on a slow phone it comes late. */
const LANGUAGE_TIMEOUT_MS = 10_000;

async function fetchLanguage( language: string ): Promise<LanguagePage> {
	try {
		const { page } = await fetchPage( `MediaWiki:Gadget-AskForHelp-i18n-${ language }.json`, 3600, LANGUAGE_TIMEOUT_MS );
		return readLanguagePage( language, page );
	} catch ( error ) {
		mw.log.warn( `AskForHelp: no messages in ${ language }`, error );
		return readLanguagePage( language, undefined );
	}
}

const loadEnglish = extraOnUse<{ readonly messages: unknown }>( 'english' );

/**
 * Fetches the messages of the reader's language and of those that it falls back to; English only where they lack some.
 *
 * @throws Error when none of them comes
 */
export async function fetchLanguages(): Promise<readonly LanguagePage[]> {
	const chain = mw.language.getFallbackLanguageChain();
	const beforeEnglish = chain.slice( 0, chain.includes( 'en' ) ? chain.indexOf( 'en' ) : undefined );
	const pages = await Promise.all( beforeEnglish.filter( ( language ) => LANGUAGES.includes( language ) ).map( fetchLanguage ) );
	if ( pages.some( ( { messages } ) => messageSet( messages ) === MESSAGE_SET ) ) {
		return pages;
	}
	const english = readLanguagePage( 'en', ( await loadEnglish() )?.messages );
	if ( ![ ...pages, english ].some( ( { messages } ) => 'askforhelp-title' in messages ) ) {
		throw new Error( 'no messages' );
	}
	return [ ...pages, english ];
}

/** Direction of the interface. */
export function direction(): 'ltr' | 'rtl' {
	return document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr';
}

/** How the newcomer wants to be spoken of: `male`, `female` or `unknown`. */
export function gender(): string {
	return mw.user.options.get( 'gender' ) as string;
}

/** Whether people talk here, or look at what others have done: where somebody who is harassed finds it. */
export function isTalkOrHistory(): boolean {
	return mw.config.get( 'wgAction' ) === 'history' || ( mw.config.get( 'wgNamespaceNumber' ) as number ) % 2 === 1;
}

/** Languages in which helpers read this wiki, the first one first. */
export function contentLanguages(): string[] {
	return [ mw.config.get( 'wgContentLanguage' ) as string, 'en' ];
}

/** Languages that the reader can read, the first one first. */
export function readerLanguages(): string[] {
	return mw.language.getFallbackLanguageChain();
}

/** The interface language as a tag that browsers know; MediaWiki's own codes are not always one. */
export function languageTag(): string {
	return document.documentElement.lang || 'en';
}

/** Asks the wiki who is logged in; without an answer it is taken to be the same person as before. */
export async function isStillLoggedIn( userId: number ): Promise<boolean> {
	try {
		const { query } = await wikiApi().get( { meta: 'userinfo' } ) as { query?: { userinfo?: { id?: unknown } } };
		return query?.userinfo === undefined || query.userinfo.id === userId;
	} catch ( error ) {
		mw.log.warn( 'AskForHelp: the wiki does not say who is logged in', error );
		return true;
	}
}

/** Where the homeserver leads back to; the homeserver allows only this address, with any nonce. */
export function loginReturnUrl( nonce: string ): string {
	const script = `${ location.origin }${ mw.config.get( 'wgScript' ) as string }`;
	return `${ script }?title=Special:BlankPage/AskForHelp&withgadget=AskForHelp-callback&nonce=${ nonce }`;
}

/** Name of the wiki, for the list of devices of the newcomer's chat account. */
export function wikiName(): string {
	return mw.config.get( 'wgSiteName' ) as string;
}

export function wikiId(): string {
	return mw.config.get( 'wgWikiID' ) as string;
}

/**
 * Whether wiki user ids are the ids that accounts of the chat are named after. With CentralAuth those are the central
 * ids, which no page knows.
 */
export function hasLocalUserIds(): boolean {
	return mw.loader.getState( 'ext.centralauth.centralautologin' ) === null;
}
