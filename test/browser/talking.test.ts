import type { Page } from '@playwright/test';
import type { MatrixHelper } from '../../src/sandbox/actors/matrix-helper.ts';
import { shownBody, startMatrixHelper } from '../../src/sandbox/actors/matrix-helper.ts';
import type { Newcomer } from '../../src/sandbox/actors/newcomer.ts';
import { THANKS_KEY } from '../../src/protocol/message.ts';
import { askAndLogIn, expect, test } from './support/fixtures.ts';

type Talk = { readonly newcomer: Newcomer; readonly helper: MatrixHelper; readonly supportRoom: string };

/** Asks, and waits for the card. */
async function begin( { newcomer, helper, supportRoom }: Talk, question: string ): Promise<string> {
	await askAndLogIn( newcomer, question );
	return ( await helper.waitForCard( supportRoom, question ) ).getId()!;
}

/** Does something with a message by its menu, with the mouse. */
async function choose( { page, panel }: Newcomer, text: string, entry: string | RegExp ): Promise<void> {
	await panel.locator( '.askforhelp-message' ).filter( { hasText: text } ).first().hover();
	await panel.getByRole( 'button', { name: 'What to do with this message' } ).click();
	await page.getByRole( 'option', { name: entry } ).click();
}

const inThread = ( helper: MatrixHelper, room: string, what: string, text: string ) => (
	helper.waitFor( room, what, ( event ) => shownBody( event ).includes( text ) )
);

/** Signs of a member of the Support room that are there now. */
function signs( helper: MatrixHelper, room: string, target: string ): string[] {
	return helper.events( room ).filter( ( event ) => event.getType() === 'm.reaction' && !event.isRedacted() )
		.map( ( event ) => event.getWireContent()[ 'm.relates_to' ] as { event_id?: string; key?: string } | undefined )
		.flatMap( ( relation ) => relation?.event_id === target && relation.key !== undefined ? [ relation.key ] : [] );
}

const message = ( { panel }: Newcomer, text: string ) => panel.locator( '.askforhelp-message' ).filter( { hasText: text } ).first();
const announced = ( page: Page ) => page.locator( '.askforhelp-announcer' );

test( 'words are formatted, and links of the wiki lead to it, in both directions', async ( { newcomer, helper, supportRoom } ) => {
	const card = await begin( { newcomer, helper, supportRoom }, `Where do I read of this? ${ newcomer.name }` );
	await newcomer.write( 'I tried **this** on [[American Pygmy]].' );
	const said = await inThread( helper, supportRoom, 'the formatted message', 'I tried' );
	expect( said.getContent().formatted_body ).toContain( '<strong>this</strong>' );
	expect( said.getContent().formatted_body ).toMatch( /<a href="http[^"]*American(_|%20)Pygmy"/ );
	await expect( message( newcomer, 'I tried' ).locator( 'strong' ) ).toHaveText( 'this' );
	await newcomer.write( 'Is it {{Cite book|title=Goats}}, as on https://example.org/goats?' );
	const named = String( ( await inThread( helper, supportRoom, 'the template', '{{Cite book|title=Goats}}' ) ).getContent().formatted_body );
	expect( named ).toMatch( /<a href="http[^"]*Template:Cite(_|%20)book"[^>]*>\{\{Cite book\|title=Goats\}\}<\/a>,/ );
	expect( named ).toMatch( /<a href="https:\/\/example\.org\/goats"[^>]*>https:\/\/example\.org\/goats<\/a>\?/ );
	await expect( message( newcomer, 'Is it' ).getByRole( 'link' ) ).toHaveCount( 2 );

	await helper.answer( supportRoom, card, 'Look at [[Help:Citing a book]] and https://example.org/page.' );
	const answer = await newcomer.sees( 'Look at' );
	await expect( answer.getByRole( 'link', { name: 'Help:Citing a book' } ) ).toHaveAttribute( 'href', /Help:Citing(_|%20)a(_|%20)book/ );
	await expect( answer.getByRole( 'link', { name: 'https://example.org/page' } ) ).toHaveAttribute( 'href', 'https://example.org/page' );
} );

