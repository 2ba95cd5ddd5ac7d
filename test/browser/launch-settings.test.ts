import type { Page } from '@playwright/test';
import type { Newcomer } from '../../src/sandbox/actors/newcomer.ts';
import { article, askAndLogIn, expect, launcherIsDone, test } from './support/fixtures.ts';

/** Lines of ours in the browser's log. */
function ownLines( page: Page ): string[] {
	const lines: string[] = [];
	page.on( 'console', ( message ) => {
		if ( message.text().includes( 'AskForHelp' ) ) {
			lines.push( message.text() );
		}
	} );
	return lines;
}

/** Browsers keep the list of the wiki's modules for five minutes; here the next page shall know what has changed. */
async function withoutCache( { page }: Newcomer ): Promise<void> {
	await page.route( /load\.php/, ( route ) => route.continue() );
}

test( 'the launch page decides who sees the button', async ( { visit, setLaunchPage, sandbox } ) => {
	const newcomer = await visit();
	const experienced = await visit( { account: sandbox.wiki.accounts.find( ( { role } ) => role === 'experienced editor' )! } );
	await Promise.all( [ newcomer, experienced ].map( withoutCache ) );
	const cases: readonly ( readonly [ settings: Record<string, unknown>, newcomerSees: boolean, experiencedSees: boolean ] )[] = [
		[ { enabled: true, maxEdits: 100 }, true, false ],
		[ { enabled: true, groups: [ 'sysop' ] }, false, false ],
		[ { enabled: true, namespaces: [ 0, 1 ], maxAccountDays: 30, share: 100 }, true, false ],
		[ { enabled: false }, false, false ]
	];
	for ( const [ settings, newcomerSees, experiencedSees ] of cases ) {
		await setLaunchPage( settings );
		for ( const [ person, sees ] of [ [ newcomer, newcomerSees ], [ experienced, experiencedSees ] ] as const ) {
			const lines = ownLines( person.page );
			await person.openEditor( 'textarea', article.title );
			await launcherIsDone( person.page );
			await expect( person.launcher, JSON.stringify( settings ) ).toHaveCount( sees ? 1 : 0 );
			expect( lines ).toEqual( [] );
		}
	}
} );

