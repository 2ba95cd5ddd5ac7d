import { describe, expect, it } from 'vitest';
import type { LauncherPorts } from '../../../src/gadget/launcher/launcher.ts';
import { startLauncher } from '../../../src/gadget/launcher/launcher.ts';
import { settle } from './fakes.ts';

function launch( change: Partial<LauncherPorts> = {}, stored: Record<string, string> = {}, isDrawn = true ) {
	const buttons: { readonly actions: readonly string[]; readonly open: () => Promise<void> }[] = [];
	const calls: string[] = [];
	const told: unknown[] = [];
	let logOut = (): void => {};
	const sessionStorage = { ...stored };
	startLauncher( {
		requireLaunchPage: () => ( { enabled: true } ),
		person: { userId: 4, isNamed: true, storageOwner: 'wiki:4' },
		visit: { wgUserId: 4, wgUserEditCount: 3, wgUserRegistration: 1_000, wgUserGroups: [ '*', 'user' ], wgNamespaceNumber: 0 },
		clock: () => 2_000,
		showButton: ( { actions }, onClick ) => buttons.push( { actions, open: onClick } ),
		sessionStorage,
		localStorage: {},
		onWikiLogout: ( callback ) => {
			logOut = callback;
		},
		tellWindows: ( message ) => told.push( message ),
		whenLoaded: ( callback ) => {
			calls.push( 'idle' );
			callback();
		},
		isLoginWindow: false,
		loadPanel: () => {
			calls.push( 'load' );
			return Promise.resolve( {
				openPanel( takeFocus ) {
					calls.push( `open ${ takeFocus }` );
					return isDrawn ? Promise.resolve() : Promise.reject( new Error( 'no messages' ) );
				}
			} );
		},
		tellFailure: ( { helpPage } ) => calls.push( `told: ${ helpPage }` ),
		tellLog: ( message ) => calls.push( `logged: ${ message }` ),
		...change
	} );
	return { buttons, calls, sessionStorage, told, logOut: () => logOut() };
}

const open = { 'askforhelp-owner': 'wiki:4', 'askforhelp-reopen': '1', 'askforhelp-session': 'secret' };

