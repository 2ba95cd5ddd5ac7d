import type { Page } from '@playwright/test';
import { shownBody, startMatrixHelper } from '../../src/sandbox/actors/matrix-helper.ts';
import type { Newcomer } from '../../src/sandbox/actors/newcomer.ts';
import { article, askAndLogIn, expect, recordRequests, screen, test } from './support/fixtures.ts';

test( 'a newcomer reads who is asked, finds a help page while writing, and asks with page, selected words and topic', async ( {
	newcomer, helper, supportRoom, sandbox
} ) => {
	const { page, panel, question } = newcomer;
	const links = panel.locator( '.askforhelp-help-list a' );
	const toHomeserver = recordRequests( page.context(), sandbox.homeserver.url );
	const toWiki = recordRequests( page.context(), sandbox.wiki.url );

	await test.step( 'words that are selected in the editor are quoted', async () => {
		await newcomer.typeInEditor( article.start, '' );
		await page.keyboard.press( 'Shift+Home' );
		const before = await newcomer.editorState();
		await newcomer.openPanel();
		const { selection, text, history } = await newcomer.editorState();
		expect( { selection, text, history } ).toEqual( { selection: before.selection, text: before.text, history: before.history } );
		await expect( panel.locator( '.askforhelp-selection q' ) ).not.toBeEmpty();
	} );
	const quoted = await panel.locator( '.askforhelp-selection q' ).innerText();

	await test.step( 'what it is, who reads it, and what happens to it', async () => {
		await expect( panel ).toContainText( 'Ask an experienced editor' );
		for ( const [ name, title ] of [
			[ 'Who reads this?', 'Project:Ask for help/Helpers' ], [ 'What happens to it?', 'Project:Ask for help/Privacy' ],
			[ 'Rules of the chat', 'Project:Ask for help/Conduct' ]
		] as const ) {
			const link = panel.getByRole( 'link', { name } );
			expect( new URL( await link.getAttribute( 'href' ) ?? '', sandbox.wiki.url ).href ).toMatch( new RegExp( `${ title.replace( /\W/g, '.+' ) }$` ) );
			await expect( link ).toHaveAttribute( 'target', '_blank' );
		}
		await expect( panel ).toContainText( 'No private data' );
	} );

	await test.step( 'who is here comes from the wiki', async () => {
		await expect( panel.locator( '.askforhelp-status' ) ).toHaveText( /helpers? here|No helpers here now/ );
	} );

	await test.step( 'the wiki\'s help links come first, and nothing is searched for before something is written', async () => {
		await expect( links ).toHaveText( [ 'Help:Citing a book', 'Help:Introduction to referencing' ] );
		expect( toWiki.filter( ( url ) => url.endsWith( '/api.php' ) ) ).toEqual( [] );
	} );

	await test.step( 'help pages show up while one writes, and the button to ask does not move', async () => {
		const top = async (): Promise<number> => ( await newcomer.askButton.boundingBox() )!.y;
		await question.pressSequentially( 'How' );
		const before = await top();
		await question.pressSequentially( ' do I choose a picture of a goat?' );
		await expect( links.first() ).toHaveText( 'Help:Pictures' );
		await expect( panel.locator( '.askforhelp-help' ).getByRole( 'status' ) ).toHaveText( /help pages? may already answer it/ );
		expect( await top() ).toBe( before );
		await expect( links.first() ).toHaveAttribute( 'target', '_blank' );
	} );

	await test.step( 'the counter counts to 1,000', async () => {
		await expect( panel.locator( '.askforhelp-counter' ) ).toHaveText( '36 / 1,000' );
	} );

	await test.step( 'a topic of the wiki can be chosen with the keyboard', async () => {
		const topic = panel.locator( '.askforhelp-topic [role=combobox]' );
		await topic.focus();
		await page.keyboard.press( 'Enter' );
		await page.keyboard.press( 'ArrowDown' );
		await page.keyboard.press( 'ArrowDown' );
		await page.keyboard.press( 'Enter' );
		await expect( topic ).toContainText( 'Pictures' );
		await expect( panel ).toBeVisible();
	} );

	await test.step( 'what the chat is not for has its own addresses', async () => {
		await expect( panel.getByRole( 'link', { name: 'threats of harm' } ) ).toHaveAttribute( 'href', 'mailto:emergency@help.localhost' );
		await expect( panel.getByRole( 'link', { name: 'legal matters' } ) ).toHaveAttribute( 'href', /Legal/ );
		await expect( panel.getByRole( 'link', { name: 'hiding private data' } ) ).toHaveAttribute( 'href', /Hiding/ );
	} );

	await test.step( 'nothing goes anywhere before consent', async () => {
		await newcomer.askButton.click();
		await expect( panel.getByRole( 'alert' ) ).toContainText( 'tick the box' );
		expect( toHomeserver ).toEqual( [] );
	} );

	await test.step( 'the helpers\' card has page, section, topic and the quoted words', async () => {
		const asked = page.waitForEvent( 'popup' );
		await newcomer.consent.check();
		await newcomer.askButton.click();
		await newcomer.approve( await asked );
		await newcomer.sees( 'How do I choose a picture of a goat?' );
		const card = await helper.waitForCard( supportRoom, newcomer.name );
		for ( const part of [ article.title, 'Pictures · VisualEditor', `Selected: “${ quoted.slice( 0, 40 ) }`, 'How do I choose a picture of a goat?' ] ) {
			expect( shownBody( card ) ).toContain( part );
		}
	} );
} );