test( 'the newcomer replies to one message, edits and deletes their own, and the helper sees it', async ( { newcomer, helper, supportRoom } ) => {
	const { page, panel, composer } = newcomer;
	const card = await begin( { newcomer, helper, supportRoom }, `How do I reply? ${ newcomer.name }` );
	const first = await helper.answer( supportRoom, card, 'First answer.' );
	await helper.answer( supportRoom, card, 'Second answer.' );
	await newcomer.sees( 'Second answer.' );

	await choose( newcomer, 'First answer.', 'Reply' );
	await expect( panel.locator( '.askforhelp-writing' ) ).toContainText( /Nita B\..*First answer\./ );
	await expect( composer ).toBeFocused();
	await newcomer.write( 'This one I understand.' );
	await expect( message( newcomer, 'This one I understand.' ).locator( '.askforhelp-quote' ) ).toContainText( 'First answer.' );
	const reply = await inThread( helper, supportRoom, 'the reply', 'This one I understand.' );
	expect( reply.getWireContent()[ 'm.relates_to' ] ).toMatchObject( { is_falling_back: false, 'm.in_reply_to': { event_id: first } } );

	await composer.press( 'ArrowUp' );
	await expect( composer ).toHaveValue( 'This one I understand.' );
	await composer.press( 'Escape' );
	await expect( panel ).toBeVisible();
	await expect( composer ).toHaveValue( '' );
	await composer.press( 'ArrowUp' );
	await newcomer.write( 'This one I understand now.' );
	await expect( message( newcomer, 'This one I understand now.' ) ).toContainText( 'edited' );
	await expect.poll( () => shownBody( reply ) ).toContain( 'This one I understand now.' );

	await newcomer.write( 'Never mind this.' );
	const mistake = await inThread( helper, supportRoom, 'the mistake', 'Never mind this.' );
	await choose( newcomer, 'Never mind this.', 'Delete' );
	await expect( message( newcomer, 'Never mind this.' ) ).toContainText( 'Delete this message' );
	await expect( panel.getByRole( 'button', { name: 'Delete', exact: true } ) ).toBeFocused();
	await page.keyboard.press( 'Enter' );
	await expect( message( newcomer, 'Never mind this.' ) ).toBeHidden();
	await expect.poll( () => mistake.isRedacted() ).toBe( true );
} );

test( 'a helper\'s edits, replies and deletions are shown, read aloud once, and leave nothing', async ( { newcomer, helper, supportRoom } ) => {
	const { page } = newcomer;
	const card = await begin( { newcomer, helper, supportRoom }, `What is an edit? ${ newcomer.name }` );
	await newcomer.write( 'And a reply?' );
	const asked = await inThread( helper, supportRoom, 'the second question', 'And a reply?' );
	const answer = await helper.answer( supportRoom, card, 'An aedit.' );
	await newcomer.sees( 'An aedit.' );
	await expect( announced( page ) ).toContainText( 'An aedit.' );
	await helper.client.sendEvent( supportRoom, 'm.room.message' as never, {
		msgtype: 'm.text', body: '* An edit.', 'm.new_content': { msgtype: 'm.text', body: 'An edit.' },
		'm.relates_to': { rel_type: 'm.replace', event_id: answer }
	} as never );
	await expect( message( newcomer, 'An edit.' ) ).toContainText( 'edited' );
	await expect( announced( page ) ).not.toContainText( 'An edit.' );

	await helper.reply( supportRoom, asked.getId()!, 'This is one.' );
	await expect( ( await newcomer.sees( 'This is one.' ) ).locator( '.askforhelp-quote' ) ).toContainText( 'And a reply?' );
	await helper.client.redactEvent( supportRoom, answer );
	await expect( message( newcomer, 'An edit.' ) ).toBeHidden();
} );

