import type { HomeserverSettings, WikiSettings } from './settings.ts';

/** Why a login failed, as the callback page on the wiki understands it; anything unknown is `failed`. */
export type LoginErrorCode = 'cancelled' | 'not-allowed' | 'failed';

/** Synapse's names for what went wrong, and the OAuth server's; only these are let through. */
const errorCodes: Readonly<Record<string, LoginErrorCode>> = {
	access_denied: 'cancelled',
	// So says Extension:OAuth (REL1_43), and of nothing else, when the user does not allow it.
	unauthorized_client: 'cancelled',
	unauthorised: 'not-allowed',
	mapping_error: 'not-allowed'
};

const sentences: Readonly<Record<LoginErrorCode, string>> = {
	cancelled: 'You did not allow the login, so nothing was sent. You can go back and ask again, or close this window.',
	'not-allowed': 'Your account on the wiki cannot use the chat at the moment. Blocked accounts are among those that cannot.',
	failed: 'The login did not work this time. Please go back to your edit and try again; it is still open.'
};

/** Address of the wiki's page that tells the waiting window why the login failed; Synapse fills in the code. */
function loginErrorHref( { scriptUrl }: WikiSettings ): string {
	const url = `${ scriptUrl }/index.php?title=Special:BlankPage/AskForHelp&withgadget=AskForHelp-callback&error=`;
	return `${ escapeForTemplate( url ) }{{ code }}`;
}

/**
 * Renders `sso_error.html` (Synapse manual, "Templates"), itself a Jinja template.
 * With one wiki it leads there by itself; with several it cannot know which one, and offers them all.
 */
export function renderLoginErrorTemplate( { wikis }: Pick<HomeserverSettings, 'wikis'> ): string {
	const branches = Object.entries( errorCodes ).map( ( [ error, code ], index ) => (
		`{% ${ index === 0 ? 'if' : 'elif' } error == "${ error }" %}{% set code = "${ code }" %}`
	) ).join( '' );
	const [ onlyWiki ] = wikis.length === 1 ? wikis : [];
	const redirect = onlyWiki ?
		`<meta http-equiv="refresh" content="0; url=${ loginErrorHref( onlyWiki ) }">\n` :
		'';
	const links = wikis.map( ( wiki ) => (
		`<li><a href="${ loginErrorHref( wiki ) }">Back to ${ escapeForTemplate( wiki.name ) }</a></li>\n`
	) ).join( '' );
	const paragraphs = Object.entries( sentences ).map( ( [ code, sentence ], index ) => (
		`{% ${ index === 0 ? 'if' : 'elif' } code == "${ code }" %}<p>${ sentence }</p>\n`
	) ).join( '' );
	return `${ branches }{% else %}{% set code = "failed" %}{% endif %}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
${ redirect }<title>Login for the chat</title>
<style>
${ style }</style>
</head>
<body>
<main>
<h1>You are not logged in to the chat</h1>
${ paragraphs }{% endif %}<ul>
${ links }</ul>
</main>
</body>
</html>
`;
}

/** The wiki's manner (Codex): its colours, its fonts, a heading with a line under it. */
const style = `body { margin: 0; background: #fff; color: #202122; font: 1rem/1.6 sans-serif; }
main { max-width: 36em; margin: 0 auto; padding: 1.5em 1em; }
h1 { margin: 0 0 0.5em; border-bottom: 1px solid #a2a9b1; font: 1.8rem/1.3 'Linux Libertine', Georgia, Times, serif; }
ul { padding: 0; list-style: none; }
a { color: #36c; }
`;

/** Escapes for HTML, and keeps Jinja from reading anything in it. */
function escapeForTemplate( text: string ): string {
	return text.replace( /[&<>"'{}]/g, ( character ) => `&#${ character.charCodeAt( 0 ) };` );
}