/** Selects words in the plain text box, and opens the panel. */
async function selectAndOpen( { page, openEditor, openPanel }: Newcomer, words: string ): Promise<void> {
	await openEditor( 'textarea', article.title );
	await select( page, words );
	await openPanel();
}

function select( page: Page, words: string ): Promise<void> {
	return page.locator( '#wpTextbox1' ).evaluate( ( node, wanted ) => {
		const field = node as HTMLTextAreaElement;
		field.focus();
		const from = field.value.indexOf( wanted );
		field.setSelectionRange( from, from + wanted.length );
	}, words );
}

test( 'the selected words can be taken out, and stay out', async ( { visit, helper, supportRoom } ) => {
	const newcomer = await visit();
	const { page, panel } = newcomer;
	await selectAndOpen( newcomer, 'The first herds' );
	const quote = panel.locator( '.askforhelp-selection' );
	await expect( quote ).toContainText( 'The first herds' );
	await panel.getByRole( 'button', { name: 'Do not send the selected text' } ).click();
	await expect( quote ).toBeHidden();
	await expect( newcomer.question ).toBeFocused();
	await expect( panel.locator( '.askforhelp-page' ) ).toContainText( article.title );
	await page.locator( '#wpTextbox1' ).focus();
	await newcomer.question.click();
	await expect( quote, 'the same words do not come back' ).toBeHidden();
	await select( page, 'American Pygmy' );
	await newcomer.question.click();
	await expect( quote, 'others do' ).toContainText( 'American Pygmy' );
	await panel.getByRole( 'button', { name: 'Do not send the selected text' } ).click();
	const question = `Only the page? ${ newcomer.name }`;
	await newcomer.approve( await newcomer.askAndGetLoginWindow( question ) );
	await newcomer.sees( question );
	const card = await helper.waitForCard( supportRoom, question );
	expect( shownBody( card ) ).toContain( article.title );
	expect( shownBody( card ) ).not.toContain( 'Selected' );
} );

test( 'page and selection can be removed, each for itself', async ( { visit, helper, supportRoom } ) => {
	const newcomer = await visit();
	const { panel } = newcomer;
	await selectAndOpen( newcomer, 'The first herds' );
	await expect( panel.locator( '.askforhelp-selection q' ) ).toHaveText( 'The first herds' );
	await expect( panel.locator( '.askforhelp-page' ) ).toContainText( article.title );
	await panel.getByRole( 'button', { name: 'Do not send the page' } ).click();
	await expect( panel.locator( '.askforhelp-page' ) ).toBeHidden();
	await expect( panel.locator( '.askforhelp-selection' ) ).toBeVisible();
	const question = `Only the words? ${ newcomer.name }`;
	await newcomer.approve( await newcomer.askAndGetLoginWindow( question ) );
	await newcomer.sees( question );
	const card = await helper.waitForCard( supportRoom, question );
	expect( shownBody( card ) ).toContain( 'Selected: “The first herds”' );
	expect( shownBody( card ) ).not.toContain( article.title );
} );

