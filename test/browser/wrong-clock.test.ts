import type { BrowserContext } from '@playwright/test';
import { article, askAndLogIn, expect, test } from './support/fixtures.ts';

const HOUR_MS = 3_600_000;

/** All that scripts of a page can ask what time it is. */
function shiftClock( context: BrowserContext, byMs: number ): Promise<unknown> {
	return context.addInitScript( ( shiftMs ) => {
		const { Date: Real } = window;
		const now = (): number => Real.now() + shiftMs;
		window.Date = new Proxy( Real, {
			construct: ( target, parameters: [], newTarget ) => (
				Reflect.construct( target, parameters.length === 0 ? [ now() ] : parameters, newTarget ) as object
			),
			apply: () => new Real( now() ).toString(),
			get: ( target, name ) => name === 'now' ? now : Reflect.get( target, name ) as unknown
		} );
	}, byMs );
}

for ( const [ how, byMs ] of [ [ 'fast', HOUR_MS ], [ 'slow', -HOUR_MS ] ] as const ) {
	test( `a clock that is an hour ${ how } changes nothing of what is told: who is here, when, and in which order`, async ( {
		visit, admin, setSettingsPage, helper, supportRoom
	} ) => {
		const title = `Project:Here by a ${ how } clock.json`;
		const now = new Date();
		const hour = ( offset: number ): string => `${ String( ( now.getUTCHours() + offset + 24 ) % 24 ).padStart( 2, '0' ) }:00`;
		const tellFor = async ( forMs: number ): Promise<void> => {
			const text = JSON.stringify( {
				version: 1, updated: new Date( Date.now() - 600_000 ).toISOString(),
				validUntil: new Date( Date.now() + forMs ).toISOString(),
				teams: { general: { helpers: 3, answerMinutes: 4 } }
			} );
			const edit = { action: 'edit', title, text, contentmodel: 'json', token: await admin.token( 'csrf' ) };
			const answer = await admin.api( edit ) as { edit?: object };
			expect( answer.edit, JSON.stringify( answer ) ).toBeDefined();
		};
		await setSettingsPage( 'config.json', JSON.stringify( {
			statusPage: title, openingHours: { timeZone: 'UTC', times: [ { from: hour( 2 ), to: hour( 5 ) } ] }, version: Date.now()
		} ) );
		await tellFor( byMs > 0 ? HOUR_MS / 2 : -HOUR_MS / 2 );

		const newcomer = await visit();
		const { page, panel, messages } = newcomer;
		await shiftClock( page.context(), byMs );
		await newcomer.openEditor( 'textarea', article.title );
		expect( Math.abs( await page.evaluate( () => Date.now() ) - Date.now() - byMs ) ).toBeLessThan( HOUR_MS / 2 );
		await newcomer.openPanel();
		if ( byMs > 0 ) {
			// It holds for half an hour yet.
			await expect( panel.locator( '.askforhelp-status' ) ).toHaveText( '3 helpers here · about 4 min' );
		} else {
			// It has been out of date for half an hour.
			await expect( panel.locator( '.askforhelp-hours' ) ).toBeVisible();
			await expect( panel.locator( '.askforhelp-status' ) ).toHaveText( 'Experienced editors answer here' );
		}

		const question = `What time is it? ${ newcomer.name }`;
		await askAndLogIn( newcomer, question );
		const card = await helper.waitForCard( supportRoom, question );
		await helper.answer( supportRoom, card.getId()!, 'About now.' );
		await newcomer.sees( 'About now.' );
		await newcomer.write( 'Thanks, by my clock.' );
		await expect( messages.filter( { hasText: 'Thanks, by my clock.' } ) ).toContainText( '· Sent' );
		await helper.answer( supportRoom, card.getId()!, 'By ours.' );
		await newcomer.sees( 'By ours.' );

		const texts = [ question, 'About now.', 'Thanks, by my clock.', 'By ours.' ];
		const minutes = ( atMs: number ): string => new Intl.DateTimeFormat( 'en', { hour: 'numeric', minute: '2-digit' } ).format( atMs );
		const aroundNow = Array.from( { length: 8 }, ( _, back ) => minutes( Date.now() - back * 60_000 ) );
		for ( const isReloaded of [ false, true ] ) {
			if ( isReloaded ) {
				await page.reload();
				await newcomer.sees( 'By ours.' );
			}
			await expect( messages.locator( '.askforhelp-bubble' ) ).toHaveText( texts );
			for ( const shown of await messages.allInnerTexts() ) {
				expect( aroundNow.some( ( time ) => shown.includes( time ) ), shown ).toBe( true );
			}
			await expect( panel.locator( '.askforhelp-day' ).last() ).toHaveText( 'Today' );
		}
	} );
}

test( 'where the wiki has opening hours but no page of who is here, it is asked for its time; where it has neither, for nothing', async ( {
	visit, setSettingsPage
} ) => {
	const hour = ( offset: number ): string => `${ String( ( new Date().getUTCHours() + offset + 24 ) % 24 ).padStart( 2, '0' ) }:00`;
	const openingHours = { timeZone: 'UTC', times: [ { from: hour( 2 ), to: hour( 5 ) } ] };
	for ( const settings of [ { openingHours }, {} ] ) {
		await setSettingsPage( 'config.json', JSON.stringify( { ...settings, version: Date.now() } ) );
		const newcomer = await visit();
		const { page, panel } = newcomer;
		// By this clock they are there now, of which nothing is said.
		await shiftClock( page.context(), 3 * HOUR_MS );
		const asked: string[] = [];
		page.on( 'request', ( request ) => asked.push( ...new URL( request.url() ).searchParams.get( 'maxage' ) === '60' ? [ request.url() ] : [] ) );
		await newcomer.openEditor( 'textarea', article.title );
		await newcomer.openPanel();
		const hours = panel.locator( '.askforhelp-hours' );
		if ( 'openingHours' in settings ) {
			await expect( hours ).toHaveText( /^Helpers are usually here \d/ );
			expect( asked.map( ( address ) => new URL( address ).searchParams.get( 'title' ) ) ).toEqual( [ 'MediaWiki:Gadget-AskForHelp-config.json' ] );
		} else {
			await page.waitForLoadState( 'networkidle' );
			await expect( hours ).toBeHidden();
			expect( asked ).toEqual( [] );
		}
	}
} );
