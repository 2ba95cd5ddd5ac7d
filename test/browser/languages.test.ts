import { shownBody } from '../../src/sandbox/actors/matrix-helper.ts';
import { expect, test } from './support/fixtures.ts';

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
