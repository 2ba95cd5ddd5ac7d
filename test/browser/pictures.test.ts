import { writeFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import type { MatrixEvent } from 'matrix-js-sdk';
import type { MatrixHelper } from '../../src/sandbox/actors/matrix-helper.ts';
import { shownBody, threadRootOf } from '../../src/sandbox/actors/matrix-helper.ts';
import type { Newcomer } from '../../src/sandbox/actors/newcomer.ts';
import { bomb, png, withExif } from '../support/pictures.ts';
import { article, askAndLogIn, expect, recordRequests, test } from './support/fixtures.ts';

type File = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };

const screenshot: File = { name: 'Screenshot.png', mimeType: 'image/png', buffer: png( 1200, 800 ) };

const form = ( { panel }: Newcomer ): Locator => panel.getByRole( 'group', { name: 'Send a picture' } );
const warning = ( newcomer: Newcomer ): Locator => form( newcomer ).locator( '.askforhelp-notice-warning' );
const preview = ( newcomer: Newcomer ): Locator => form( newcomer ).getByRole( 'img' );
const pictureOf = ( { messages }: Newcomer, alternative: string ): Locator => messages.getByRole( 'button', { name: `Enlarge: ${ alternative }` } );

/** Asks, and waits for the card. */
async function begin( newcomer: Newcomer, helper: MatrixHelper, supportRoom: string ): Promise<string> {
	const question = `May I show you? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	return ( await helper.waitForCard( supportRoom, question ) ).getId()!;
}

async function choose( { page, panel }: Newcomer, file: File | string ): Promise<void> {
	const asked = page.waitForEvent( 'filechooser' );
	await panel.getByRole( 'button', { name: 'Send a picture' } ).click();
	await ( await asked ).setFiles( file );
}

/** Drops a file, as far as a script can. @returns whether the browser would open it itself */
function drop( target: Locator, { name, mimeType, buffer }: File ): Promise<boolean> {
	return target.evaluate( ( node, [ fileName, type, data ] ) => {
		const dataTransfer = new DataTransfer();
		dataTransfer.items.add( new File( [ Uint8Array.from( atob( data ), ( sign ) => sign.charCodeAt( 0 ) ) ], fileName, { type } ) );
		return [ 'dragover', 'drop' ].map( ( kind ) => (
			node.dispatchEvent( new DragEvent( kind, { bubbles: true, cancelable: true, dataTransfer } ) )
		) ).includes( true );
	}, [ name, mimeType, buffer.toString( 'base64' ) ] as const );
}

/** Copies words and pictures to the clipboard, by their types. */
async function copy( page: Page, items: Readonly<Record<string, string | Buffer>> ): Promise<void> {
	await page.context().grantPermissions( [ 'clipboard-read', 'clipboard-write' ] );
	await page.evaluate( async ( all ) => {
		await navigator.clipboard.write( [ new ClipboardItem( Object.fromEntries( all.map( ( [ type, data ] ) => (
			[ type, new Blob( [ Uint8Array.from( atob( data ), ( sign ) => sign.charCodeAt( 0 ) ) ], { type } ) ]
		) ) ) ) ] );
	}, Object.entries( items ).map( ( [ type, data ] ) => [ type, Buffer.from( data ).toString( 'base64' ) ] as const ) );
}

/** A photograph, drawn by the browser. */
async function photograph( page: Page ): Promise<Buffer> {
	return Buffer.from( await page.evaluate( () => {
		const canvas = Object.assign( document.createElement( 'canvas' ), { width: 640, height: 480 } );
		const drawing = canvas.getContext( '2d' )!;
		const sky = drawing.createLinearGradient( 0, 0, 0, 480 );
		sky.addColorStop( 0, '#88a3e8' );
		sky.addColorStop( 1, '#099979' );
		drawing.fillStyle = sky;
		drawing.fillRect( 0, 0, 640, 480 );
		return canvas.toDataURL( 'image/jpeg' ).split( ',' )[ 1 ]!;
	} ), 'base64' );
}

const inThread = ( helper: MatrixHelper, room: string, card: string, alternative: string ): Promise<MatrixEvent> => (
	helper.waitFor( room, `the picture "${ alternative }"`, ( event ) => (
		event.getContent().msgtype === 'm.image' && threadRootOf( event ) === card && shownBody( event ).includes( alternative )
	) )
);

/** A file as a helper's client gets it. */
async function download( helper: MatrixHelper, mxc: string ): Promise<Buffer> {
	const answer = await fetch( `${ helper.client.baseUrl }/_matrix/client/v1/media/download/${ mxc.slice( 'mxc://'.length ) }`, {
		headers: { Authorization: `Bearer ${ helper.client.getAccessToken() }` }
	} );
	expect( answer.status ).toBe( 200 );
	return Buffer.from( await answer.arrayBuffer() );
}

/** Sends a file as a picture into a thread, whatever it is. */
async function show(
	helper: MatrixHelper, room: string, card: string, file: Buffer,
	words: { readonly body: string; readonly filename?: string }, size = { w: 1200, h: 800 }
): Promise<string> {
	const answer = await fetch( `${ helper.client.baseUrl }/_matrix/media/v3/upload?filename=goat.png`, {
		method: 'POST', body: new Uint8Array( file ),
		headers: { Authorization: `Bearer ${ helper.client.getAccessToken() }`, 'Content-Type': 'image/png' }
	} );
	const { content_uri: url } = await answer.json() as { content_uri: string };
	const { event_id: id } = await helper.client.sendEvent( room, 'm.room.message' as never, {
		msgtype: 'm.image', url, ...words, info: { mimetype: 'image/png', size: file.length, ...size },
		'm.relates_to': { rel_type: 'm.thread', event_id: card, is_falling_back: true, 'm.in_reply_to': { event_id: card } }
	} as never );
	return id;
}

async function violations( page: Page ): Promise<unknown[]> {
	const { violations: found } = await new AxeBuilder( { page } ).include( '.askforhelp-panel' ).analyze();
	return found.map( ( { id, nodes } ) => [ id, ...nodes.map( ( { html } ) => html ) ] );
}

const widthOf = ( picture: Locator ): Promise<number> => picture.evaluate( ( node ) => ( node as HTMLImageElement ).naturalWidth );

test( 'a chosen picture is shown, described and sent, and helpers get it in the thread, without what a camera wrote into it', async ( {
	newcomer, helper, supportRoom
} ) => {
	const { page, panel, composer } = newcomer;
	const card = await begin( newcomer, helper, supportRoom );
	const file = withExif( await photograph( page ), 'taken at home by Ada' );
	await choose( newcomer, { name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: file } );
	await expect( preview( newcomer ) ).toHaveAttribute( 'src', /^blob:/ );
	await expect.poll( () => widthOf( preview( newcomer ) ) ).toBe( 640 );
	await expect( composer, 'the form takes its place' ).toBeHidden();
	await expect( warning( newcomer ) ).toContainText( /passwords.*free to use/ );
	const alternative = form( newcomer ).getByRole( 'textbox', { name: 'What is on it?' } );
	await expect( alternative ).toBeFocused();
	expect( await violations( page ) ).toEqual( [] );
	await alternative.fill( 'A green meadow' );
	await form( newcomer ).getByRole( 'button', { name: 'Send the picture' } ).click();

	await expect( form( newcomer ) ).toBeHidden();
	await expect( composer ).toBeFocused();
	await expect( pictureOf( newcomer, 'A green meadow' ).locator( 'img' ) ).toHaveAttribute( 'src', /^blob:/ );
	const event = await inThread( helper, supportRoom, card, 'A green meadow' );
	const { url, info, filename } = event.getContent() as { url: string; info: object; filename: string };
	const bytes = await download( helper, url );
	expect( bytes.subarray( 0, 3 ).toString( 'hex' ) ).toBe( 'ffd8ff' );
	expect( file.includes( 'taken at home' ) ).toBe( true );
	expect( bytes.includes( 'taken at home' ) || bytes.includes( 'Exif' ) ).toBe( false );
	expect( info ).toEqual( { mimetype: 'image/jpeg', size: bytes.length, w: 640, h: 480 } );
	expect( filename, 'names of files tell of people, too' ).toBe( 'picture.jpeg' );

	await choose( newcomer, screenshot );
	await expect( preview( newcomer ) ).toBeVisible();
	await expect( warning( newcomer ), 'one has read it' ).toHaveCount( 0 );
	await page.keyboard.press( 'Escape' );
	await expect( form( newcomer ) ).toBeHidden();
	await expect( panel, 'Escape has closed the form alone' ).toBeVisible();
	await expect( composer ).toBeFocused();

	page.on( 'dialog', ( dialog ) => void dialog.accept() );
	await page.reload();
	await expect( pictureOf( newcomer, 'A green meadow' ).locator( 'img' ) ).toHaveAttribute( 'src', /^blob:/ );
	await choose( newcomer, screenshot );
	await expect( preview( newcomer ) ).toBeVisible();
	await expect( warning( newcomer ), 'nor on the next page' ).toHaveCount( 0 );
	await page.keyboard.press( 'Enter' );
	await inThread( helper, supportRoom, card, 'picture.png' );
	const without = pictureOf( newcomer, 'Picture without a description' );
	await without.hover();
	await panel.getByRole( 'button', { name: 'What to do with this message' } ).click();
	await expect( page.getByRole( 'option', { name: 'Delete' } ) ).toBeVisible();
	await expect( page.getByRole( 'option', { name: 'Edit' } ), 'words would take its place' ).toHaveCount( 0 );
	await page.getByRole( 'option', { name: 'Delete' } ).click();
	await page.keyboard.press( 'Enter' );
	await expect( without ).toHaveCount( 0 );
} );

test( 'a screenshot is pasted, and sent with the keyboard alone; words of an office program stay words', async ( { newcomer, helper, supportRoom } ) => {
	const { page, composer } = newcomer;
	const card = await begin( newcomer, helper, supportRoom );
	await copy( page, { 'text/plain': 'two goats', 'text/html': '<b>two goats</b>', 'image/png': screenshot.buffer } );
	await composer.press( 'Control+v' );
	await expect( composer ).toHaveValue( 'two goats' );
	await composer.fill( '' );
	await copy( page, { 'image/png': screenshot.buffer } );
	await composer.press( 'Control+v' );
	await expect( preview( newcomer ) ).toBeVisible();
	await page.keyboard.type( 'The Cite menu' );
	await page.keyboard.press( 'Enter' );
	await expect( composer ).toBeFocused();
	const { url } = ( await inThread( helper, supportRoom, card, 'The Cite menu' ) ).getContent() as { url: string };
	const bytes = await download( helper, url );
	expect( [ bytes.readUInt32BE( 16 ), bytes.readUInt32BE( 20 ) ] ).toEqual( [ 1200, 800 ] );

	const picture = pictureOf( newcomer, 'The Cite menu' );
	await expect( picture.locator( 'img' ) ).toBeVisible();
	const message = page.locator( '.askforhelp-message:focus' );
	for ( let step = 0; step < 12 && await message.count() === 0; step++ ) {
		await page.keyboard.press( 'Shift+Tab' );
	}
	await page.keyboard.press( 'Tab' );
	await expect( picture ).toBeFocused();
	await page.keyboard.press( 'Enter' );
	const enlarged = page.getByRole( 'dialog', { name: 'The Cite menu' } );
	await expect( enlarged ).toBeVisible();
	await page.keyboard.press( 'Escape' );
	await expect( enlarged ).toBeHidden();
	await expect( picture ).toBeFocused();
} );

test( 'a dropped picture leaves the editor alone, and what is typed there meanwhile', async ( { newcomer, helper, supportRoom } ) => {
	const { page, panel } = newcomer;
	const card = await begin( newcomer, helper, supportRoom );
	const held: ( () => void )[] = [];
	await page.context().route( /\/media\/v3\/upload/, async ( route ) => {
		await new Promise<void>( ( resolve ) => {
			held.push( resolve );
		} );
		await route.continue();
	} );
	expect( await drop( panel.locator( '.askforhelp-scroller' ), screenshot ) ).toBe( false );
	await expect( preview( newcomer ) ).toBeVisible();
	await form( newcomer ).getByRole( 'textbox' ).fill( 'Where I am' );
	await form( newcomer ).getByRole( 'button', { name: 'Send the picture' } ).click();
	await expect.poll( () => held.length ).toBe( 1 );
	await expect( form( newcomer ).getByRole( 'progressbar' ) ).toBeVisible();
	await newcomer.typeInEditor( article.start, ' One' );
	held.forEach( ( go ) => go() );
	await inThread( helper, supportRoom, card, 'Where I am' );
	await expect( form( newcomer ) ).toBeHidden();
	await page.keyboard.type( ' two' );
	await expect( page.locator( '.ve-ce-documentNode' ) ).toContainText( ' One two' );
} );

test( 'a file that cannot be sent says why, and nothing of it leaves the browser', async ( { newcomer, helper, supportRoom, sandbox }, testInfo ) => {
	const { page, panel, composer } = newcomer;
	await begin( newcomer, helper, supportRoom );
	const uploads = recordRequests( page.context(), `${ sandbox.homeserver.url }/_matrix/media/` );
	const cancel = form( newcomer ).getByRole( 'button', { name: 'Cancel' } );
	const refused = async ( why: RegExp ): Promise<void> => {
		await expect( form( newcomer ).getByRole( 'alert' ) ).toContainText( why );
		await expect( form( newcomer ).getByRole( 'button', { name: 'Send the picture' } ) ).toBeHidden();
		await expect( cancel, 'the focus stays in the form' ).toBeFocused();
		await page.keyboard.press( 'Escape' );
		await expect( form( newcomer ) ).toBeHidden();
		await expect( composer ).toBeFocused();
	};
	const kind = /not a picture that can be sent.*PNG, JPEG, GIF or WebP/;
	const size = /too large.*10 MB.*40 million pixels/;
	const huge = testInfo.outputPath( 'huge.png' );
	writeFileSync( huge, Buffer.concat( [ screenshot.buffer, Buffer.alloc( 41_000_000 ) ] ) );
	const html = Buffer.from( '<!doctype html><title>I am a picture</title><script>alert( 1 )</script>' );
	await choose( newcomer, { name: 'screenshot.png', mimeType: 'image/png', buffer: html } );
	await refused( kind );
	expect( await violations( page ) ).toEqual( [] );
	await choose( newcomer, { name: 'broken.png', mimeType: 'image/png', buffer: Buffer.concat( [ screenshot.buffer.subarray( 0, 33 ), Buffer.alloc( 500 ) ] ) } );
	await refused( kind );
	await choose( newcomer, { name: 'bomb.png', mimeType: 'image/png', buffer: bomb } );
	await refused( size );
	await choose( newcomer, huge );
	await refused( size );
	await composer.focus();
	expect( await drop( panel.locator( '.askforhelp-scroller' ), { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from( 'Dear goat' ) } ) ).toBe( false );
	await refused( kind );
	expect( await drop( panel.locator( '.askforhelp-header' ), screenshot ), 'beside the messages, nothing is opened either' ).toBe( false );
	await expect( form( newcomer ) ).toHaveCount( 0 );
	expect( uploads ).toEqual( [] );
} );

test( 'without a connection the picture and its description are kept, and sent once when one tries again', async ( { newcomer, helper, supportRoom, problems } ) => {
	problems.allow( /ERR_FAILED/ );
	const card = await begin( newcomer, helper, supportRoom );
	let isGone = true;
	await newcomer.page.context().route( /\/media\/v3\/upload/, ( route ) => isGone ? route.abort() : route.continue() );
	await choose( newcomer, screenshot );
	await form( newcomer ).getByRole( 'textbox' ).fill( 'Second try' );
	await form( newcomer ).getByRole( 'textbox' ).press( 'Enter' );
	await expect( form( newcomer ).getByRole( 'alert' ) ).toContainText( 'no connection' );
	await expect( form( newcomer ).getByRole( 'textbox' ) ).toHaveValue( 'Second try' );
	await expect( form( newcomer ).getByRole( 'textbox' ) ).toBeFocused();
	isGone = false;
	await form( newcomer ).getByRole( 'button', { name: 'Try again' } ).click();
	await inThread( helper, supportRoom, card, 'Second try' );
	await expect( form( newcomer ) ).toBeHidden();
	await expect( pictureOf( newcomer, 'Second try' ) ).toHaveCount( 1 );
} );

test( 'a helper\'s picture is shown with its alternative, enlarged on click, and Escape closes only that', async ( { newcomer, helper, supportRoom } ) => {
	const { page, panel } = newcomer;
	const card = await begin( newcomer, helper, supportRoom );
	const sent = await show( helper, supportRoom, card, screenshot.buffer, { body: 'The Cite button is here', filename: 'goat.png' } );
	const picture = pictureOf( newcomer, 'The Cite button is here' );
	const small = picture.locator( 'img' );
	await expect( small ).toHaveAttribute( 'src', /^blob:/ );
	await expect( small ).toHaveAttribute( 'alt', 'The Cite button is here' );
	await expect.poll( () => widthOf( small ), 'a small one' ).toBe( 640 );
	await expect( page.locator( '.askforhelp-announcer' ) ).toContainText( 'The Cite button is here' );
	expect( await violations( page ) ).toEqual( [] );

	const enlarged = page.getByRole( 'dialog', { name: 'The Cite button is here' } );
	await picture.click();
	await expect( enlarged ).toBeVisible();
	await expect.poll( () => widthOf( enlarged.locator( 'img' ) ) ).toBe( 1200 );
	await expect( enlarged.getByRole( 'button', { name: 'Close the picture' } ) ).toBeFocused();
	expect( await violations( page ) ).toEqual( [] );
	await page.keyboard.press( 'Escape' );
	await expect( enlarged ).toBeHidden();
	await expect( panel ).toBeVisible();
	await expect( picture ).toBeFocused();

	await picture.click();
	await helper.client.sendEvent( supportRoom, 'm.room.message' as never, {
		'm.relates_to': { rel_type: 'm.replace', event_id: sent }, msgtype: 'm.text', body: '* Said again', 'm.new_content': { msgtype: 'm.text', body: 'Said again' }
	} as never );
	await newcomer.sees( 'Said again' );
	await expect( enlarged, 'what one looks at stays, though its message was drawn anew' ).toBeVisible();
	await enlarged.locator( 'img' ).click();
	await expect( enlarged ).toBeHidden();
	expect( await panel.evaluate( ( node ) => node.contains( document.activeElement ) ), 'the focus is in the panel' ).toBe( true );

	await show( helper, supportRoom, card, screenshot.buffer, { body: 'goat.png' } );
	await expect( pictureOf( newcomer, 'Picture without a description' ).locator( 'img' ) ).toBeVisible();
	page.on( 'dialog', ( dialog ) => void dialog.accept() );
	await page.reload();
	await expect( pictureOf( newcomer, 'Picture without a description' ).locator( 'img' ) ).toHaveAttribute( 'src', /^blob:/ );
} );

test( 'what says that it is a picture and is none, and an image bomb, are never decoded, and say what they are', async ( { newcomer, helper, supportRoom, problems } ) => {
	// The homeserver has no small picture of them.
	problems.allow( /\/media\/thumbnail\// );
	const { page } = newcomer;
	const card = await begin( newcomer, helper, supportRoom );
	await show( helper, supportRoom, card, Buffer.from( '<svg xmlns="http://www.w3.org/2000/svg" onload="alert( 1 )"/>' ), { body: 'A map of goats', filename: 'map.png' } );
	await show( helper, supportRoom, card, bomb, { body: 'All goats', filename: 'all.png' }, { w: 60_000, h: 60_000 } );
	const map = await newcomer.sees( 'A map of goats' );
	await expect( map ).toContainText( 'This is not a picture that can be shown.' );
	const all = await newcomer.sees( 'All goats' );
	await expect( all ).toContainText( 'This picture is too large to be shown here.' );
	for ( const message of [ map, all ] ) {
		await expect( message.locator( 'img' ) ).toHaveCount( 0 );
		await expect( message.getByRole( 'button', { name: 'Enlarge' } ) ).toHaveCount( 0 );
	}
	expect( await violations( page ) ).toEqual( [] );
	await newcomer.write( 'I cannot see them.' );
	await newcomer.sees( 'I cannot see them.' );
} );
