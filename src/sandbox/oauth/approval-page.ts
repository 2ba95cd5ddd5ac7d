/** What the person has to decide on; all of it is text, and may hold anything. */
export type Approval = {
	wikiName: string;
	userName: string;
	clientName: string;
	/** The site that will get to know the user. */
	clientUrl: string;
	/** Where the form goes; it carries the whole request. */
	action: string;
	csrfToken: string;
	/** Said above the question, when the last answer could not be used. */
	warning?: string;
};

/** Draws the page "Allow / Cancel", with the element ids of Extension:OAuth (its Cancel has none), in the styles of the wiki. */
export function renderApprovalPage( approval: Approval ): string {
	const { wikiName, userName, clientName, clientUrl, action, csrfToken, warning } = approval;
	return `<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="UTF-8">
<title>Allow access - ${ escapeHtml( wikiName ) }</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/load.php?lang=en&amp;modules=mediawiki.skinning.interface%7Coojs-ui-core.styles&amp;only=styles&amp;skin=vector-2022">
<style>
body { margin: 0; background: #f8f9fa; color: #202122; font-family: sans-serif; }
main { box-sizing: border-box; max-width: 40em; margin: 4em auto; padding: 1.5em 2em 2em; background: #fff; border: 1px solid #a2a9b1; }
h1 { margin: 0 0 0.75em; font: 1.8em 'Linux Libertine', Georgia, Times, serif; border-bottom: 1px solid #a2a9b1; }
form { display: flex; flex-wrap: wrap; gap: 0.5em; margin-top: 1.5em; }
@media ( max-width: 640px ) { main { margin: 0; border: 0; min-height: 100vh; } }
</style>
</head>
<body class="mw-special-OAuth">
<main id="content" class="mw-body" role="main">
<h1 id="firstHeading">Allow access</h1>
<div id="mw-mwoauth-authorize-dialog">
${ warning ? `<p class="error" role="alert">${ escapeHtml( warning ) }</p>\n` : '' }<p>Hi <bdi>${ escapeHtml( userName ) }</bdi>,</p>
<p><strong><bdi>${ escapeHtml( clientName ) }</bdi></strong> (<bdi>${ escapeHtml( clientUrl ) }</bdi>) would like to know who you are on
<bdi>${ escapeHtml( wikiName ) }</bdi>: your user name, how long your account exists, and how many edits it made. It cannot do anything in your name.</p>
<form method="post" action="${ escapeHtml( action ) }" id="mw-mwoauth-authorize-form">
<input type="hidden" name="wpEditToken" value="${ escapeHtml( csrfToken ) }">
${ button( 'accept', 'Allow', 'oo-ui-flaggedElement-primary oo-ui-flaggedElement-progressive' ) }
${ button( 'cancel', 'Cancel', 'oo-ui-flaggedElement-destructive' ) }
</form>
</div>
</main>
</body>
</html>
`;
}

function button( name: 'accept' | 'cancel', label: string, flags: string ): string {
	const id = name === 'accept' ? ' id="mw-mwoauth-accept"' : '';
	return `<span${ id } class="oo-ui-widget oo-ui-widget-enabled oo-ui-inputWidget oo-ui-buttonElement oo-ui-buttonElement-framed ` +
		`oo-ui-labelElement oo-ui-flaggedElement oo-ui-buttonInputWidget ${ flags }">` +
		`<button type="submit" name="${ name }" value="1" class="oo-ui-inputWidget-input oo-ui-buttonElement-button">` +
		`<span class="oo-ui-labelElement-label">${ label }</span></button></span>`;
}

function escapeHtml( text: string ): string {
	return text.replaceAll( /[&<>"']/g, ( character ) => `&#${ character.charCodeAt( 0 ) };` );
}