test( 'signs go both ways and are counted, and thanks reach the helper', async ( { newcomer, helper, supportRoom } ) => {
	const card = await begin( { newcomer, helper, supportRoom }, `May I say thanks? ${ newcomer.name }` );
	const answer = await helper.answer( supportRoom, card, 'You may.' );
	await newcomer.sees( 'You may.' );
	await choose( newcomer, 'You may.', /Thank/ );
	const sign = message( newcomer, 'You may.' ).locator( '.askforhelp-sign' ).filter( { hasText: THANKS_KEY } );
	await expect( sign ).toHaveAttribute( 'aria-pressed', 'true' );
	await expect.poll( () => signs( helper, supportRoom, answer ) ).toContain( THANKS_KEY );

	await message( newcomer, 'You may.' ).hover();
	await newcomer.panel.getByRole( 'button', { name: 'What to do with this message' } ).click();
	await expect( newcomer.panel.getByRole( 'option', { name: 'Reply' } ) ).toBeVisible();
	await expect( newcomer.panel.getByRole( 'option', { name: /Thank/ } ), 'a second time would take it back' ).toHaveCount( 0 );
	await newcomer.page.getByRole( 'option', { name: 'React with 👍' } ).click();
	await expect.poll( () => signs( helper, supportRoom, answer ) ).toContain( '👍' );
	await helper.client.sendEvent( supportRoom, 'm.reaction' as never, {
		'm.relates_to': { rel_type: 'm.annotation', event_id: answer, key: '👍' }
	} as never );
	const thumb = message( newcomer, 'You may.' ).locator( '.askforhelp-sign' ).filter( { hasText: '👍' } );
	await expect( thumb ).toContainText( '2' );

	await newcomer.write( 'Great.' );
	const said = await inThread( helper, supportRoom, 'the praise', 'Great.' );
	await helper.client.sendEvent( supportRoom, 'm.reaction' as never, {
		'm.relates_to': { rel_type: 'm.annotation', event_id: said.getId(), key: '🎉' }
	} as never );
	await expect( message( newcomer, 'Great.' ).locator( '.askforhelp-sign' ) ).toContainText( '🎉' );

	await thumb.click();
	await expect.poll( () => signs( helper, supportRoom, answer ).filter( ( key ) => key === '👍' ) ).toHaveLength( 1 );
} );

test( 'the newcomer sees that a helper has seen it, and that one writes', async ( { newcomer, sandbox, supportRoom } ) => {
	// Whoever writes to one newcomer alone; those who have answered in other tests may mean any of theirs.
	const account = sandbox.homeserver.accounts.find( ( { role } ) => role === 'moderator' )!;
	const helper = await startMatrixHelper( { homeserverUrl: sandbox.homeserver.url, user: account.name, password: account.password } );
	const card = await begin( { newcomer, helper, supportRoom }, `Is anybody there? ${ newcomer.name }` );
	await helper.answer( supportRoom, card, 'I am.' );
	await newcomer.sees( 'I am.' );
	await expect( message( newcomer, 'Is anybody there?' ) ).toContainText( 'Seen' );
	await newcomer.write( 'And this?' );
	const said = await inThread( helper, supportRoom, 'the message to be seen', 'And this?' );
	await expect( message( newcomer, 'And this?' ) ).toContainText( 'Sent' );
	await helper.client.sendReadReceipt( said );
	await expect( message( newcomer, 'And this?' ) ).toContainText( 'Seen' );

	const typing = newcomer.panel.locator( '.askforhelp-typing' );
	await helper.client.sendTyping( supportRoom, true, 20_000 );
	await expect( typing ).toContainText( 'Mona' );
	await expect( announced( newcomer.page ) ).not.toContainText( 'writing' );
	await helper.client.sendTyping( supportRoom, false, 0 );
	await expect( typing ).toBeEmpty();
	helper.stop();
} );

