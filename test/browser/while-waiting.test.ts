import { contextOf, looks, openStories } from '../../src/sandbox/actors/stories.ts';
import { expect, test } from './support/fixtures.ts';

test( 'who waits is told when helpers are usually there, unless somebody is there, or it is the safety team that they wait for', async ( { visit } ) => {
	const newcomer = await visit( { context: contextOf( looks[ 0 ]! ) } );
	const stories = await openStories( newcomer, looks[ 0 ]! );
	const hours = newcomer.panel.locator( '.askforhelp-after-list .askforhelp-hours' );
	for ( const [ name, isTold ] of [
		[ 'conversation-waiting', true ], [ 'conversation-waiting-next', false ], [ 'conversation-waiting-nobody-here', true ],
		[ 'conversation-with-the-safety-team', false ], [ 'conversation-waiting', true ], [ 'conversation-talking', false ]
	] as const ) {
		await stories.show( name );
		await expect( hours, name ).toBeVisible( { visible: isTold } );
		if ( isTold ) {
			await expect( hours ).toHaveText( /^Helpers are usually here 4:00\sPM–11:00\sPM your time\.$/ );
		}
	}
} );

test( 'a conversation of which nothing is drawn says that it loads, or that this is all of it', async ( { visit } ) => {
	const newcomer = await visit( { context: contextOf( looks[ 0 ]! ) } );
	const stories = await openStories( newcomer, looks[ 0 ]! );
	const beginning = newcomer.panel.locator( '.askforhelp-beginning' );
	await stories.show( 'conversation-empty' );
	await expect( beginning ).toHaveText( 'Loading …' );
	await expect( beginning.getByRole( 'button' ) ).toBeHidden();
	await stories.happen( { written: 'Hello?' } );
	await expect( newcomer.messages ).toHaveCount( 1 );
	await expect( beginning ).toBeHidden();
	await stories.show( 'conversation-all-deleted' );
	await expect( beginning ).toHaveText( 'Your conversation begins here.' );
	await stories.show( 'conversation-earlier-all' );
	await expect( newcomer.messages.first() ).toBeVisible();
	await expect( beginning, 'of a short one, one sees that' ).toBeHidden();
} );
