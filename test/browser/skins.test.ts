import type { Page } from '@playwright/test';
import { article, askAndLogIn, expect, overlap, test } from './support/fixtures.ts';

const phone = { width: 390, height: 800 };
const wide = { width: 1280, height: 800 };

const cases = [
	{ skin: 'vector-2022', viewport: wide },
	{ skin: 'vector', viewport: wide },
	{ skin: 'timeless', viewport: wide },
	{ skin: 'monobook', viewport: wide },
	{ skin: 'minerva', viewport: phone }
] as const;

/** What a skin's own style would change first. */
function look( page: Page ): Promise<unknown> {
	return page.locator( '.askforhelp-panel' ).evaluate( ( panel ) => {
		const styleOf = ( selector: string, ...names: readonly string[] ): string[] => {
			const style = getComputedStyle( panel.querySelector( selector )! );
			return names.map( ( name ) => style.getPropertyValue( name ) );
		};
		return {
			title: styleOf( '.askforhelp-title', 'font-size', 'font-weight', 'margin', 'padding', 'border-bottom-width' ),
			status: styleOf( '.askforhelp-status', 'font-size', 'line-height' ),
			text: styleOf( '.askforhelp-sentence', 'font-size', 'line-height', 'margin-bottom' ),
			label: styleOf( '.askforhelp-label', 'font-size', 'font-weight' ),
			consent: styleOf( '.askforhelp-consent .oo-ui-labelElement-label', 'font-size' ),
			ask: styleOf( '.askforhelp-ask a', 'font-size', 'font-weight', 'height', 'background-image', 'background-color', 'color' ),
			link: styleOf( '.askforhelp-help-list .askforhelp-link', 'text-decoration-line', 'background-image', 'padding' )
		};
	} );
}

const expectedLook = {
	title: [ '16px', '700', '0px', '0px', '0px' ],
	status: [ '12px', '18px' ],
	text: [ '14px', '22.4px', '8px' ],
	label: [ '14px', '700' ],
	consent: [ '14px' ],
	ask: [ '14px', '700', '32px', 'none', 'rgb(51, 102, 204)', 'rgb(255, 255, 255)' ],
	link: [ 'none', 'none', '0px' ]
};

for ( const { skin, viewport } of cases ) {
	test( `in ${ skin } a newcomer asks and is answered, the panel looks as everywhere, and covers no button to save`, async ( {
		visit, helper, supportRoom
	} ) => {
		const newcomer = await visit( { context: { viewport } } );
		const { page, panel, launcher } = newcomer;
		await newcomer.setPreferences( { skin } );
		await newcomer.openEditor( 'textarea', article.title );
		await expect( launcher ).toHaveCount( 1 );
		await newcomer.openPanel();
		// What the panel has put under the mouse would look as it does under a mouse.
		await page.mouse.move( 0, 0 );
		await expect.poll( () => look( page ) ).toEqual( expectedLook );
		const save = page.locator( '#wpSave' );
		if ( viewport === phone ) {
			expect( await panel.boundingBox() ).toMatchObject( { x: 0, width: phone.width, y: 72 } );
			// What is below the sheet can be brought above it.
			await save.evaluate( ( node ) => window.scrollBy( 0, node.getBoundingClientRect().top - 20 ) );
			expect( Math.round( ( await save.boundingBox() )!.y ) ).toBe( 20 );
		}
		expect( await overlap( panel, save ) ).toBe( false );
		expect( await overlap( launcher, save ) ).toBe( false );
		expect( await launcher.evaluate( ( node ) => getComputedStyle( node ).position ), 'it scrolls with the form' ).not.toBe( 'fixed' );
		const question = `In this skin? ${ newcomer.name }`;
		await newcomer.panel.locator( '.askforhelp-close' ).getByRole( 'button' ).click();
		await askAndLogIn( newcomer, question );
		const card = await helper.waitForCard( supportRoom, question );
		await helper.answer( supportRoom, card.getId()!, 'In every one.' );
		await newcomer.sees( 'In every one.' );
		await newcomer.write( 'Good.' );
		await helper.waitFor( supportRoom, 'the answer', ( event ) => String( event.getContent().body ).includes( 'Good.' ) );

		await newcomer.openEditor( 'wikieditor', article.title, { uselang: 'ar' } );
		await newcomer.sees( 'In every one.' );
		await expect( panel ).toHaveAttribute( 'dir', 'rtl' );
		const { x, width } = ( await panel.boundingBox() )!;
		expect( viewport === phone ? x + width : x ).toBe( viewport === phone ? phone.width : 24 );
		expect( viewport === phone || !await overlap( panel, save ) ).toBe( true );
	} );
}

