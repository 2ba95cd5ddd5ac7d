import type { Locator, Page } from '@playwright/test';
import { article, expect, launcherIsDone, test } from './support/fixtures.ts';

const cases = [
	{ kind: 'visualeditor', toolbar: '.ve-ui-targetToolbar > .oo-ui-toolbar-bar', save: '.ve-ui-toolbar-saveButton' },
	{ kind: 'wikieditor', toolbar: '.wikiEditor-ui-toolbar', save: '#wpSave' }
] as const;

const widths = Array.from( { length: 27 }, ( _, index ) => 1400 - 40 * index );

/** Makes the window so wide, and waits until the editor and the button have taken notice. */
async function resize( page: Page, width: number ): Promise<void> {
	await page.setViewportSize( { width, height: 800 } );
	await page.waitForFunction( ( wanted ) => window.innerWidth === wanted, width );
	// The event comes before the next frame, and the button moves in a timer after it.
	await page.evaluate( () => new Promise( ( resolve ) => { requestAnimationFrame( () => requestAnimationFrame( resolve ) ); } ) );
	await launcherIsDone( page );
}

/** What is wrong with the button where it stands now. */
function faults( launcher: Locator, toolbar: string, save: string ): Promise<string[]> {
	return launcher.evaluate( ( button, selectors ) => {
		const [ bar, saveButton ] = selectors.map( ( selector ) => document.querySelector( selector ) ) as [ HTMLElement, HTMLElement ];
		const own = button.getBoundingClientRect();
		const other = saveButton.getBoundingClientRect();
		const height = bar.offsetHeight;
		( button as HTMLElement ).style.display = 'none';
		const heightWithout = bar.offsetHeight;
		( button as HTMLElement ).style.display = '';
		const sharesColumn = own.left < other.right && other.left < own.right;
		const sharesLine = own.top < other.bottom && other.top < own.bottom;
		const said = {
			'cannot be seen': !own.width || !own.height,
			'is not within the window': own.left < 0 || own.right > document.documentElement.clientWidth,
			[ `wraps the toolbar (${ heightWithout } to ${ height } px)` ]: height !== heightWithout,
			'covers the button to save': sharesColumn && sharesLine,
			// What does not scroll with the page would come over the other sooner or later.
			'will cover the button to save': sharesColumn && getComputedStyle( button ).position === 'fixed' && !saveButton.closest( '.ve-ui-toolbar' )
		};
		return Object.keys( said ).filter( ( what ) => said[ what as keyof typeof said ] );
	}, [ toolbar, save ] );
}

for ( const { kind, toolbar, save } of cases ) {
	test( `in a window of any width, the button does not wrap the toolbar of the ${ kind }, and covers no button to save`, async ( { visit } ) => {
		const newcomer = await visit( { context: { viewport: { width: 1400, height: 800 } } } );
		const { page, launcher } = newcomer;
		await newcomer.openEditor( kind, article.title );
		await launcher.waitFor();
		const found: string[] = [];
		for ( const width of widths ) {
			await resize( page, width );
			found.push( ...( await faults( launcher, toolbar, save ) ).map( ( what ) => `at ${ width } px it ${ what }` ) );
		}
		expect( found ).toEqual( [] );
	} );
}

test( 'on a small phone, in German, in Minerva the button never comes over the button to save', async ( { visit } ) => {
	const newcomer = await visit( { context: { viewport: { width: 360, height: 740 } } } );
	const { page, launcher } = newcomer;
	await newcomer.setPreferences( { skin: 'minerva' } );
	for ( const kind of [ 'textarea', 'wikieditor' ] as const ) {
		await newcomer.openEditor( kind, article.title, { uselang: 'de' } );
		await launcherIsDone( page );
		expect( await faults( launcher, '#wpTextbox1', '#wpSave' ), kind ).toEqual( [] );
	}
} );
