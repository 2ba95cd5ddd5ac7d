import path from 'node:path';
import type { BrowserContextOptions } from '@playwright/test';
import { expect } from '@playwright/test';
import { drawThread } from './actors/helper-picture.ts';
import { shownBody } from './actors/matrix-helper.ts';
import type { Newcomer } from './actors/newcomer.ts';
import { createNewcomer } from './actors/newcomer.ts';
import type { Stage } from './stage.ts';
import { freeName, playOnSandbox, stagePassword } from './stage.ts';

const usage = `Plays the whole story in Chromium, and leaves pictures of it in .sandbox/demo/.

  npm run demo -- [options]

  --data DIR    the folder of the sandbox (now: .sandbox); one that runs there is used, else one is started and stopped
  --port N      first of four ports for a sandbox that is started
  --help        says this
`;

type Role = {
	/** Of a new account, with a number when it is taken. */
	readonly name: string;
	readonly page: string;
	/** Beginning of the paragraph that is edited. */
	readonly paragraph: string;
	readonly edit: string;
	readonly query?: Readonly<Record<string, string>>;
	readonly question: string;
	readonly talk: readonly { readonly by: 'helper' | 'newcomer'; readonly text: string }[];
};

const goatKeeper: Role = {
	name: 'Goat Keeper',
	page: 'American Pygmy',
	paragraph: 'An American Pygmy stands',
	edit: ' Kids are as small as a cat.',
	question: 'How do I add a reference to the height of the goat? I have a book.',
	talk: [
		{ by: 'helper', text: 'Welcome! Put the cursor after the sentence, then click Cite, Manual, Book.' },
		{ by: 'newcomer', text: 'Found it. Does it need the page number?' },
		{ by: 'helper', text: 'Yes please, so that others can look it up.' }
	]
};

const arabicGoatKeeper: Role = {
	name: 'محبة الماعز',
	page: 'الماعز القزم',
	paragraph: 'الماعز القزم',
	edit: ' وهو صغير.',
	query: { uselang: 'ar' },
	question: 'كيف أضيف مرجعا؟ عندي كتاب.',
	talk: [
		{ by: 'helper', text: 'أهلا بك! انقر على «استشهد» ثم «يدوي» ثم «كتاب».' },
		{ by: 'newcomer', text: 'وجدته، شكرا!' }
	]
};

const goatWalker: Role = { ...goatKeeper, name: 'Goat Walker', question: 'Can I add a reference on my phone?', talk: [
	{ by: 'helper', text: 'You can: tap Cite, then Manual, then Book.' },
	{ by: 'newcomer', text: 'That works, thanks.' }
] };

/** Plays one newcomer's story, with pictures named after `picture`; resolves with the newcomer, the panel still open, and the card. */
async function play(
	stage: Stage, role: Role, picture: string, options: BrowserContextOptions
): Promise<{ newcomer: Newcomer; cardId: string }> {
	const { status, browser, helper, progress } = stage;
	const keepPicture = ( name: string ): Promise<unknown> => newcomer.page.screenshot( { path: path.join( stage.picturesDir, `${ name }.png` ) } );
	const room = status.supportRooms.general;
	const name = await freeName( status, role.name );
	const context = await browser.newContext( options );
	const newcomer = await createNewcomer( context, { wikiUrl: status.wiki.url, name, password: stagePassword } );
	await progress.step( `${ name } makes an account on the wiki`, () => newcomer.createAccountOnWiki() );
	await progress.step( `${ name } edits "${ role.page }" in VisualEditor`, async () => {
		await newcomer.openVisualEditor( role.page, role.query );
		await newcomer.typeInEditor( role.paragraph, role.edit );
	} );
	const { text: edited } = await newcomer.editorState();
	const loginWindow = await progress.step( `${ name } asks: ${ role.question }`, async () => {
		await newcomer.openPanel();
		await newcomer.question.fill( role.question );
		await keepPicture( `${ picture }-asking` );
		return newcomer.askAndGetLoginWindow( role.question );
	} );
	await progress.step( `${ name } allows the login, in the small window`, () => newcomer.approve( loginWindow ) );
	await newcomer.sees( role.question );
	const card = await progress.step( 'The card appears in the Support room', () => helper.waitFor( room, `the card of ${ name }`, ( event ) => (
		shownBody( event ).includes( name ) && shownBody( event ).includes( role.question )
	) ) );
	const cardId = card.getId()!;
	for ( const { by, text } of role.talk ) {
		if ( by === 'helper' ) {
			await progress.step( `A helper answers in the thread: ${ text }`, async () => {
				await helper.answer( room, cardId, text );
				await newcomer.sees( text );
			} );
		} else {
			await progress.step( `${ name } writes: ${ text }`, async () => {
				await newcomer.write( text );
				await helper.waitFor( room, text, ( event ) => shownBody( event ).includes( text ) && event.getTs() >= card.getTs() );
			} );
		}
	}
	await progress.step( 'Every message is there, and the edit is as it was', async () => {
		await expect( newcomer.messages.locator( '.askforhelp-bubble' ) ).toHaveText( [ role.question, ...role.talk.map( ( { text } ) => text ) ] );
		await expect( newcomer.messages.last() ).not.toContainText( /Sending|Not sent/ );
		expect( ( await newcomer.editorState() ).text ).toBe( edited );
	} );
	await keepPicture( picture );
	return { newcomer, cardId };
}

async function playAll( stage: Stage ): Promise<void> {
	const { status, browser, helper, progress, picturesDir } = stage;
	const desktop = { viewport: { width: 1280, height: 800 } };
	const helperPage = await browser.newPage( { viewport: { width: 800, height: 520 }, javaScriptEnabled: false } );
	const keepHelperPicture = ( name: string, cardId: string ): Promise<void> => (
		progress.step( "The helper's side is drawn from what a Matrix client received", async () => {
			await drawThread( helperPage, helper, status.supportRooms.general, cardId );
			await helperPage.screenshot( { path: path.join( picturesDir, `${ name }.png` ) } );
		} )
	);

	const first = await play( stage, goatKeeper, 'newcomer', desktop );
	await keepHelperPicture( 'helper', first.cardId );
	await progress.step( 'After a reload, the conversation is there again', async () => {
		first.newcomer.page.on( 'dialog', ( dialog ) => void dialog.accept() );
		await first.newcomer.page.reload();
		await first.newcomer.sees( goatKeeper.talk.at( -1 )!.text );
	} );
	await play( stage, goatWalker, 'newcomer-400px', { viewport: { width: 400, height: 800 } } );
	const arabic = await play( stage, arabicGoatKeeper, 'newcomer-arabic', desktop );
	await keepHelperPicture( 'helper-arabic', arabic.cardId );
}

playOnSandbox( { usage, picturesFolder: 'demo', perform: playAll } );
