import { shownBody } from '../../src/sandbox/actors/matrix-helper.ts';
import { askAndLogIn, expect, screen, test } from './support/fixtures.ts';

/** What the browser itself logs while nobody listens at the homeserver's port. */
const noConnection = /Failed to load resource: net::ERR_|ERR_CONNECTION_REFUSED|status of 502|blocked by CORS/;

test( 'what is written while the homeserver is down is kept, and arrives once, in order, when it is back', async ( {
	newcomer, helper, supportRoom, control, problems
} ) => {
	problems.allow( noConnection );
	const question = `Before the outage? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );

	await control( 'killHomeserver' );
	try {
		await expect( newcomer.panel ).toContainText( 'No connection. What you write is kept and sent when it is back.' );
		await newcomer.write( 'during the outage, first' );
		await newcomer.write( 'during the outage, second' );
		await expect( newcomer.messages.filter( { hasText: 'during the outage, second' } ) ).toContainText( /Sending|Not sent/ );
	} finally {
		await control( 'restartHomeserver' );
	}
	for ( const text of [ 'during the outage, first', 'during the outage, second' ] ) {
		await expect( newcomer.messages.filter( { hasText: text } ) ).toContainText( '· Sent', { timeout: 60_000 } );
	}
	await expect( newcomer.panel ).not.toContainText( 'No connection' );
	await newcomer.write( 'after the outage' );
	await helper.waitFor( supportRoom, 'what was written after the outage', ( event ) => shownBody( event ).includes( 'after the outage' ), 90_000 );
	const arrived = helper.events( supportRoom ).filter( ( event ) => event.getWireContent()[ 'm.relates_to' ]?.event_id === card.getId() )
		.map( shownBody ).flatMap( ( body ) => /(during the outage, \w+|after the outage)/.exec( body )?.[ 0 ] ?? [] );
	expect( arrived ).toEqual( [ 'during the outage, first', 'during the outage, second', 'after the outage' ] );

	await helper.answer( supportRoom, card.getId()!, 'All of it is here.' );
	await newcomer.sees( 'All of it is here.' );
	await expect( newcomer.messages.locator( '.askforhelp-bubble' ) ).toHaveText( [
		question, 'during the outage, first', 'during the outage, second', 'after the outage', 'All of it is here.'
	] );
} );

test( 'a question asked while the homeserver is down says so, survives a reload, and arrives once when it is back', async ( {
	newcomer, helper, supportRoom, control, problems
} ) => {
	problems.allow( noConnection );
	const { page } = newcomer;
	const first = `A first one? ${ newcomer.name }`;
	await askAndLogIn( newcomer, first );
	await helper.waitForCard( supportRoom, first );
	await control( 'killHomeserver' );
	try {
		await newcomer.write( `Asked into the dark? ${ newcomer.name }` );
		page.on( 'dialog', ( dialog ) => void dialog.accept() );
		await page.reload();
		await newcomer.sees( 'Asked into the dark?' );
	} finally {
		await control( 'restartHomeserver' );
	}
	const isIt = ( text: string ): boolean => text.includes( `Asked into the dark? ${ newcomer.name }` );
	await helper.waitFor( supportRoom, 'the question', ( event ) => isIt( shownBody( event ) ), 90_000 );
	await expect( newcomer.messages.filter( { hasText: 'Asked into the dark?' } ) ).toContainText( '· Sent' );
	await newcomer.write( 'The end.' );
	await helper.waitFor( supportRoom, 'the end', ( event ) => shownBody( event ).includes( 'The end.' ) );
	expect( helper.events( supportRoom ).map( shownBody ).filter( isIt ) ).toHaveLength( 1 );
} );

test( 'when the homeserver is down at the login, the question is kept and can be asked when it is back', async ( { newcomer, control, problems } ) => {
	problems.allow( noConnection );
	const { page } = newcomer;
	await newcomer.openPanel();
	await control( 'killHomeserver' );
	let loginWindow;
	try {
		loginWindow = await newcomer.askAndGetLoginWindow( 'Is anybody there?' );
		await loginWindow.close();
	} finally {
		await control( 'restartHomeserver' );
	}
	const opened = page.waitForEvent( 'popup' );
	await screen( page, 'login' ).getByRole( 'button', { name: 'Open the window again' } ).click();
	await newcomer.approve( await opened );
	await newcomer.sees( 'Is anybody there?' );
} );

test( 'a question asked while the relay is down is there when it is back', async ( { newcomer, helper, supportRoom, control } ) => {
	const question = `Asked while nobody listened? ${ newcomer.name }`;
	await control( 'killRelay' );
	try {
		await askAndLogIn( newcomer, question );
		await expect( newcomer.messages.first() ).toContainText( 'Sent' );
	} finally {
		await control( 'restartRelay' );
	}
	const card = await helper.waitForCard( supportRoom, question, 60_000 );
	await helper.answer( supportRoom, card.getId()!, 'Now I do.' );
	await newcomer.sees( 'Now I do.' );
} );