test( 'a helper\'s name is completed, and mentions them', async ( { newcomer, helper, supportRoom } ) => {
	const card = await begin( { newcomer, helper, supportRoom }, `Who are you? ${ newcomer.name }` );
	await helper.answer( supportRoom, card, 'Nita.' );
	await newcomer.sees( 'Nita.' );
	await newcomer.composer.pressSequentially( 'Thanks @ni' );
	await expect( newcomer.page.getByRole( 'option', { name: 'Nita B.' } ) ).toHaveAttribute( 'aria-selected', 'true' );
	await newcomer.composer.press( 'Enter' );
	await expect( newcomer.composer ).toHaveValue( 'Thanks @Nita B. ' );
	await newcomer.composer.pressSequentially( '!' );
	await newcomer.composer.press( 'Enter' );
	const said = await inThread( helper, supportRoom, 'the mention', 'Thanks @Nita B.' );
	expect( said.getContent()[ 'm.mentions' ] ).toEqual( { user_ids: [ helper.userId ] } );
} );

test( 'with the keyboard alone: marks, lines, messages and their menu', async ( { newcomer, helper, supportRoom } ) => {
	const { page, panel, composer } = newcomer;
	const card = await begin( { newcomer, helper, supportRoom }, `No mouse? ${ newcomer.name }` );
	await helper.answer( supportRoom, card, 'No mouse needed.' );
	await newcomer.sees( 'No mouse needed.' );
	await composer.fill( 'bold' );
	await composer.press( 'Control+a' );
	await composer.press( 'Control+b' );
	await expect( composer ).toHaveValue( '**bold**' );
	await composer.press( 'End' );
	await composer.press( 'Shift+Enter' );
	await composer.pressSequentially( 'next' );
	await expect( composer ).toHaveValue( '**bold**\nnext' );
	await composer.press( 'Enter' );
	await expect( message( newcomer, 'bold' ).locator( 'strong' ) ).toHaveText( 'bold' );

	const focused = page.locator( '.askforhelp-message:focus' );
	for ( let step = 0; step < 12 && await focused.count() === 0; step++ ) {
		await page.keyboard.press( 'Shift+Tab' );
	}
	await expect( focused ).toContainText( 'next' );
	await page.keyboard.press( 'ArrowUp' );
	await expect( focused ).toContainText( 'No mouse needed.' );
	await page.keyboard.press( 'Enter' );
	await expect( page.getByRole( 'option', { name: 'Reply' } ) ).toBeVisible();
	await page.keyboard.press( 'Escape' );
	await expect( page.getByRole( 'option', { name: 'Reply' } ) ).toBeHidden();
	await expect( panel ).toBeVisible();
	await page.keyboard.press( 'Enter' );
	const isChosen = page.locator( '.oo-ui-optionWidget-highlighted' ).filter( { hasText: 'Reply' } );
	for ( let step = 0; step < 10 && await isChosen.count() === 0; step++ ) {
		await page.keyboard.press( 'ArrowDown' );
	}
	await page.keyboard.press( 'Enter' );
	await expect( panel.locator( '.askforhelp-writing' ) ).toContainText( 'No mouse needed.' );
	await expect( composer ).toBeFocused();
} );

test( 'a line stands before what is new, and earlier messages come on scroll', async ( { newcomer, helper, supportRoom } ) => {
	test.setTimeout( 240_000 );
	const { page, panel, messages } = newcomer;
	const card = await begin( { newcomer, helper, supportRoom }, `How long is it? ${ newcomer.name }` );
	for ( let index = 1; index <= 70; index++ ) {
		await helper.answer( supportRoom, card, `line ${ index } of many` );
	}
	await newcomer.sees( 'line 70 of many' );
	await panel.getByRole( 'button', { name: 'Minimise' } ).click();
	await helper.answer( supportRoom, card, 'while you were away' );
	await expect( panel.locator( '.askforhelp-status' ) ).toContainText( 'One new answer' );
	await panel.getByRole( 'button', { name: 'Open', exact: true } ).click();
	await expect( panel.locator( '.askforhelp-unread-line + .askforhelp-message' ) ).toContainText( 'while you were away' );

	const scroller = panel.locator( '.askforhelp-scroller' );
	await scroller.evaluate( ( node ) => {
		node.scrollTop = 300;
	} );
	await helper.answer( supportRoom, card, 'below what you read' );
	const jump = panel.getByRole( 'button', { name: 'One new message' } );
	await expect( jump ).toBeVisible();
	await jump.click();
	await expect( message( newcomer, 'below what you read' ) ).toBeInViewport();

	page.on( 'dialog', ( dialog ) => void dialog.accept() );
	await page.reload();
	await newcomer.sees( 'below what you read' );
	await expect( messages.filter( { hasText: /^.*line 2 of many$/ } ) ).toHaveCount( 0 );
	await expect.poll( async () => {
		await scroller.evaluate( ( node ) => {
			node.scrollTop = 0;
		} );
		return panel.locator( '.askforhelp-beginning' ).textContent();
	} ).toContain( 'Your conversation begins here.' );
	await expect( messages ).toHaveCount( 73 );
} );

