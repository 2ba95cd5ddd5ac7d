import type { LauncherTexts } from '../protocol/settings.ts';

/** A built page of messages: its language, and what it holds. */
export type MessagePage = { readonly language: string; readonly messages: Readonly<Record<string, unknown>> };

/** The file or wiki page of a language's messages, as `npm run build` names it; its first group is the language. */
export const MESSAGE_PAGE = /^MediaWiki:Gadget-AskForHelp-i18n-([a-z-]+)\.json$/;

/**
 * What the launcher says, in the wiki's own language and in each other one whose messages are complete (the build has put
 * a sign into those). English is in the launcher itself.
 */
export function launcherTexts( pages: readonly MessagePage[], contentLanguage: string ): Record<string, LauncherTexts> {
	const isMeant = ( { language, messages }: MessagePage ): boolean => (
		[ contentLanguage, contentLanguage.replace( /-.*/, '' ) ].includes( language ) || '@metadata' in messages
	);
	return Object.fromEntries( pages.filter( isMeant ).flatMap( ( { language, messages } ) => {
		const label = messages[ 'askforhelp-launcher-label' ];
		const failed = messages[ 'askforhelp-launcher-failed' ];
		return typeof label === 'string' && typeof failed === 'string' ? [ [ language, { label, failed } ] ] : [];
	} ) );
}

/**
 * The text of a launch page with what the launcher says. A page that has `texts` already, even none, stays as it is, and so
 * does one that is no JSON object: both are the admins' own.
 */
export function withLauncherTexts( page: string, texts: Readonly<Record<string, LauncherTexts>> ): string {
	let settings: unknown;
	try {
		settings = JSON.parse( page );
	} catch {
		return page;
	}
	return typeof settings !== 'object' || settings === null || Array.isArray( settings ) || 'texts' in settings ?
		page : JSON.stringify( { ...settings, texts }, undefined, '\t' );
}
