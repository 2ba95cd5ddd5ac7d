import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { article, expect, screen, test } from './support/fixtures.ts';

async function violations( page: Page, part = '.askforhelp-panel', fewestPasses = 6 ): Promise<unknown[]> {
	const { violations, passes } = await new AxeBuilder( { page } ).include( part ).analyze();
	expect( passes.length, `axe looked at ${ part }` ).toBeGreaterThanOrEqual( fewestPasses );
	return violations.map( ( { id, nodes } ) => [ id, ...nodes.map( ( { html } ) => html ) ] );
}

test( 'axe finds no fault in the panel, before asking, while logging in, and in the conversation', async ( { newcomer, helper, supportRoom } ) => {
	const { page } = newcomer;
	const question = `Is it accessible? ${ newcomer.name }`;
	await newcomer.openPanel();
	expect( await violations( page ) ).toEqual( [] );
	await newcomer.askButton.click();
	expect( await violations( page ), 'with a fault in the form' ).toEqual( [] );
	const loginWindow = await newcomer.askAndGetLoginWindow( question );
	await screen( page, 'login' ).waitFor();
	expect( await violations( page ) ).toEqual( [] );
	await newcomer.approve( loginWindow );
	const card = await helper.waitForCard( supportRoom, question );
	await helper.answer( supportRoom, card.getId()!, 'So says axe.' );
	await newcomer.sees( 'So says axe.' );
	expect( await violations( page ) ).toEqual( [] );
} );

test( 'nor in what the button says when the chat does not load, and on the page to which a login returns', async ( { visit, sandbox, problems } ) => {
	problems.allow( /no panel|net::ERR_FAILED/ );
	const { page, launcher, openEditor, setPreferences } = await visit();
	await page.route( /AskForHelp-panel/, ( route ) => route.abort() );
	for ( const theme of [ 'day', 'night' ] ) {
		await setPreferences( { 'vector-theme': theme } );
		await openEditor( 'textarea', article.title );
		await launcher.click();
		await page.locator( '.askforhelp-failure' ).waitFor();
		expect( await violations( page, '.askforhelp-failure', 2 ), theme ).toEqual( [] );
		for ( const [ state, query ] of [ [ 'refused', '' ], [ 'error', '&error=not-allowed' ], [ 'working', '&loginToken=token&nonce=0000' ] ] ) {
			await page.goto( `${ sandbox.wiki.url }/index.php?title=Special:BlankPage/AskForHelp&withgadget=AskForHelp-callback${ query }` );
			await page.locator( `.askforhelp-callback-${ state }` ).waitFor();
			expect( await violations( page, '.askforhelp-callback', 2 ), `${ state } ${ theme }` ).toEqual( [] );
		}
	}
} );

/** Contrast, as WCAG 2 counts it, of a node's colour against what is behind the node. */
function contrast( node: Locator ): Promise<number> {
	return node.evaluate( ( own ) => {
		const parts = ( color: string ): number[] => color.match( /[\d.]+/g )!.map( Number );
		const luminance = ( color: string ): number => {
			const [ red, green, blue ] = parts( color ).map( ( value ) => value / 255 )
				.map( ( value ) => value <= 0.04045 ? value / 12.92 : ( ( value + 0.055 ) / 1.055 ) ** 2.4 ) as [ number, number, number ];
			return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
		};
		let behind: Element | null = own;
		while ( behind && parts( getComputedStyle( behind ).backgroundColor )[ 3 ] === 0 ) {
			behind = behind.parentElement;
		}
		const [ darker, lighter ] = [ getComputedStyle( own ).color, behind ? getComputedStyle( behind ).backgroundColor : 'rgb(255, 255, 255)' ]
			.map( luminance ).sort( ( one, other ) => one - other ) as [ number, number ];
		return ( lighter + 0.05 ) / ( darker + 0.05 );
	} );
}

test( 'the button in the toolbar of VisualEditor can be seen from right to left, and in the dark', async ( { visit } ) => {
	const newcomer = await visit();
	const { page, launcher } = newcomer;
	for ( const [ theme, query ] of [ [ 'day', { uselang: 'ar' } ], [ 'night', {} ], [ 'night', { uselang: 'ar' } ] ] as const ) {
		await newcomer.setPreferences( { 'vector-theme': theme } );
		await newcomer.openVisualEditor( article.title, query );
		const toolbar = page.locator( '.ve-ui-targetToolbar .oo-ui-toolbar-bar' ).first();
		await expect( toolbar.locator( launcher ) ).toBeInViewport( { ratio: 1 } );
		const [ button, save ] = await Promise.all( [ launcher, page.locator( '.ve-ui-toolbar-saveButton' ) ].map( ( node ) => node.boundingBox() ) );
		expect( button!.x > save!.x, 'on the side of the text\'s end, before the button to save' ).toBe( 'uselang' in query );
		expect( await contrast( launcher ), `${ theme } ${ JSON.stringify( query ) }` ).toBeGreaterThanOrEqual( 4.5 );
		expect( await violations( page, '.askforhelp-launcher', 2 ) ).toEqual( [] );
	}
} );