test( 'who is here, and when helpers usually are in the reader\'s own time, are as the wiki says', async ( { visit, admin, setSettingsPage } ) => {
	const title = 'Project:Who is here.json';
	const tell = async ( helpers: number ): Promise<void> => {
		const text = JSON.stringify( {
			version: 1, updated: new Date().toISOString(), validUntil: new Date( Date.now() + 3_600_000 ).toISOString(),
			teams: { general: { helpers, answerMinutes: 4 } }
		} );
		const answer = await admin.api( { action: 'edit', title, text, contentmodel: 'json', token: await admin.token( 'csrf' ) } ) as { edit?: object };
		expect( answer.edit, JSON.stringify( answer ) ).toBeDefined();
	};
	const now = new Date();
	const hour = ( offset: number ): string => `${ String( ( now.getUTCHours() + offset + 24 ) % 24 ).padStart( 2, '0' ) }:00`;
	await setSettingsPage( 'config.json', JSON.stringify( {
		statusPage: title, openingHours: { timeZone: 'UTC', times: [ { from: hour( 2 ), to: hour( 5 ) } ] }, version: Date.now()
	} ) );
	const local = ( offset: number ): string => new Intl.DateTimeFormat( 'en', { hour: 'numeric', minute: '2-digit', timeZone: 'Asia/Kolkata' } )
		.format( Date.UTC( 2026, 0, 1, now.getUTCHours() + offset ) ).replace( /\s/g, '.' );

	await tell( 3 );
	const newcomer = await visit( { context: { timezoneId: 'Asia/Kolkata' } } );
	const { page, panel } = newcomer;
	await page.route( /load\.php/, ( route ) => route.continue() );
	await newcomer.openEditor( 'textarea', article.title );
	await newcomer.openPanel();
	await expect( panel.locator( '.askforhelp-status' ) ).toHaveText( '3 helpers here · about 4 min' );
	await expect( panel.locator( '.askforhelp-status' ) ).toHaveAttribute( 'data-dot', 'here' );
	await expect( panel.locator( '.askforhelp-hours' ) ).toBeHidden();

	await tell( 0 );
	await newcomer.openEditor( 'textarea', 'Domestic goat' );
	await page.route( /Who.is.here/, ( route ) => route.continue( { headers: { ...route.request().headers(), 'cache-control': 'no-cache' } } ) );
	await newcomer.openPanel();
	await expect( panel.locator( '.askforhelp-status' ) ).toHaveText( 'No helpers here now' );
	await expect( panel.locator( '.askforhelp-hours' ) ).toHaveText( new RegExp( `usually here ${ local( 2 ) }–${ local( 5 ) } your time` ) );
} );

