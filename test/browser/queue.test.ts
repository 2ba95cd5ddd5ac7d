import type { Newcomer } from '../../src/sandbox/actors/newcomer.ts';
import { article, askAndLogIn, expect, test } from './support/fixtures.ts';

const waiting = ( { panel }: Newcomer ) => panel.locator( '.askforhelp-after-list .askforhelp-notice' );
const announced = ( { page }: Newcomer ) => page.locator( '.askforhelp-announcer' );

test( 'who waits sees how many are before them, until they are answered', async ( { visit, helper, supportRoom } ) => {
	const people = [ await visit(), await visit() ] as const;
	const cards: string[] = [];
	for ( const newcomer of people ) {
		await newcomer.openVisualEditor( article.title );
		await askAndLogIn( newcomer, `In a queue, ${ newcomer.name }` );
		await expect( waiting( newcomer ) ).toContainText( 'Helpers have your question.' );
		cards.push( ( await helper.waitForCard( supportRoom, `In a queue, ${ newcomer.name }` ) ).getId()! );
		// Of other tests, some may wait as well.
		await expect( waiting( newcomer ) ).toContainText( /You are next\.|ahead of you\./ );
	}
	const [ first, second ] = people;
	const countOf = async ( newcomer: Newcomer ): Promise<number> => {
		const text = await waiting( newcomer ).textContent() ?? '';
		return text.includes( 'You are next.' ) ? 0 : Number( /One person/.test( text ) ? 1 : /(\d+) people/.exec( text )?.[ 1 ] );
	};
	const before = await countOf( first );
	await expect.poll( () => countOf( second ) ).toBe( before + 1 );
	await expect( announced( second ) ).toHaveText( /^Helpers have your question\. .+ ahead of you\.$/ );

	await second.page.reload();
	await second.awaitVisualEditor();
	await expect.poll( () => countOf( second ) ).toBe( before + 1 );
	// What was there before the page is not read aloud.
	await expect( announced( second ) ).toHaveText( '' );

	await helper.answer( supportRoom, cards[ 0 ]!, 'This is for the first one' );
	await first.sees( 'This is for the first one' );
	await expect( waiting( first ) ).toBeHidden();
	await expect.poll( () => countOf( second ), { timeout: 30_000 } ).toBe( before );
	await expect( announced( second ) ).toHaveText( before === 0 ? 'You are next.' : '' );

	await helper.answer( supportRoom, cards[ 1 ]!, 'This is for the second one' );
	await second.sees( 'This is for the second one' );
	await expect( waiting( second ) ).toBeHidden();
	await second.page.reload();
	await second.awaitVisualEditor();
	await second.sees( 'This is for the second one' );
	await expect( waiting( second ) ).toBeHidden();
	await expect( second.panel ).not.toContainText( /You are next|ahead of you/ );
} );
