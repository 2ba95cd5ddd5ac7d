import { shownBody } from '../../src/sandbox/actors/matrix-helper.ts';
import { contextOf, looks, openStories } from '../../src/sandbox/actors/stories.ts';
import { englishAmong, LANGUAGES, messagesOf, textsOfPanel } from './support/english-left.ts';
import { article, expect, test } from './support/fixtures.ts';

test( 'a newcomer with an Arabic name and interface asks and is answered from right to left', async ( { visit, helper, supportRoom, sandbox }, testInfo ) => {
	const account = sandbox.wiki.accounts.find( ( { name } ) => /\p{Script=Arabic}/u.test( name ) )!;
	const newcomer = await visit( { account } );
	const { page, panel } = newcomer;
	await newcomer.openVisualEditor( 'الماعز القزم', { uselang: 'ar' } );
	await newcomer.openPanel();
	await expect( panel ).toHaveAttribute( 'dir', 'rtl' );
	const { left } = ( await panel.evaluate( ( node ) => node.getBoundingClientRect().toJSON() as { left: number } ) );
	expect( left, 'the panel is in the lower left corner' ).toBeLessThan( 100 );
	const text = await panel.innerText();
	const titles = await panel.locator( '.askforhelp-help-list' ).innerText();
	expect( text.replace( titles, '' ), 'no English is left but titles of the wiki' ).not.toMatch( /[a-z]{4,}/i );

	const question = 'كيف أضيف مرجعا من كتاب؟';
	await newcomer.approve( await newcomer.askAndGetLoginWindow( question ) );
	await newcomer.sees( question );
	const card = await helper.waitForCard( supportRoom, question );
	expect( shownBody( card ) ).toContain( account.name );
	expect( shownBody( card ) ).toContain( 'الماعز القزم' );
	await helper.answer( supportRoom, card.getId()!, 'أهلا بك! انقر على استشهد ثم يدوي.' );
	const answer = await newcomer.sees( 'أهلا بك!' );
	await expect( answer ).toContainText( 'Nita B.' );
	await page.screenshot( { path: testInfo.outputPath( 'arabic.png' ) } );
} );

test( 'in each language the button and the panel are named in it, and the panel is on its side', async ( { visit } ) => {
	const newcomer = await visit();
	for ( const language of LANGUAGES ) {
		const words = messagesOf( language );
		await newcomer.openEditor( 'textarea', article.title, { uselang: language } );
		await expect( newcomer.launcher, language ).toHaveAccessibleName( words[ 'askforhelp-launcher-label' ]! );
		await expect( newcomer.launcher ).toHaveText( words[ 'askforhelp-launcher-label' ]! );
		await newcomer.openPanel();
		await expect( newcomer.question ).toHaveAccessibleName( words[ 'askforhelp-question-label' ]! );
		await expect( newcomer.panel ).toHaveAttribute( 'dir', [ 'ar', 'he' ].includes( language ) ? 'rtl' : 'ltr' );
		await newcomer.panel.locator( '.askforhelp-close a' ).click();
	}
	// A variant falls back to its language, and a language without messages to English.
	for ( const [ variant, language ] of [ [ 'de-at', 'de' ], [ 'fi', 'en' ] ] as const ) {
		await newcomer.openEditor( 'textarea', article.title, { uselang: variant } );
		await expect( newcomer.launcher, variant ).toHaveAccessibleName( messagesOf( language )[ 'askforhelp-launcher-label' ]! );
	}
} );

