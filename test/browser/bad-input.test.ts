import { shownBody } from '../../src/sandbox/actors/matrix-helper.ts';
import { article, askAndLogIn, expect, recordRequests, test } from './support/fixtures.ts';

const markup = '<b>bold</b> <img src=x onerror="document.title=\'hacked\'"> <script>document.title = \'hacked\'</script> [[Link]] {{nowrap|x}} & &amp; \\"';

test( 'a question of no characters, of blanks, and of 1,001 is not sent; the panel says why, and 1,000 are fine', async ( {
	newcomer, sandbox, helper, supportRoom
} ) => {
	const { page, panel, question, askButton } = newcomer;
	const toHomeserver = recordRequests( page.context(), sandbox.homeserver.url );
	await newcomer.openPanel();
	await newcomer.consent.check();
	for ( const nothing of [ '', ' \n ' ] ) {
		await question.fill( nothing );
		await askButton.click();
		await expect( panel.locator( '.askforhelp-field-problem' ) ).toHaveText( 'Please write your question first.' );
		await expect( question ).toBeFocused();
	}
	await question.fill( 'x'.repeat( 1001 ) );
	await expect( panel.locator( '.askforhelp-field-problem' ) ).toHaveText( 'One character too many. Please shorten it a little.' );
	await expect( panel.locator( '.askforhelp-counter' ) ).toHaveText( '1,001 / 1,000' );
	await askButton.click();
	await expect( question ).toHaveAttribute( 'aria-invalid', 'true' );
	expect( page.context().pages() ).toHaveLength( 1 );
	expect( toHomeserver ).toEqual( [] );

	// Each goat has two; none is cut in half.
	const beginning = newcomer.name.length % 2 === 0 ? `${ newcomer.name }: ` : `${ newcomer.name } `;
	const thousand = beginning.padEnd( 1000, '🐐' );
	const loginWindow = await newcomer.askAndGetLoginWindow( thousand );
	await newcomer.approve( loginWindow );
	await newcomer.sees( thousand );
	const card = await helper.waitForCard( supportRoom, newcomer.name );
	await newcomer.composer.fill( 'y'.repeat( 1001 ) );
	await expect( panel.locator( '.askforhelp-field-problem' ) ).toHaveText( 'One character too many. Please shorten it a little.' );
	await expect( newcomer.composer ).toHaveAttribute( 'aria-invalid', 'true' );
	await newcomer.composer.press( 'Enter' );
	await newcomer.composer.fill( 'short enough' );
	await newcomer.composer.press( 'Enter' );
	await newcomer.sees( 'short enough' );
	await helper.waitFor( supportRoom, 'the short message', ( event ) => shownBody( event ).includes( 'short enough' ) );
	await expect( newcomer.messages ).toHaveCount( 2 );
	expect( card.getId() ).toBeTruthy();
} );

test( 'HTML, script and wikitext in question and answer are shown as they were typed', async ( { newcomer, helper, supportRoom } ) => {
	const { page, messages } = newcomer;
	const title = await page.title();
	const question = `${ markup } ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	await expect( messages.locator( '.askforhelp-bubble' ) ).toHaveText( [ question ] );

	const card = await helper.waitForCard( supportRoom, question );
	const { formatted_body: html } = card.getContent() as { formatted_body?: string };
	for ( const dangerous of [ '<script', '<img', '<b>bold' ] ) {
		expect( html ?? '' ).not.toContain( dangerous );
	}
	await helper.client.sendEvent( supportRoom, 'm.room.message' as never, {
		msgtype: 'm.text', body: markup, format: 'org.matrix.custom.html', formatted_body: `<script>document.title='hacked'</script><img src=x onerror=alert(1)>${ markup }`,
		'm.relates_to': { rel_type: 'm.thread', event_id: card.getId(), is_falling_back: true, 'm.in_reply_to': { event_id: card.getId() } }
	} as never );
	await newcomer.sees( '<script>' );
	await expect( messages.nth( 1 ).locator( '.askforhelp-bubble' ) ).toHaveText( markup );
	expect( await messages.locator( '.askforhelp-words *:not( a )' ).count(), 'no element but links to pages came out of the texts' ).toBe( 0 );
	expect( await page.title() ).toBe( title );
} );

test( 'page and section with quotes, slashes, an emoji and an ampersand reach the card, which links to them', async ( {
	visit, helper, supportRoom, sandbox
} ) => {
	const newcomer = await visit();
	const title = '"Quotes" & \'slashes\'/of a/page 🐐';
	await newcomer.openVisualEditor( title );
	await newcomer.typeInEditor( 'Text in a section', ' More.' );
	await newcomer.openPanel();
	await expect( newcomer.panel.locator( '.askforhelp-page' ) ).toContainText( title );
	const question = `What a title! ${ newcomer.name }`;
	await newcomer.approve( await newcomer.askAndGetLoginWindow( question ) );
	const card = await helper.waitForCard( supportRoom, question );
	expect( shownBody( card ) ).toContain( `${ title }, section A section of "its" own & more` );
	const { formatted_body: html = '' } = card.getContent() as { formatted_body?: string };
	const links = [ ...html.matchAll( /href="([^"]*)"/g ) ].map( ( [ , href ] ) => ( href ?? '' ).replaceAll( '&amp;', '&' ).replaceAll( '&#39;', '\'' ) );
	const toSection = links.find( ( href ) => href.includes( '#' ) );
	expect( links.filter( ( href ) => href.startsWith( `${ sandbox.wiki.url }/wiki/` ) ).length ).toBeGreaterThan( 0 );
	await newcomer.page.goto( toSection ?? '' );
	await expect( newcomer.page.locator( '#firstHeading' ) ).toHaveText( title );
	await expect( newcomer.page.locator( ':target' ) ).toHaveText( 'A section of "its" own & more' );
} );

test( 'without consent to send the page, the card names none', async ( { newcomer, helper, supportRoom } ) => {
	await newcomer.openPanel();
	await newcomer.panel.getByRole( 'button', { name: 'Do not send the page' } ).click();
	const question = `Where am I? ${ newcomer.name }`;
	await newcomer.approve( await newcomer.askAndGetLoginWindow( question ) );
	expect( shownBody( await helper.waitForCard( supportRoom, question ) ) ).not.toContain( article.title );
} );
