import type { BrowserContext } from '@playwright/test';
import type { Newcomer } from '../../src/sandbox/actors/newcomer.ts';
import { startMatrixHelper } from '../../src/sandbox/actors/matrix-helper.ts';
import { article, expect, screen, test } from './support/fixtures.ts';

/** As browsers do that block what sites keep: to name a storage is an error. */
function forbidStorages( context: BrowserContext ): Promise<unknown> {
	return context.addInitScript( () => {
		for ( const name of [ 'localStorage', 'sessionStorage' ] ) {
			Object.defineProperty( window, name, { get() {
				throw new DOMException( 'Access is denied for this document.', 'SecurityError' );
			} } );
		}
	} );
}

function fillStorages( context: BrowserContext ): Promise<unknown> {
	return context.addInitScript( () => {
		Storage.prototype.setItem = () => {
			throw new DOMException( 'full', 'QuotaExceededError' );
		};
	} );
}

/** As browsers may, too, where they forbid storages. */
function forbidLocks( context: BrowserContext ): Promise<unknown> {
	return context.addInitScript( () => {
		LockManager.prototype.request = () => Promise.reject( new DOMException( 'forbidden', 'SecurityError' ) );
	} );
}

async function openEarlier( { panel, page }: Newcomer ): Promise<void> {
	const opened = page.waitForEvent( 'popup' );
	await panel.getByRole( 'button', { name: 'Open the conversation' } ).click();
	const loginWindow = await opened;
	const closed = loginWindow.waitForEvent( 'close', { timeout: 60_000 } );
	await loginWindow.locator( '#mw-mwoauth-accept button' ).click();
	await closed;
}

const ways: readonly ( readonly [ string, readonly ( ( context: BrowserContext ) => Promise<unknown> )[] ] )[] = [
	[ 'forbids all storages', [ forbidStorages ] ],
	[ 'forbids all storages and locks', [ forbidStorages, forbidLocks ] ],
	[ 'has no room left', [ fillStorages ] ]
];
for ( const [ how, limits ] of ways ) {
	test( `in a browser that ${ how } one can talk, is told what is not kept, and finds it again after a reload`, async ( { newcomer, helper, supportRoom } ) => {
		const { page, panel } = newcomer;
		for ( const limit of limits ) {
			await limit( page.context() );
		}
		await newcomer.openEditor( 'textarea', article.title );
		const question = `Will you remember me? ${ newcomer.name }`;
		await newcomer.openPanel();
		await expect( panel.getByText( 'Your browser keeps nothing of this chat' ) ).toBeVisible();
		await newcomer.approve( await newcomer.askAndGetLoginWindow( question ) );
		await newcomer.sees( question );
		const card = await helper.waitForCard( supportRoom, question );
		await helper.answer( supportRoom, card.getId()!, 'Not on the next page.' );
		await newcomer.sees( 'Not on the next page.' );
		await expect( panel.getByText( 'Your browser keeps nothing of this chat' ) ).toBeVisible();
		await newcomer.write( 'So be it.' );
		await expect( newcomer.messages.filter( { hasText: 'So be it.' } ) ).toContainText( '· Sent' );

		await page.reload();
		await newcomer.openPanel();
		await expect( panel.getByText( 'Have you asked here before?' ) ).toBeVisible();
		await openEarlier( newcomer );
		await newcomer.sees( 'Not on the next page.' );
		await expect( newcomer.messages.locator( '.askforhelp-bubble' ) ).toHaveText( [ question, 'Not on the next page.', 'So be it.' ] );
	} );
}

test( 'whoever comes back to the safety team without a session can log in, when they agree, and finds what was said', async ( { visit, sandbox } ) => {
	const hala = sandbox.homeserver.accounts.find( ( { teams } ) => teams.includes( 'harassment' ) )!;
	const safety = await startMatrixHelper( { homeserverUrl: sandbox.homeserver.url, user: hala.name, password: hala.password } );
	try {
		const newcomer = await visit();
		const { page, panel } = newcomer;
		const toSafetyTeam = async (): Promise<void> => {
			await newcomer.openEditor( 'textarea', article.title );
			await newcomer.openPanel();
			await panel.locator( '.askforhelp-harassment' ).click();
			await screen( page, 'question' ).waitFor();
		};
		await toSafetyTeam();
		const secret = `They follow me. ${ newcomer.name }`;
		await newcomer.approve( await newcomer.askAndGetLoginWindow( secret ) );
		await newcomer.sees( secret );
		const card = await safety.waitForCard( sandbox.supportRooms.harassment, secret );
		await safety.answer( sandbox.supportRooms.harassment, card.getId()!, 'We are here.' );
		await newcomer.sees( 'We are here.' );

		// Another day: the browser session is over.
		await page.evaluate( () => sessionStorage.clear() );
		await toSafetyTeam();
		await expect( panel.getByText( 'Have you written to the safety team before?' ) ).toBeVisible();
		await expect( panel.getByText( 'Your browser keeps nothing' ) ).toBeHidden();
		await panel.getByRole( 'button', { name: 'Open the conversation' } ).click();
		await expect( panel.getByRole( 'alert' ) ).toContainText( 'Please tick the box first.' );
		await expect( newcomer.consent ).toBeFocused();
		await newcomer.consent.check();
		await openEarlier( newcomer );
		await newcomer.sees( 'We are here.' );
		// Beside what the wiki keeps there of its modules.
		expect( await page.evaluate( () => Object.keys( localStorage ).filter( ( key ) => key.startsWith( 'askforhelp' ) ) ) ).toEqual( [] );
	} finally {
		safety.stop();
	}
} );

test( 'whoever never wrote to the safety team is told nothing else after the login, and can write then', async ( { visit } ) => {
	const newcomer = await visit();
	const { panel } = newcomer;
	await newcomer.openEditor( 'textarea', article.title );
	await newcomer.openPanel();
	await panel.locator( '.askforhelp-harassment' ).click();
	await newcomer.consent.check();
	await openEarlier( newcomer );
	await expect( newcomer.question ).toBeVisible();
	await expect( panel.getByText( 'Have you written to the safety team before?' ) ).toBeHidden();
} );