test( 'while the panel comes the button is busy; without any messages that is said, nothing is open, and another click tries again', async ( {
	visit, problems
} ) => {
	problems.allow( /net::ERR_FAILED/ );
	const newcomer = await visit();
	const { page, panel, launcher } = newcomer;
	await newcomer.openEditor( 'textarea', article.title, { uselang: 'ar' } );
	let isBroken = true;
	let release = (): void => {};
	const released = new Promise<void>( ( resolve ) => {
		release = resolve;
	} );
	await page.route( /i18n-ar\.json|AskForHelp-english/, async ( route ) => {
		await released;
		await ( isBroken ? route.abort() : route.continue() );
	} );
	await expect( launcher ).not.toHaveAttribute( 'aria-busy' );
	await launcher.click();
	await expect( launcher ).toHaveAttribute( 'aria-busy', 'true' );
	release();
	await expect( page.locator( '.askforhelp-failure' ) ).toContainText( messagesOf( 'ar' )[ 'askforhelp-launcher-failed' ]! );
	await expect( launcher ).not.toHaveAttribute( 'aria-busy' );
	await expect( panel ).toHaveCount( 0 );
	expect( await page.evaluate( () => JSON.parse( sessionStorage.getItem( 'askforhelp-state' )! ) as unknown ) ).toMatchObject( { isClosed: true } );

	isBroken = false;
	await launcher.click();
	await expect( newcomer.question ).toHaveAccessibleName( messagesOf( 'ar' )[ 'askforhelp-question-label' ]! );
	await expect( launcher ).not.toHaveAttribute( 'aria-busy' );
} );

test( 'of a page of messages from which an admin has taken one out, that one is said in English', async ( { visit } ) => {
	const newcomer = await visit();
	const { page, panel } = newcomer;
	await page.route( /i18n-ar\.json/, async ( route ) => {
		const answer = await route.fetch();
		const all = Object.entries( await answer.json() as Record<string, unknown> );
		await route.fulfill( { response: answer, json: Object.fromEntries( all.filter( ( [ key ] ) => key !== 'askforhelp-question-label' ) ) } );
	} );
	await newcomer.openEditor( 'textarea', article.title, { uselang: 'ar' } );
	await newcomer.openPanel();
	await expect( newcomer.question ).toHaveAccessibleName( messagesOf( 'en' )[ 'askforhelp-question-label' ]! );
	await expect( panel ).toContainText( messagesOf( 'ar' )[ 'askforhelp-title' ]! );
} );

test( 'where a language from right to left has no messages, English stands in its place, is marked as such, and goes its own way', async ( { visit } ) => {
	const look = { ...looks[ 0 ]!, language: 'fa' } as const;
	const newcomer = await visit( { context: contextOf( look ) } );
	const { page, panel } = newcomer;
	const stories = await openStories( newcomer, look );
	await stories.show( 'conversation-waiting' );
	await expect( panel ).toHaveAttribute( 'dir', 'rtl' );
	await expect( panel ).toHaveAttribute( 'lang', 'en' );
	await expect( page.locator( '.askforhelp-announcer' ) ).toHaveAttribute( 'lang', 'en' );

	await stories.show( 'question-filled' );
	const sentence = panel.locator( '.askforhelp-sentence' );
	await expect( sentence ).toHaveText( messagesOf( 'en' )[ 'askforhelp-question-about' ]! );
	const [ before, stop ] = await sentence.evaluate( ( { firstChild } ) => {
		const { length } = firstChild!.textContent!;
		return [ 2, 1 ].map( ( back ) => {
			const range = document.createRange();
			range.setStart( firstChild!, length - back );
			range.setEnd( firstChild!, length - back + 1 );
			return range.getBoundingClientRect().left;
		} );
	} );
	expect( stop, 'the full stop is at the right of the last word' ).toBeGreaterThan( before! );
	const title = panel.locator( '.askforhelp-title' );
	const edge = ( box: { x: number; width: number } | null ): number => box!.x + box!.width;
	const words = await title.evaluate( ( node ) => {
		const range = document.createRange();
		range.selectNodeContents( node );
		return range.getBoundingClientRect().toJSON() as { x: number; width: number };
	} );
	expect( edge( words ), 'the title is on the side where one begins' ).toBeCloseTo( edge( await title.boundingBox() ), 0 );
	const margins = (): Promise<string[]> => panel.locator( '.askforhelp-status' ).evaluate( ( status ) => {
		const { marginLeft, marginRight } = getComputedStyle( status, '::before' );
		return [ marginLeft, marginRight ];
	} );
	expect( await margins(), 'the dot is at the left of the words' ).toEqual( [ '0px', '6px' ] );

	const arabic = { ...look, language: 'ar' } as const;
	await ( await openStories( newcomer, arabic ) ).show( 'question-filled' );
	await expect( panel ).toHaveAttribute( 'lang', 'ar' );
	expect( await margins(), 'and at the right of Arabic ones' ).toEqual( [ '6px', '0px' ] );
} );

