import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { Newcomer } from '../../src/sandbox/actors/newcomer.ts';
import type { Look, Stories, StoriesModule } from '../../src/sandbox/actors/stories.ts';
import { contextOf, looks, openStories } from '../../src/sandbox/actors/stories.ts';
import { expect, test } from './support/fixtures.ts';
import { CONTROLS, panelFaults } from './support/panel-faults.ts';

const axeSource = readFileSync( createRequire( createRequire( import.meta.url ).resolve( '@axe-core/playwright' ) ).resolve( 'axe-core' ), 'utf8' );
const light = looks[ 0 ]!;
const phone = looks.find( ( { isPhone } ) => isPhone )!;

type AxeResult = {
	readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
	readonly passes: readonly unknown[];
};
type StoriesPage = {
	readonly askForHelpStories: StoriesModule;
	readonly axe: { run( context: object, options: object ): Promise<AxeResult> };
};

/** What axe finds in every state, one after the other in the same page; and how many of its rules had something to look at. */
function axeFaults( page: Page, names: readonly string[] ): Promise<{ found: string[]; fewestPasses: number }> {
	return page.evaluate( async ( all ) => {
		const { askForHelpStories, axe } = globalThis as unknown as StoriesPage;
		const found: ( readonly [ string, string ] )[] = [];
		let fewestPasses = Infinity;
		for ( const name of all ) {
			await askForHelpStories.show( name );
			const { violations, passes } = await axe.run( { include: [ '.askforhelp-panel' ] }, {
				runOnly: [ 'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice' ], resultTypes: [ 'violations' ],
				// It would fetch all styles again, for rules that are not among these.
				preload: false
			} );
			fewestPasses = Math.min( fewestPasses, passes.length );
			found.push( ...violations.flatMap( ( { id, nodes } ) => nodes.map( ( { html } ) => [ name, `${ id }: ${ html.slice( 0, 150 ) }` ] as const ) ) );
		}
		return { found, fewestPasses };
	}, names ).then( ( { found, fewestPasses } ) => ( { found: grouped( found ), fewestPasses } ) );
}

/** Each fault once, with the states that have it. */
function grouped( found: readonly ( readonly [ state: string, fault: string ] )[] ): string[] {
	return [ ...Map.groupBy( found, ( [ , fault ] ) => fault ) ].map( ( [ fault, where ] ) => `${ fault } (in ${ where.length }: ${ where[ 0 ]![ 0 ] } …)` );
}

/** Of a panel that is closed there is nothing to look at. */
const drawn = ( { names }: Stories ): string[] => names.filter( ( name ) => name !== 'closed' );

async function faultsOfAll( newcomer: Newcomer, stories: Stories, leastTarget: number ): Promise<string[]> {
	const found: ( readonly [ string, string ] )[] = [];
	for ( const name of drawn( stories ) ) {
		await stories.show( name );
		found.push( ...( await panelFaults( newcomer.page, leastTarget ) ).map( ( fault ) => [ name, fault ] as const ) );
	}
	return grouped( found );
}

for ( const look of looks ) {
	test( `in every state, ${ look.name }, axe finds no fault, and every control can be seen, reached and hit`, async ( { visit } ) => {
		const newcomer = await visit( { context: contextOf( look ) } );
		const stories = await openStories( newcomer, look );
		expect( stories.names.length ).toBeGreaterThan( 30 );
		await newcomer.page.evaluate( axeSource );
		const { found, fewestPasses } = await axeFaults( newcomer.page, drawn( stories ) );
		expect( found ).toEqual( [] );
		expect( fewestPasses, 'axe looked at each' ).toBeGreaterThan( 5 );
		expect( await faultsOfAll( newcomer, stories, look.isPhone ? 44 : 24 ) ).toEqual( [] );
	} );
}

const narrow: readonly ( readonly [ what: string, look: Look, scale: number ] )[] = [
	[ 'on a phone of 320 px', { ...phone, size: { width: 320, height: 568 } }, 1 ],
	...( [ 'ar', 'de', 'he', 'hu' ] as const ).map( ( language ) => (
		[ `on a phone of 320 px in "${ language }"`, { ...phone, size: { width: 320, height: 568 }, language }, 1 ] as const
	) ),
	// A browser that enlarges a page of 1280 × 800 px says that it is half as wide and high.
	[ 'with 200 % zoom', { ...light, size: { width: 640, height: 400 } }, 2 ]
];

for ( const [ what, look, deviceScaleFactor ] of narrow ) {
	test( `in every state, ${ what }, nothing sticks out or is cut off`, async ( { visit } ) => {
		const newcomer = await visit( { context: { ...contextOf( look ), deviceScaleFactor } } );
		expect( await faultsOfAll( newcomer, await openStories( newcomer, look ), look.isPhone ? 44 : 24 ) ).toEqual( [] );
	} );
}