test( 'the off switch ends a chat that is under way, and keeps it for when it is on again', async ( { newcomer, setLaunchPage } ) => {
	await withoutCache( newcomer );
	const question = `Is it off? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	await setLaunchPage( { enabled: false } );
	await newcomer.openEditor( 'textarea', article.title );
	await launcherIsDone( newcomer.page );
	await expect( newcomer.panel ).toHaveCount( 0 );
	await setLaunchPage( { enabled: true } );
	await newcomer.openEditor( 'textarea', article.title );
	await newcomer.sees( question );
} );

const malformed: readonly ( readonly [ what: string, settings: Record<string, unknown> ] )[] = [
	[ 'a switch that is a word', { enabled: 'yes' } ],
	[ 'no switch', { maxEdits: 5 } ],
	[ 'groups that are no list', { enabled: true, groups: 'all' } ],
	[ 'a number that is text', { enabled: true, maxEdits: '5' } ],
	// As many as the wiki lets anybody save on one page.
	[ 'hundreds of thousands of groups', { enabled: true, groups: Array.from( { length: 390_000 }, () => 1 ) } ]
];

/** Opens the page again, which has an editor, and expects no button, and one line of the gadget's in the log. */
async function expectNoButton( { page, launcher }: Newcomer, what: string ): Promise<void> {
	const lines = ownLines( page );
	await page.reload();
	await launcherIsDone( page );
	await expect( launcher, what ).toHaveCount( 0 );
	expect( lines, what ).toHaveLength( 1 );
	page.removeAllListeners( 'console' );
}

test( 'with a malformed launch page nobody sees a button, and the log has one line', async ( { visit, setLaunchPage } ) => {
	const newcomer = await visit();
	await newcomer.openEditor( 'textarea', article.title );
	await withoutCache( newcomer );
	for ( const [ what, settings ] of malformed ) {
		await setLaunchPage( settings );
		await expectNoButton( newcomer, what );
	}
} );

test( 'with a broken hosts page nobody sees a button; with a hostile one the panel goes nowhere; the log has one line', async ( {
	visit, setSettingsPage
} ) => {
	const newcomer = await visit();
	const { page } = newcomer;
	await newcomer.openEditor( 'textarea', article.title );
	await withoutCache( newcomer );
	for ( const text of [ '/* nothing */', 'throw new Error( "broken" );', 'module.exports = {};', 'module.exports = null;' ] ) {
		await setSettingsPage( 'hosts.js', text );
		await expectNoButton( newcomer, text );
	}

	await setSettingsPage( 'hosts.js', 'module.exports = { homeserverUrl: "http://evil.example", bot: "@bot:evil.example", identityProvider: "wiki" };' );
	const asked: string[] = [];
	page.on( 'request', ( request ) => asked.push( request.url() ) );
	await newcomer.openEditor( 'textarea', article.title );
	const lines = ownLines( page );
	await newcomer.openPanel();
	await expect( newcomer.panel ).toContainText( 'not ready on this wiki' );
	expect( lines ).toHaveLength( 1 );
	expect( lines[ 0 ] ).toContain( 'bad hosts page' );
	expect( asked.filter( ( url ) => url.includes( 'evil' ) ) ).toEqual( [] );
} );

const evil = [
	'<img src=x onerror="document.title=\'hacked\'">', '"><script>document.title = \'hacked\'</script>', 'javascript:document.title=\'hacked\'',
	'data:text/html,<script>opener.document.title=\'hacked\'</script>', '//evil.example/\u202egpj', 'http://evil.example', '\u2067\u202e{{PLURAL:$1|$2}}'
];
const huge = 'x'.repeat( 65_536 );
const keys = [ 'helpersPage', 'privacyPage', 'conductPage', 'helpPage', 'statusPage' ];
const everyPage = ( value: ( index: number ) => unknown ) => Object.fromEntries( keys.map( ( key, index ) => [ key, value( index ) ] ) );
const hostile: readonly ( readonly [ what: string, config: unknown ] )[] = [
	[ 'nothing', {} ],
	[ 'a list', [ { helpPage: 'x' } ] ],
	[ 'wrong types', {
		...everyPage( ( index ) => [ 5, [], {}, true, null ][ index ] ), helpLinks: 'x', helpSearch: [ 4 ], topics: { id: 'x' },
		openingHours: 'always', notFor: 7, harassment: [ 'x' ]
	} ],
	[ 'wrong types inside', {
		helpLinks: [ {}, null, 1 ], helpSearch: { namespaces: [ 'x', -1, 1.5 ], prefix: 4 }, topics: [ null, { id: 1, label: 'x' }, { id: 'x', label: { en: 1 } } ],
		openingHours: { timeZone: 'Nowhere/None', times: [ null ] }, notFor: [ { what: '__proto__', address: 'x' }, null ], harassment: { team: '../general', page: 1 }
	} ],
	[ 'scripts, directions and schemes', {
		...everyPage( ( index ) => evil[ index ] ), helpLinks: evil, helpSearch: { namespaces: [ 0 ], prefix: evil[ 0 ] },
		topics: evil.map( ( text ) => ( { id: text, label: { en: text, '': text } } ) ),
		openingHours: { timeZone: evil[ 0 ], times: [ { from: evil[ 0 ], to: evil[ 1 ] } ] },
		notFor: [ 'threats', 'legal', 'private-data' ].map( ( what, index ) => ( { what, address: evil[ index + 2 ] } ) ),
		harassment: { team: evil[ 0 ], page: evil[ 2 ] }
	} ],
	[ 'far too much', {
		...everyPage( () => huge ), helpLinks: Array.from( { length: 1_000 }, ( _, index ) => `Page ${ index }` ), helpSearch: { prefix: huge },
		topics: Array.from( { length: 10_000 }, ( _, index ) => ( { id: `t${ index }`, label: `Topic ${ index }` } ) ).concat( { id: huge, label: huge } ),
		notFor: Array.from( { length: 3 }, () => ( { what: 'legal', address: huge } ) ), harassment: { team: huge, page: huge }
	} ]
];

test( 'whatever the config page holds, no script runs, links lead to the wiki, and one can ask', async ( { visit, setSettingsPage, problems, sandbox } ) => {
	test.slow();
	// Pages by such names are not there.
	problems.allow( /status of (400|404)/ );
	const newcomer = await visit();
	const { page, panel, question, askButton } = newcomer;
	await newcomer.openEditor( 'textarea', article.title );
	await withoutCache( newcomer );
	for ( const [ what, config ] of hostile ) {
		await setSettingsPage( 'config.json', JSON.stringify( config ) );
		await page.evaluate( () => sessionStorage.clear() );
		await newcomer.openEditor( 'textarea', article.title );
		const title = await page.title();
		await newcomer.openPanel();
		await question.fill( 'How do I add a reference?' );
		await askButton.click();
		await expect( panel.getByText( 'Please tick the box first.' ), what ).toBeVisible();
		const found = await panel.evaluate( ( node ) => ( {
			links: [ ...node.querySelectorAll( 'a[href]' ) ].map( ( link ) => ( link as HTMLAnchorElement ).href ),
			foreign: node.querySelectorAll( 'script, iframe, img, object, embed, [onerror], [onclick], [style*="expression"]' ).length,
			options: node.querySelectorAll( 'option' ).length,
			longest: Math.max( ...[ ...node.querySelectorAll( '*' ) ].map( ( one ) => one.children.length === 0 ? one.textContent.length : 0 ) )
		} ) );
		expect( found.links.filter( ( href ) => !href.startsWith( `${ sandbox.wiki.url }/` ) ), what ).toEqual( [] );
		expect( found, what ).toMatchObject( { foreign: 0 } );
		expect( found.options, what ).toBeLessThan( 50 );
		expect( found.longest, what ).toBeLessThan( 1_000 );
		expect( await page.title(), what ).toBe( title );
	}
} );

test( 'when the settings say so, pages that are read and special pages have the button, and an editor has one only', async ( { visit, setLaunchPage } ) => {
	await setLaunchPage( { enabled: true, actions: [ 'edit', 'view', 'special' ] } );
	const newcomer = await visit();
	await withoutCache( newcomer );
	const { page, launcher } = newcomer;
	for ( const skin of [ 'vector-2022', 'monobook', 'minerva' ] ) {
		await newcomer.setPreferences( { skin } );
		for ( const title of [ article.title, 'Special:RecentChanges' ] ) {
			await newcomer.read( title );
			await expect( launcher, `${ title } in ${ skin }` ).toBeVisible();
			await expect( launcher ).toHaveCount( 1 );
		}
		await newcomer.openEditor( 'textarea', article.title );
		await launcherIsDone( page );
		await expect( launcher ).toHaveCount( 1 );
	}
	await newcomer.setPreferences( { skin: 'vector-2022' } );
	await newcomer.read( 'Special:RecentChanges' );
	await newcomer.openPanel();
	await expect( newcomer.panel.locator( '.askforhelp-page' ) ).toContainText( 'Special:RecentChanges' );

	await setLaunchPage( { enabled: true, actions: [ 'edit' ] } );
	await newcomer.read( article.title );
	await launcherIsDone( page );
	await expect( launcher ).toHaveCount( 0 );
} );