test( 'consent is remembered by the account, shown, and can be taken back, also for other devices', async ( { visit, newAccount, problems } ) => {
	problems.allow( /Failed to load resource|status of 401/ );
	const account = await newAccount();
	const newcomer = await visit( { account } );
	const { page, panel } = newcomer;
	await newcomer.openEditor( 'textarea', article.title );
	await askAndLogIn( newcomer, `May I? ${ newcomer.name }` );
	expect( await page.evaluate( () => Object.values( localStorage ).join() ) ).not.toContain( 'May I?' );

	const elsewhere = await visit( { account } );
	await elsewhere.openEditor( 'textarea', article.title );
	await elsewhere.openPanel();
	await expect( elsewhere.panel ).toContainText( /On .+ you agreed that helpers read/ );
	await expect( elsewhere.consent ).toBeHidden();
	await elsewhere.approve( await elsewhere.askAndGetLoginWindow( `May I here? ${ newcomer.name }` ) );
	await elsewhere.sees( 'May I here?' );

	const otherTab = await page.context().newPage();
	await otherTab.goto( page.url() );
	await otherTab.locator( '.askforhelp-launcher' ).click();
	const otherPanel = otherTab.locator( '.askforhelp-panel' );
	await expect( otherPanel ).toContainText( 'May I?' );
	await page.bringToFront();
	await panel.locator( '.askforhelp-menu' ).getByRole( 'button' ).click();
	await panel.getByRole( 'option', { name: 'Privacy' } ).click();
	await expect( panel ).toContainText( 'What helpers have read already stays with them' );
	await panel.getByRole( 'button', { name: 'Take it back' } ).click();
	await expect( panel.getByRole( 'status' ).first() ).toContainText( 'You have taken it back' );
	await expect( otherPanel ).not.toContainText( 'May I?' );
	for ( const tab of [ page, otherTab ] ) {
		expect( await tab.evaluate( () => [ sessionStorage.getItem( 'askforhelp-session' ), localStorage.getItem( 'askforhelp-conversation' ) ] ) )
			.toEqual( [ null, null ] );
	}

	await expect( elsewhere.panel ).toContainText( 'You are logged out of the help chat.' );
	await elsewhere.page.reload();
	await elsewhere.launcher.click();
	await screen( elsewhere.page, 'question' ).waitFor();
	await expect( elsewhere.consent ).toBeVisible();

	await page.reload();
	await newcomer.launcher.click();
	await screen( page, 'question' ).waitFor();
	await expect( newcomer.consent ).toBeVisible();
	await newcomer.question.fill( 'Again?' );
	await newcomer.askButton.click();
	await expect( panel.getByRole( 'alert' ) ).toContainText( 'tick the box' );
} );

test( 'who is harassed reaches the safety team with one click, and leaves no trace elsewhere', async ( { visit, helper, supportRoom, sandbox } ) => {
	const hala = sandbox.homeserver.accounts.find( ( { teams } ) => teams.includes( 'harassment' ) )!;
	const safety = await startMatrixHelper( { homeserverUrl: sandbox.homeserver.url, user: hala.name, password: hala.password } );
	try {
		const newcomer = await visit();
		const { page, panel } = newcomer;
		const general = `How do I cite? ${ newcomer.name }`;
		await newcomer.openEditor( 'textarea', article.title );
		await askAndLogIn( newcomer, general );
		await helper.waitForCard( supportRoom, general );
		await expect( panel.getByRole( 'link', { name: 'Ask on the help page instead' } ), 'the way on without helpers' ).toBeVisible();

		await panel.locator( '.askforhelp-menu' ).getByRole( 'button' ).click();
		await panel.getByRole( 'option', { name: 'I am being harassed' } ).click();
		await expect( panel.locator( '.askforhelp-team' ) ).toContainText( 'Only the safety team reads this' );
		await expect( newcomer.question ).toHaveValue( '' );
		await expect( panel.locator( '.askforhelp-page' ) ).toBeHidden();
		const secret = `They follow me. ${ newcomer.name }`;
		await newcomer.ask( secret );
		await newcomer.sees( secret );
		await expect( panel.getByRole( 'link', { name: 'Ask on the help page instead' } ), 'which all read' ).toHaveCount( 0 );
		const card = await safety.waitForCard( sandbox.supportRooms.harassment, secret );
		expect( shownBody( card ) ).not.toContain( article.title );
		await safety.answer( sandbox.supportRooms.harassment, card.getId()!, 'We are here.' );
		await newcomer.sees( 'We are here.' );

		await panel.locator( '.askforhelp-menu' ).getByRole( 'button' ).click();
		await panel.getByRole( 'option', { name: 'Privacy' } ).click();
		await expect( panel, 'nothing keeps when they agreed' ).toContainText( 'I agree that the safety team reads this' );
		await expect( panel ).not.toContainText( 'nothing was sent' );
		await expect( panel.getByRole( 'button', { name: 'Take it back' } ) ).toBeVisible();
		await panel.getByRole( 'button', { name: 'Back', exact: true } ).click();
		await newcomer.sees( secret );

		// The wiki keeps scripts there, too, ours among them.
		const kept = await page.evaluate( () => Object.entries( localStorage ).filter( ( [ key ] ) => !key.startsWith( 'MediaWikiModuleStore' ) ) );
		expect( JSON.stringify( kept ) ).not.toMatch( /harassment|They follow me|We are here/ );
		await page.reload();
		await newcomer.sees( secret );
		await panel.getByRole( 'button', { name: 'Back to the ordinary chat' } ).click();
		await newcomer.sees( general );
		await expect( panel ).not.toContainText( 'They follow me' );
		await expect( panel.locator( '.askforhelp-team' ) ).toBeHidden();
		const inGeneral = helper.events( supportRoom ).map( shownBody ).join( '\n' );
		expect( inGeneral ).toContain( general );
		expect( inGeneral ).not.toContain( 'They follow me' );
	} finally {
		safety.stop();
	}
} );