/** Marks the controls of the panel that no state before had; names them by their looks. */
function markNewControls( page: Page, known: readonly string[] ): Promise<string[]> {
	return page.evaluate( ( [ selector, before ] ) => {
		const kinds: string[] = [];
		for ( const control of document.querySelectorAll<HTMLElement>( `.askforhelp-panel :is( ${ selector } )` ) ) {
			const kind = [ control.closest( '[class*=askforhelp-]' )?.className, control.parentElement?.className, control.className ].join( ' > ' )
				.replace( /oo-ui-\w+-(\w+-)?\d+/g, '' );
			delete control.dataset.kind;
			if ( control.checkVisibility() && control.getAttribute( 'aria-disabled' ) !== 'true' && !before.includes( kind ) && !kinds.includes( kind ) ) {
				control.dataset.kind = String( kinds.length );
				kinds.push( kind );
			}
		}
		return kinds;
	}, [ CONTROLS, known ] as const );
}

/** How many different colours a part of the page has, and a sum that differs with any of them. */
async function colours( page: Page, control: ReturnType<Page[ 'locator' ]> ): Promise<{ count: number; print: string }> {
	const box = ( await control.boundingBox() )!;
	const clip = { x: box.x - 6, y: box.y - 6, width: box.width + 12, height: box.height + 12 };
	const image = ( await page.screenshot( { clip, animations: 'disabled', caret: 'hide' } ) ).toString( 'base64' );
	const count = await page.evaluate( async ( data ) => {
		const bitmap = await createImageBitmap( new Blob( [ Uint8Array.from( atob( data ), ( sign ) => sign.charCodeAt( 0 ) ) ] ) );
		const canvas = new OffscreenCanvas( bitmap.width, bitmap.height ).getContext( '2d' )!;
		canvas.drawImage( bitmap, 0, 0 );
		// Without the edge, where a neighbour may be.
		return new Set( new Uint32Array( canvas.getImageData( 5, 5, bitmap.width - 10, bitmap.height - 10 ).data.buffer ) ).size;
	}, image );
	return { count, print: image };
}

test( 'in forced colours each control can be seen, and which one has the focus', async ( { visit } ) => {
	const newcomer = await visit( { context: { ...contextOf( light ), forcedColors: 'active' } } );
	const { page } = newcomer;
	const stories = await openStories( newcomer, light );
	const known: string[] = [];
	const found: string[] = [];
	// The names go when the field loses the focus.
	for ( const name of drawn( stories ).filter( ( one ) => one !== 'conversation-names' ) ) {
		await stories.show( name );
		const kinds = await markNewControls( page, known );
		known.push( ...kinds );
		for ( const [ index, kind ] of kinds.entries() ) {
			const control = page.locator( `.askforhelp-panel [data-kind="${ index }"]` );
			await control.scrollIntoViewIfNeeded();
			await page.evaluate( () => ( document.activeElement as HTMLElement | null )?.blur() );
			const before = await colours( page, control );
			if ( before.count < 2 ) {
				found.push( `${ name }: cannot be seen: ${ kind }` );
			}
			await control.focus();
			if ( !kind.includes( 'optionWidget' ) && ( await colours( page, control ) ).print === before.print ) {
				found.push( `${ name }: looks the same with the focus: ${ kind }` );
			}
		}
	}
	expect( known.length ).toBeGreaterThan( 10 );
	expect( found ).toEqual( [] );
} );

test( 'whoever has scrolled up comes back to the newest messages with one click, also when none is new', async ( { visit } ) => {
	const newcomer = await visit( { context: contextOf( light ) } );
	const { page, panel, messages } = newcomer;
	const stories = await openStories( newcomer, light );
	await stories.showLong( 60 );
	const scroller = panel.locator( '.askforhelp-scroller' );
	const left = (): Promise<number> => (
		scroller.evaluate( ( { scrollHeight, scrollTop, clientHeight } ) => scrollHeight - scrollTop - clientHeight )
	);
	const newest = panel.getByRole( 'button', { name: 'Newest messages' } );
	await expect( newest ).toBeHidden();
	await scroller.hover();
	await page.mouse.wheel( 0, -1500 );
	await expect( newest ).toBeVisible();
	await newest.click();
	await expect( newest ).toBeHidden();
	await expect.poll( left ).toBeLessThan( 3 );
	await expect( messages.last() ).toContainText( '(59)' );
	expect( await panel.evaluate( ( node ) => node.contains( document.activeElement ) ), 'the focus stays in the panel' ).toBe( true );
} );

test( 'with reduced motion nothing moves', async ( { visit } ) => {
	const newcomer = await visit( { context: contextOf( light ) } );
	const stories = await openStories( newcomer, light );
	const found: ( readonly [ string, string ] )[] = [];
	for ( const name of drawn( stories ) ) {
		await stories.show( name );
		found.push( ...await newcomer.page.locator( '.askforhelp-panel' ).evaluate( ( panel, story ) => (
			[ panel, ...panel.querySelectorAll( '*' ) ].filter( ( node ) => {
				const { transitionDuration, animationName } = getComputedStyle( node );
				return node.checkVisibility() && ( !/^(0s(, )?)+$/.test( transitionDuration ) || animationName !== 'none' );
			} ).map( ( node ) => [ story, node.className ] as const )
		), name ) );
	}
	expect( grouped( found ) ).toEqual( [] );
	await newcomer.page.emulateMedia( { reducedMotion: 'no-preference' } );
	await expect( newcomer.page.locator( '.askforhelp-panel' ), 'without it, the panel fades in' ).toHaveCSS( 'animation-name', 'askforhelp-fade' );
} );
