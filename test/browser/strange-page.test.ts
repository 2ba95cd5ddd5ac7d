import { expect, launcherIsDone, test } from './support/fixtures.ts';

test( 'a user script that takes the toolbars away costs the button its place, not the editor', async ( { visit, newPage } ) => {
	const newcomer = await visit();
	const { page, launcher } = newcomer;
	const { title } = await newPage( `No toolbars ${ newcomer.name }` );
	await page.addInitScript( () => {
		setInterval( () => document.querySelectorAll( '.wikiEditor-ui-toolbar, #wpDiffWidget, .ve-ui-toolbar' ).forEach( ( node ) => node.remove() ), 20 );
	} );
	for ( const kind of [ 'textarea', 'visualeditor' ] as const ) {
		await newcomer.openEditor( kind, title );
		await expect( page.locator( '#wpDiffWidget, .ve-ui-toolbar' ) ).toHaveCount( 0 );
		// It looks again when something gets the focus.
		await page.locator( '#searchInput' ).first().focus();
		await expect( launcher ).toHaveCount( 1 );
		await expect( launcher ).toBeVisible();
		await newcomer.openPanel();
		await newcomer.panel.locator( '.askforhelp-close' ).getByRole( 'button' ).click();
	}
} );

test( 'a page without any place of a skin still opens the panel', async ( { visit, setLaunchPage, newPage } ) => {
	await setLaunchPage( { enabled: true, actions: [ 'edit', 'view' ] } );
	const newcomer = await visit();
	const { title } = await newPage( `No places ${ newcomer.name }` );
	await newcomer.page.addInitScript( () => {
		document.addEventListener( 'DOMContentLoaded', () => document.querySelectorAll( '[id^=p-], #mw-panel, header' ).forEach( ( node ) => node.remove() ) );
	} );
	await newcomer.read( title );
	await expect( newcomer.launcher ).toBeVisible();
	await newcomer.openPanel();
	await expect( newcomer.question ).toBeVisible();
} );

test( 'titles that look like selectors and markup do no harm', async ( { visit, newPage } ) => {
	const newcomer = await visit();
	const { page } = newcomer;
	for ( const title of [ `.askforhelp-launcher:not(*) ${ newcomer.name }`, `"()'\\ * , body ~ ${ newcomer.name } &lt` ].map( ( name ) => name.replace( '&lt', '' ) ) ) {
		await newPage( title );
		await newcomer.openEditor( 'textarea', title );
		await newcomer.openPanel();
		await expect( newcomer.panel.locator( '.askforhelp-page' ) ).toContainText( title.trim() );
		await newcomer.panel.locator( '.askforhelp-close' ).getByRole( 'button' ).click();
		await expect( newcomer.launcher ).toHaveCount( 1 );
		await page.locator( '#wpTextbox1' ).focus();
	}
} );

test( 'two other gadgets with the same accesskey keep theirs: the button has none', async ( { visit, newPage } ) => {
	const newcomer = await visit();
	const { page } = newcomer;
	const { title } = await newPage( `Access keys ${ newcomer.name }` );
	await page.addInitScript( () => {
		document.addEventListener( 'DOMContentLoaded', () => {
			for ( const name of [ 'one', 'two' ] ) {
				const button = document.body.appendChild( document.createElement( 'button' ) );
				button.accessKey = 'h';
				button.textContent = name;
			}
		} );
	} );
	await newcomer.openEditor( 'wikieditor', title );
	await launcherIsDone( page );
	await expect( newcomer.launcher ).toBeVisible();
	expect( await newcomer.launcher.evaluate( ( node ) => ( node as HTMLElement ).accessKey + node.innerHTML.includes( 'accesskey' ) ) ).toBe( 'false' );
	await newcomer.openPanel();
	expect( await newcomer.panel.locator( '[accesskey]' ).count() ).toBe( 0 );
} );

test( 'a click on the button counts, whatever the page does between its beginning and its end', async ( { newcomer } ) => {
	const { page, launcher } = newcomer;
	const { x, y, width, height } = ( await launcher.boundingBox() )!;
	await page.mouse.move( x + width / 2, y + height / 2 );
	await page.mouse.down();
	for ( const event of [ 'focusin', 'resize' ] ) {
		await page.evaluate( ( name ) => { window.dispatchEvent( new Event( name ) ); }, event );
		await launcherIsDone( page );
	}
	await page.mouse.up();
	await expect( newcomer.question ).toBeVisible();
} );

test( 'a browser that is idle only while something is drawn opens the panel out of the wiki\'s module store', async ( { visit, newPage } ) => {
	const newcomer = await visit();
	const { page } = newcomer;
	const { title } = await newPage( `Nothing drawn ${ newcomer.name }` );
	const isStored = (): Promise<boolean> => page.evaluate( () => JSON.stringify( localStorage ).includes( 'ext.gadget.AskForHelp-panel@' ) );
	await newcomer.openEditor( 'textarea', title );
	await newcomer.openPanel();
	await expect.poll( isStored ).toBe( true );
	await newcomer.panel.locator( '.askforhelp-close' ).getByRole( 'button' ).click();
	const loaded: string[] = [];
	page.on( 'request', ( request ) => loaded.push( request.url() ) );
	await newcomer.openEditor( 'textarea', title );
	await newcomer.launcher.waitFor();
	// As Chromium may do it, where other windows of the same site are open.
	await page.evaluate( () => {
		const { requestAnimationFrame: draw } = window;
		const waiting: Array<() => void> = [];
		type Request = Parameters<typeof requestIdleCallback>;
		Object.assign( mw, { requestIdleCallback: ( ...request: Request ) => waiting.push( () => requestIdleCallback( ...request ) ) } );
		window.requestAnimationFrame = ( callback ) => {
			waiting.splice( 0 ).forEach( ( go ) => go() );
			return draw( callback );
		};
	} );
	await newcomer.openPanel();
	expect( loaded.filter( ( url ) => url.includes( 'AskForHelp-panel' ) ), 'it came out of the store' ).toEqual( [] );
} );

test( 'in a browser that is too old for the panel, the button says so, and nothing covers the edit', async ( { visit, problems } ) => {
	problems.allow( /no panel|replaceChildren/ );
	const newcomer = await visit();
	const { page, panel, launcher } = newcomer;
	// As Safari before 14.
	await page.addInitScript( () => Reflect.deleteProperty( Element.prototype, 'replaceChildren' ) );
	await newcomer.openEditor( 'textarea', 'Domestic goat' );
	for ( let tries = 1; tries <= 2; tries++ ) {
		await launcher.click();
		await expect( page.locator( '.askforhelp-failure' ) ).toHaveCount( tries );
		await expect( page.locator( '.askforhelp-failure' ).last().getByRole( 'link' ) ).toBeVisible();
		await expect( panel ).toHaveCount( 0 );
	}
} );