test( 'the panel stays clear of the toolbar of VisualEditor, of the sticky header, and of another help button', async ( { visit } ) => {
	const newcomer = await visit( { context: { viewport: { width: 1280, height: 620 } } } );
	const { page, panel } = newcomer;
	await newcomer.openVisualEditor( article.title );
	// As GrowthExperiments draws it.
	await page.evaluate( () => {
		const button = document.createElement( 'div' );
		button.className = 'mw-ge-help-panel-cta';
		button.style.cssText = 'position:fixed;right:24px;bottom:24px;width:48px;height:48px;background:#36c';
		document.body.append( button );
	} );
	await newcomer.openPanel();
	const growth = page.locator( '.mw-ge-help-panel-cta' );
	const toolbar = page.locator( '.ve-ui-toolbar .oo-ui-toolbar-bar' ).first();
	await expect.poll( () => overlap( panel, toolbar ) ).toBe( false );
	expect( await overlap( panel, growth ) ).toBe( false );
	await page.evaluate( () => window.scrollTo( 0, 600 ) );
	await expect.poll( () => overlap( panel, toolbar ) ).toBe( false );
	expect( await overlap( panel, growth ) ).toBe( false );
	await page.setViewportSize( { width: 700, height: 700 } );
	await expect.poll( () => overlap( panel, toolbar ) ).toBe( false );

	// A newcomer who moves it is obeyed.
	const header = ( await panel.locator( '.askforhelp-titles' ).boundingBox() )!;
	await page.mouse.move( header.x + 20, header.y + 10 );
	await page.mouse.down();
	await page.mouse.move( header.x - 80, header.y - 60, { steps: 3 } );
	await page.mouse.up();
	const moved = await panel.boundingBox();
	await page.evaluate( () => window.scrollTo( 0, 0 ) );
	await page.evaluate( () => new Promise( ( resolve ) => { requestAnimationFrame( () => requestAnimationFrame( resolve ) ); } ) );
	expect( await panel.boundingBox() ).toEqual( moved );

	await newcomer.read( article.title );
	await page.setViewportSize( { width: 1280, height: 620 } );
	const sticky = page.locator( '.vector-sticky-header' );
	await page.mouse.wheel( 0, 900 );
	await expect( page.locator( '.vector-sticky-header-visible' ) ).toBeVisible();
	await expect.poll( async () => await panel.isVisible() && overlap( panel, sticky ) ).toBe( false );
} );

test( 'who does not drag moves the panel to the other side by its menu, and finds it there again', async ( { visit } ) => {
	const newcomer = await visit();
	const { page, panel } = newcomer;
	await newcomer.openEditor( 'textarea', article.title );
	await newcomer.openPanel();
	const middle = async (): Promise<number> => {
		const { x, width } = ( await panel.boundingBox() )!;
		return x + width / 2;
	};
	const choose = async (): Promise<void> => {
		await panel.locator( '.askforhelp-menu' ).getByRole( 'button' ).click();
		await panel.getByRole( 'option', { name: 'Move to the other side' } ).click();
	};
	expect( await middle() ).toBeGreaterThan( 640 );
	await choose();
	await expect.poll( middle ).toBeLessThan( 640 );
	await newcomer.question.fill( 'Where am I?' );
	await page.reload();
	await expect( newcomer.question ).toHaveValue( 'Where am I?' );
	await expect.poll( middle ).toBeLessThan( 640 );
	await choose();
	await expect.poll( middle ).toBeGreaterThan( 640 );

	await page.setViewportSize( { width: 600, height: 800 } );
	await panel.locator( '.askforhelp-menu' ).getByRole( 'button' ).click();
	await expect( panel.getByRole( 'option', { name: 'Privacy' } ) ).toBeVisible();
	await expect( panel.getByRole( 'option', { name: 'Move to the other side' } ), 'a sheet has no other side' ).toBeHidden();
} );

for ( const { theme, colorScheme } of [ { theme: 'night', colorScheme: 'light' }, { theme: 'os', colorScheme: 'dark' } ] as const ) {
	test( `in the dark (${ theme }) the panel is dark, and its text can be read`, async ( { visit } ) => {
		const newcomer = await visit( { context: { colorScheme } } );
		await newcomer.setPreferences( { 'vector-theme': theme } );
		await newcomer.openVisualEditor( article.title );
		await newcomer.openPanel();
		const { background, text } = await newcomer.panel.evaluate( ( node ) => ( {
			background: getComputedStyle( node ).backgroundColor, text: getComputedStyle( node ).color
		} ) );
		const lightness = ( color: string ): number => Math.max( ...color.match( /\d+/g )!.slice( 0, 3 ).map( Number ) );
		expect( lightness( background ) ).toBeLessThan( 60 );
		expect( lightness( text ) ).toBeGreaterThan( 200 );
	} );
}
