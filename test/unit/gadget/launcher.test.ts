import { describe, expect, it } from 'vitest';
import type { LauncherPorts } from '../../../src/gadget/launcher/launcher.ts';
import { startLauncher } from '../../../src/gadget/launcher/launcher.ts';
import type { LauncherButton } from '../../../src/gadget/wiki/visual-editor-button.ts';
import { FakeStorage, settle } from './fakes.ts';

function launch( change: Partial<LauncherPorts> = {}, stored: Record<string, string> = {} ) {
	const buttons: LauncherButton[] = [];
	const calls: string[] = [];
	const told: unknown[] = [];
	let logOut = (): void => {};
	const sessionStorage = new FakeStorage();
	Object.entries( stored ).forEach( ( [ key, value ] ) => sessionStorage.setItem( key, value ) );
	startLauncher( {
		settings: { enabled: true },
		person: { userId: 4, isNamed: true, storageOwner: 'wiki:4' },
		label: 'Ask for help',
		entryPoints: [ ( button ) => buttons.push( button ) ],
		sessionStorage,
		onWikiLogout: ( callback ) => {
			logOut = callback;
		},
		tellWindows: ( message ) => told.push( message ),
		whenIdle: ( callback ) => {
			calls.push( 'idle' );
			callback();
		},
		isLoginWindow: false,
		loadPanel: () => {
			calls.push( 'load' );
			return Promise.resolve( { openPanel: ( { takeFocus } ) => calls.push( `open ${ takeFocus }` ) } );
		},
		tellFailure: () => calls.push( 'told' ),
		log: () => calls.push( 'logged' ),
		...change
	} );
	return { buttons, calls, sessionStorage, told, logOut: () => logOut() };
}

const open = { 'askforhelp-owner': 'wiki:4', 'askforhelp-reopen': '1', 'askforhelp-session': 'secret' };

describe( 'the launcher', () => {
	it( 'shows its button and loads nothing before a click', () => {
		const { buttons, calls } = launch();
		expect( buttons ).toMatchObject( [ { label: 'Ask for help' } ] );
		expect( calls ).toEqual( [] );
	} );

	it( 'loads the panel in the click, and gives it the focus', async () => {
		const { buttons, calls } = launch();
		buttons[ 0 ]!.open();
		await settle();
		expect( calls ).toEqual( [ 'load', 'open true' ] );
	} );

	it.each<[ string, Partial<LauncherPorts> ]>( [
		[ 'readers without an account', { person: { userId: 0, isNamed: false, storageOwner: 'wiki:0' } } ],
		[ 'temporary accounts', { person: { userId: 9, isNamed: false, storageOwner: 'wiki:9' } } ],
		[ 'anybody while the wiki has switched it off', { settings: { enabled: false } } ],
		[ 'anybody when the settings page is missing or malformed', { settings: undefined } ],
		[ 'the login window, which inherits the storage of the page behind it', { isLoginWindow: true } ]
	] )( 'does nothing for %s', ( _who, change ) => {
		const { buttons, calls } = launch( change, open );
		expect( buttons ).toEqual( [] );
		expect( calls ).toEqual( [] );
	} );

	it( 'brings the panel back that was open on the last page, when the browser is idle, without taking the focus', async () => {
		const { calls } = launch( {}, open );
		await settle();
		expect( calls ).toEqual( [ 'idle', 'load', 'open false' ] );
	} );

	it( 'tells who clicked when the panel does not load, and the log', async () => {
		const { buttons, calls } = launch( { loadPanel: () => Promise.reject( new Error( 'offline' ) ) } );
		buttons[ 0 ]!.open();
		await settle();
		expect( calls ).toEqual( [ 'logged', 'told' ] );
	} );

	it( 'tells nobody who has not clicked', async () => {
		const { calls } = launch( { loadPanel: () => Promise.reject( new Error( 'offline' ) ) }, open );
		await settle();
		expect( calls ).toEqual( [ 'idle', 'logged' ] );
	} );

	it.each( [ 'wiki:5', 'wiki:0', 'other:4' ] )( 'leaves nothing of somebody else (%s) in the browser session', ( owner ) => {
		const { sessionStorage, calls, told } = launch( {}, { ...open, 'askforhelp-owner': owner, 'askforhelp-state': '{}' } );
		expect( told ).toEqual( [ { type: 'present', owner: 'wiki:4' } ] );
		expect( [ ...sessionStorage.values.keys() ] ).toEqual( [] );
		expect( calls ).toEqual( [] );
	} );

	it( 'tells the other windows who is there in a window that knows nobody, and nothing when nothing has changed', () => {
		expect( launch( { person: { userId: 0, isNamed: false, storageOwner: 'wiki:0' } } ).told ).toEqual( [ { type: 'present', owner: 'wiki:0' } ] );
		expect( launch( {}, open ).told ).toEqual( [] );
	} );

	it( 'ends the chat of this wiki user in all windows when they log out of the wiki', () => {
		const { logOut, sessionStorage, told } = launch( {}, open );
		logOut();
		expect( [ ...sessionStorage.values.keys() ] ).toEqual( [] );
		expect( told ).toEqual( [ { type: 'forget', owner: 'wiki:4' } ] );
	} );
} );
