import { shownBody } from '../../src/sandbox/actors/matrix-helper.ts';
import { article, expect, recordRequests, test } from './support/fixtures.ts';

test( 'a newcomer asks in VisualEditor and is answered from a Matrix client, several times both ways', async ( {
	newcomer, helper, supportRoom, sandbox
} ) => {
	const { page, panel, messages } = newcomer;
	const question = `How do I add a reference to the height of the goat? ${ newcomer.name } has a book.`;
	const toHomeserver = recordRequests( page.context(), sandbox.homeserver.url );

	await newcomer.typeInEditor( article.sectionText, ' It grew.' );
	await newcomer.openPanel();
	await newcomer.question.fill( question );
	await newcomer.consent.check();
	expect( toHomeserver, 'nothing goes to the homeserver before the newcomer has agreed and asked' ).toEqual( [] );

	const opened = page.waitForEvent( 'popup' );
	await newcomer.askButton.click();
	await newcomer.approve( await opened );
	await expect( await newcomer.sees( question ) ).toContainText( 'Sent' );

	const card = await helper.waitForCard( supportRoom, question );
	for ( const part of [ newcomer.name, article.title, article.section, 'VisualEditor', /\b0 edits/ ] ) {
		expect( shownBody( card ) ).toMatch( part );
	}
	await expect( panel ).toContainText( 'Helpers have your question.' );

	await helper.answer( supportRoom, card.getId()!, 'Click Cite in the toolbar, then Manual.' );
	const answer = await newcomer.sees( 'Click Cite in the toolbar, then Manual.' );
	await expect( answer ).toContainText( 'Nita B.' );
	await expect( answer ).toContainText( 'helper' );
	await expect( panel.locator( '.askforhelp-status' ) ).toContainText( 'Nita B.' );
	await expect( panel.getByText( 'Helpers have your question.' ) ).toBeHidden();

	const said = [ question, 'Click Cite in the toolbar, then Manual.' ];
	for ( const round of [ 1, 2, 3 ] ) {
		await newcomer.write( `newcomer ${ round }a` );
		await newcomer.write( `newcomer ${ round }b` );
		await helper.waitFor( supportRoom, `newcomer ${ round }b`, ( event ) => shownBody( event ).includes( `newcomer ${ round }b` ) );
		await helper.answer( supportRoom, card.getId()!, `helper ${ round }a` );
		await helper.answer( supportRoom, card.getId()!, `helper ${ round }b` );
		await newcomer.sees( `helper ${ round }b` );
		said.push( `newcomer ${ round }a`, `newcomer ${ round }b`, `helper ${ round }a`, `helper ${ round }b` );
	}
	await expect( messages.locator( '.askforhelp-bubble' ) ).toHaveText( said );
	const inThread = helper.events( supportRoom ).filter( ( event ) => (
		event.getWireContent()[ 'm.relates_to' ]?.event_id === card.getId() && event.getWireContent()[ 'm.relates_to' ]?.rel_type === 'm.thread'
	) ).map( shownBody ).map( ( body ) => said.find( ( text ) => body.endsWith( text ) ) ?? body );
	expect( inThread.filter( ( text ) => text !== question ) ).toEqual( said.slice( 1 ) );
} );