test( 'on talk pages and histories the button is there, and the panel offers the safety team first', async ( { visit, setLaunchPage, newPage } ) => {
	const talk = await newPage( `Talk:${ article.title }` );
	await setLaunchPage( { enabled: true, actions: [ 'edit', 'talk', 'history' ] } );
	const newcomer = await visit();
	const { page, panel, launcher } = newcomer;
	await page.route( /load\.php/, ( route ) => route.continue() );
	await newcomer.read( article.title );
	await page.waitForLoadState();
	await expect( launcher ).toHaveCount( 0 );
	for ( const [ title, query ] of [ [ article.title, { action: 'history' } ], [ talk.title, {} ] ] as const ) {
		await newcomer.read( title, query );
		await newcomer.openPanel();
		const first = panel.locator( '.askforhelp-harassment' );
		const [ entry, field ] = await Promise.all( [ first.boundingBox(), newcomer.question.boundingBox() ] );
		expect( entry!.y ).toBeLessThan( field!.y );
		await first.click();
		await expect( panel.locator( '.askforhelp-team' ) ).toBeVisible();
		await panel.getByRole( 'button', { name: 'Back to the ordinary chat' } ).click();
		await expect( panel.locator( '.askforhelp-team' ) ).toBeHidden();
	}
} );

test( 'who asks the safety team first of all, from a talk page, is heard there and nowhere else', async ( {
	visit, setLaunchPage, newPage, helper, supportRoom, sandbox
} ) => {
	const talk = await newPage( 'Talk:Domestic goat' );
	await setLaunchPage( { enabled: true, actions: [ 'talk' ] } );
	const hala = sandbox.homeserver.accounts.find( ( { teams } ) => teams.includes( 'harassment' ) )!;
	const safety = await startMatrixHelper( { homeserverUrl: sandbox.homeserver.url, user: hala.name, password: hala.password } );
	try {
		const newcomer = await visit();
		const { page, panel } = newcomer;
		await page.route( /load\.php/, ( route ) => route.continue() );
		await newcomer.read( talk.title );
		await newcomer.openPanel();
		await panel.locator( '.askforhelp-harassment' ).click();
		const secret = `They insult me here. ${ newcomer.name }`;
		await newcomer.approve( await newcomer.askAndGetLoginWindow( secret ) );
		await newcomer.sees( secret );
		const card = await safety.waitForCard( sandbox.supportRooms.harassment, secret );
		expect( shownBody( card ) ).not.toContain( 'Domestic goat' );
		await safety.answer( sandbox.supportRooms.harassment, card.getId()!, 'We read it.' );
		await newcomer.sees( 'We read it.' );

		await panel.getByRole( 'button', { name: 'Back to the ordinary chat' } ).click();
		await expect( newcomer.question, 'the ordinary chat knows nothing of it' ).toHaveValue( '' );
		await expect( newcomer.consent ).toBeVisible();
		const general = `And how do I sign? ${ newcomer.name }`;
		await newcomer.ask( general );
		await newcomer.sees( general );
		const other = await helper.waitForCard( supportRoom, general );
		expect( shownBody( other ) ).not.toMatch( /earlier|insult/ );
		expect( helper.events( supportRoom ).map( shownBody ).join( '\n' ) ).not.toMatch( /They insult me|We read it/ );
		await panel.locator( '.askforhelp-harassment' ).click();
		await newcomer.sees( 'We read it.' );
	} finally {
		safety.stop();
	}
} );