describe( 'the launcher', () => {
	it( 'shows its button and loads nothing before a click', () => {
		const { buttons, calls } = launch();
		expect( buttons ).toMatchObject( [ { actions: [ 'edit' ] } ] );
		expect( calls ).toEqual( [] );
	} );

	it( 'loads the panel in the click, and gives it the focus', async () => {
		const { buttons, calls } = launch();
		void buttons[ 0 ]!.open();
		await settle();
		expect( calls ).toEqual( [ 'load', 'open true' ] );
	} );

	it.each<[ string, Partial<LauncherPorts> ]>( [
		[ 'readers without an account', { person: { userId: 0, isNamed: false, storageOwner: 'wiki:0' } } ],
		[ 'temporary accounts', { person: { userId: 9, isNamed: false, storageOwner: 'wiki:9' } } ],
		[ 'anybody while the wiki has switched it off', { requireLaunchPage: () => ( { enabled: false } ) } ],
		[ 'the login window, which inherits the storage of the page behind it', { isLoginWindow: true } ]
	] )( 'does nothing for %s', ( _who, change ) => {
		const { buttons, calls } = launch( change, open );
		expect( buttons ).toEqual( [] );
		expect( calls ).toEqual( [] );
	} );

	it.each<[ string, unknown ]>( [
		[ 'nothing', undefined ], [ 'null', null ], [ 'a list', [] ], [ 'a text', 'enabled' ], [ 'no off switch', {} ],
		[ 'a wrong type', { enabled: true, maxEdits: 'many' } ],
		[ 'a list that is too long', { enabled: true, groups: Array.from( { length: 1_000_000 }, () => 'user' ) } ]
	] )( 'does nothing, and lets its caller say so, when the launch page holds %s', ( _what, page ) => {
		const calls: unknown[] = [];
		const note = ( ...what: unknown[] ): void => {
			calls.push( what );
		};
		expect( () => launch( { requireLaunchPage: () => page, showButton: note, tellLog: note }, open ) ).toThrow();
		expect( calls ).toEqual( [] );
	} );

	it( 'lets its caller say that there is no launch page, and forgets somebody else all the same', () => {
		const missing = (): never => {
			throw new Error( 'missing' );
		};
		const sessionStorage = { 'askforhelp-session': 'secret', another: 'kept' };
		expect( () => launch( { requireLaunchPage: missing, sessionStorage } ) ).toThrow( 'missing' );
		expect( sessionStorage ).toEqual( { another: 'kept' } );
	} );

	it( 'shows no button to whom the settings do not mean, but brings their open chat back', async () => {
		const { buttons, calls } = launch( { requireLaunchPage: () => ( { enabled: true, maxEdits: 2, actions: [ 'view' ] } ) }, open );
		await settle();
		expect( buttons ).toEqual( [] );
		expect( calls ).toEqual( [ 'idle', 'load', 'open false' ] );
	} );

	it( 'brings the panel back that was open on the last page, when the browser is idle, without taking the focus', async () => {
		const { calls } = launch( {}, open );
		await settle();
		expect( calls ).toEqual( [ 'idle', 'load', 'open false' ] );
	} );

	it( 'lets the panel listen in another tab while the conversation of this person is open in one', async () => {
		expect( launch( { localStorage: { 'askforhelp-owner': 'wiki:5' } } ).calls ).toEqual( [] );
		const { calls } = launch( { localStorage: { 'askforhelp-owner': 'wiki:4' } } );
		await settle();
		expect( calls ).toEqual( [ 'idle', 'load', 'open false' ] );
	} );

	it( 'tells who clicked when the panel does not load, and the log', async () => {
		const { buttons, calls } = launch( {
			loadPanel: () => Promise.reject( new Error( 'offline' ) ),
			requireLaunchPage: () => ( { enabled: true, helpPage: 'Project:Help desk' } )
		} );
		void buttons[ 0 ]!.open();
		await settle();
		expect( calls ).toEqual( [ 'logged: no panel', 'told: Project:Help desk' ] );
	} );

	it( 'tells who clicked when the panel cannot be drawn, and tries again at the next click', async () => {
		const { buttons, calls } = launch( { requireLaunchPage: () => ( { enabled: true, helpPage: 'Project:Help desk' } ) }, {}, false );
		void buttons[ 0 ]!.open();
		await settle();
		void buttons[ 0 ]!.open();
		await settle();
		const once = [ 'load', 'open true', 'logged: no panel', 'told: Project:Help desk' ];
		expect( calls ).toEqual( [ ...once, ...once ] );
	} );

	it.each( [ true, false ] )( 'is done with a click when the panel is there, or is known not to come (%s)', async ( isDrawn ) => {
		const { buttons, calls } = launch( {}, {}, isDrawn );
		await buttons[ 0 ]!.open();
		expect( calls.at( -1 ) ).toBe( isDrawn ? 'open true' : 'told: ' );
	} );

	it( 'tells nobody who has not clicked', async () => {
		const { calls } = launch( { loadPanel: () => Promise.reject( new Error( 'offline' ) ) }, open );
		await settle();
		expect( calls ).toEqual( [ 'idle', 'logged: no panel' ] );
	} );

	it.each( [ 'wiki:5', 'wiki:0', 'other:4' ] )( 'leaves nothing of somebody else (%s) in the browser session', ( owner ) => {
		const { sessionStorage, calls, told } = launch( {}, { ...open, 'askforhelp-owner': owner, 'askforhelp-state': '{}' } );
		expect( told ).toEqual( [ { type: 'present', owner: 'wiki:4' } ] );
		expect( sessionStorage ).toEqual( {} );
		expect( calls ).toEqual( [] );
	} );

	it( 'tells the other windows who is there in a window that knows nobody, and nothing when nothing has changed', () => {
		expect( launch( { person: { userId: 0, isNamed: false, storageOwner: 'wiki:0' } } ).told ).toEqual( [ { type: 'present', owner: 'wiki:0' } ] );
		expect( launch( {}, open ).told ).toEqual( [] );
	} );

	it( 'ends the chat of this wiki user in all windows when they log out of the wiki', () => {
		const { logOut, sessionStorage, told } = launch( {}, open );
		logOut();
		expect( sessionStorage ).toEqual( {} );
		expect( told ).toEqual( [ { type: 'forget', owner: 'wiki:4' } ] );
	} );
} );