test( 'what is loaded late does nothing to one who writes in the editor by then', async ( { newcomer, helper, supportRoom } ) => {
	const { page, panel, composer } = newcomer;
	await begin( { newcomer, helper, supportRoom }, `Who types here? ${ newcomer.name }` );
	let release = (): void => {};
	const held = new Promise<void>( ( resolve ) => {
		release = resolve;
	} );
	await page.route( /load\.php.*AskForHelp-(tools|emoji)/, async ( route ) => {
		await held;
		await route.continue();
	} );
	await composer.focus();
	await page.keyboard.press( 'Control+b' );
	await panel.getByRole( 'button', { name: 'Choose an emoji' } ).click();
	const editor = page.locator( '.ve-ce-documentNode' );
	await editor.locator( 'p' ).first().click();
	await page.keyboard.type( 'Mine' );
	release();
	await page.waitForFunction( () => [ 'tools', 'emoji' ].every( ( part ) => mw.loader.getState( `ext.gadget.AskForHelp-${ part }` ) === 'ready' ) );
	await page.keyboard.type( ' too.' );
	await expect( editor ).toContainText( 'Mine too.' );
	await expect( editor ).not.toContainText( '**' );
	await expect( composer ).toHaveValue( '' );
	await expect( panel.locator( '.askforhelp-emoji' ) ).toHaveCount( 0 );
} );

test( 'after a reload, too, one begins at the first answer that nobody had looked at, also where it is among earlier ones', async ( {
	newcomer, helper, supportRoom
} ) => {
	test.setTimeout( 240_000 );
	const { page, panel } = newcomer;
	const card = await begin( { newcomer, helper, supportRoom }, `How many will come? ${ newcomer.name }` );
	await helper.answer( supportRoom, card, 'This one I have seen.' );
	await newcomer.sees( 'This one I have seen.' );
	await panel.getByRole( 'button', { name: 'Minimise' } ).click();
	for ( let index = 1; index <= 70; index++ ) {
		await helper.answer( supportRoom, card, `missed ${ index }.` );
	}
	await expect( panel.locator( '.askforhelp-status' ) ).toHaveText( '70 new answers' );
	page.on( 'dialog', ( dialog ) => void dialog.accept() );
	await page.reload();
	await expect( panel.locator( '.askforhelp-status' ) ).toHaveText( /new answers/ );
	await panel.getByRole( 'button', { name: 'Open', exact: true } ).click();
	const line = panel.locator( '.askforhelp-unread-line' );
	await expect( line ).toBeInViewport();
	await expect( panel.getByRole( 'button', { name: 'Newest messages' } ) ).toBeVisible();

	await panel.locator( '.askforhelp-scroller' ).hover();
	await expect( async () => {
		await page.mouse.wheel( 0, -2_000 );
		await expect( panel.locator( '.askforhelp-unread-line + .askforhelp-message' ) ).toContainText( 'missed 1.', { timeout: 2_000 } );
	} ).toPass( { timeout: 60_000 } );
	await panel.getByRole( 'button', { name: 'Newest messages' } ).click();
	await expect( message( newcomer, 'missed 70.' ) ).toBeInViewport();
} );