test( 'it can be used with the keyboard alone, and Escape closes the panel, not the editor', async ( { newcomer } ) => {
	const { page, panel, question } = newcomer;
	await newcomer.typeInEditor( article.sectionText, ' Typed.' );
	await newcomer.launcher.focus();
	await page.keyboard.press( 'Enter' );
	await expect( question ).toBeFocused();
	await page.keyboard.type( 'Typed without a mouse?' );
	await page.keyboard.press( 'Escape' );
	await expect( panel ).toBeHidden();
	await expect( page.locator( '.ve-ce-documentNode' ) ).toContainText( 'Typed.' );
	await expect( newcomer.launcher ).toBeVisible();
	expect( await page.evaluate( () => document.activeElement !== document.body ) ).toBe( true );

	await newcomer.launcher.focus();
	await page.keyboard.press( 'Enter' );
	await expect( question ).toHaveValue( 'Typed without a mouse?' );
	await expect( question ).toBeFocused();
	const opened = page.waitForEvent( 'popup' );
	const isOn = ( name: string ): Promise<boolean> => page.evaluate( ( wanted ) => (
		document.activeElement?.closest( `.askforhelp-${ wanted }` ) !== null
	), name );
	for ( let presses = 0; presses < 12 && !await isOn( 'consent' ); presses++ ) {
		await page.keyboard.press( 'Tab' );
	}
	await page.keyboard.press( 'Space' );
	await expect( newcomer.consent ).toBeChecked();
	for ( let presses = 0; presses < 9 && !await isOn( 'ask' ); presses++ ) {
		await page.keyboard.press( 'Tab' );
	}
	await page.keyboard.press( 'Enter' );
	await newcomer.approve( await opened );
	await newcomer.sees( 'Typed without a mouse?' );
} );

/** What a keystroke takes somebody who types with two fingers, and each new thing to think of, in s (Card, Moran and Newell, 1980). */
const KEY_S = 0.5;
const THINK_S = 1.35;

test( 'from the button to the question that was sent it takes under a minute with the keyboard alone', async ( { newcomer } ) => {
	const { page } = newcomer;
	await newcomer.openVisualEditor( article.title );
	await newcomer.launcher.focus();
	const text = `How do I cite a book? ${ newcomer.name }`;
	let keys = 0;
	let things = 0;
	/** Goes on by Tab until that has the focus. */
	async function go( window: Page, selector: string, key: string ): Promise<void> {
		things++;
		while ( !await window.evaluate( ( wanted ) => document.activeElement?.closest( wanted ) !== null, selector ) ) {
			await window.keyboard.press( 'Tab' );
			expect( keys++, `Tab comes to ${ selector }` ).toBeLessThan( 60 );
		}
		await window.keyboard.press( key );
		keys++;
	}
	await go( page, '.askforhelp-launcher', 'Enter' );
	await expect( newcomer.question ).toBeFocused();
	await page.keyboard.type( text );
	keys += text.length;
	things++;
	const opened = page.waitForEvent( 'popup' );
	await go( page, '.askforhelp-consent', 'Space' );
	await go( page, '.askforhelp-ask', 'Enter' );
	const popup = await opened;
	const closed = popup.waitForEvent( 'close' );
	await popup.locator( '#mw-mwoauth-accept button' ).waitFor();
	await go( popup, '#mw-mwoauth-accept', 'Enter' );
	await closed;
	await newcomer.sees( text );
	expect( keys * KEY_S + things * THINK_S ).toBeLessThan( 60 );
} );

test( 'on a screen of 400 px the panel is a sheet, and all of it can be used', async ( { visit, helper, supportRoom } ) => {
	const newcomer = await visit( { context: { viewport: { width: 400, height: 800 } } } );
	const { panel } = newcomer;
	await newcomer.openVisualEditor( article.title );
	await newcomer.openPanel();
	const box = await panel.boundingBox();
	expect( box ).toMatchObject( { x: 0, width: 400 } );
	expect( Math.round( box!.y + box!.height ), 'it ends with the screen' ).toBe( 800 );
	expect( box!.y, 'the top of the editor stays free' ).toBeGreaterThanOrEqual( 72 );
	const question = `On a small screen? ${ newcomer.name }`;
	await newcomer.approve( await newcomer.askAndGetLoginWindow( question ) );
	await newcomer.sees( question );
	const card = await helper.waitForCard( supportRoom, question );
	await helper.answer( supportRoom, card.getId()!, 'Small, and it works. '.repeat( 60 ) );
	const answer = await newcomer.sees( 'Small, and it works.' );
	await expect( answer ).toBeInViewport();
	await newcomer.write( 'Good.' );
	await newcomer.sees( 'Good.' );
	await expect( newcomer.composer ).toBeInViewport( { ratio: 1 } );
	expect( await panel.evaluate( ( node ) => node.scrollWidth <= node.clientWidth ), 'nothing sticks out' ).toBe( true );
	await panel.getByRole( 'button', { name: 'Close', exact: true } ).click();
	await expect( panel ).toBeHidden();
} );