for ( const language of LANGUAGES.filter( ( one ) => one !== 'en' ) ) {
	test( `in every state, in "${ language }", nothing is said in English`, async ( { visit } ) => {
		const look = { ...looks[ 0 ]!, language };
		const { page, ...newcomer } = await visit( { context: contextOf( look ) } );
		const stories = await openStories( { page, ...newcomer }, look );
		const found: string[] = [];
		const said = new Set<string>();
		for ( const name of stories.names ) {
			await stories.show( name );
			const texts = await textsOfPanel( page );
			texts.forEach( ( text ) => said.add( text ) );
			found.push( ...englishAmong( texts, language ).map( ( text ) => `${ name }: ${ text }` ) );
		}
		expect( found ).toEqual( [] );
		const plain = Object.values( messagesOf( language ) ).filter( ( text ) => typeof text === 'string' && !/[{$]/.test( text ) );
		expect( plain.filter( ( text ) => said.has( text ) ).length, 'its own words were said' ).toBeGreaterThan( 80 );
	} );
}

test( 'days and times are those of the reader\'s language and time zone', async ( { visit } ) => {
	for ( const [ language, timezoneId, days, time ] of [
		[ 'en', 'UTC', [ 'Yesterday', 'Today' ], /^3:48\sPM/ ], [ 'de', 'Europe/Berlin', [ 'Gestern', 'Heute' ], /^16:48/ ],
		[ 'hu', 'Europe/Budapest', [ 'Tegnap', 'Ma' ], /^16:48/ ], [ 'he', 'Asia/Jerusalem', [ 'אתמול', 'היום' ], /^17:48/ ],
		// There it is the next day already.
		[ 'de', 'Pacific/Kiritimati', [ 'Gestern', 'Heute' ], /^0?5:48/ ]
	] as const ) {
		const look = { ...looks[ 0 ]!, language };
		const newcomer = await visit( { context: { ...contextOf( look ), timezoneId } } );
		const stories = await openStories( newcomer, look );
		await stories.show( 'conversation-talking' );
		await expect( newcomer.panel.locator( '.askforhelp-day' ), timezoneId ).toHaveText( days );
		expect( ( await newcomer.messages.last().locator( '.askforhelp-message-heading' ).innerText() ).split( '·' ).at( -1 )!.trim(), timezoneId ).toMatch( time );
	}
} );

test( 'a day that is neither today nor yesterday has its date', async ( { visit } ) => {
	const newcomer = await visit( { context: contextOf( looks[ 0 ]! ) } );
	for ( const [ language, day ] of [ [ 'en', 'November 12' ], [ 'de', '12. November' ], [ 'hu', 'november 12.' ] ] as const ) {
		const look = { ...looks[ 0 ]!, language };
		const stories = await openStories( newcomer, look );
		await stories.show( 'conversation-of-another-day' );
		await expect( newcomer.panel.locator( '.askforhelp-day' ).first() ).toHaveText( day );
	}
} );

test( 'what is left in English would be found', () => {
	expect( englishAmong( [ 'Nita B. is helping you', 'Close', 'Close the door', '3 helpers here', 'Nita B. hilft dir', 'Schließen' ], 'de' ) )
		.toEqual( [ 'Nita B. is helping you', 'Close', '3 helpers here' ] );
} );
