import type { Page } from '@playwright/test';
import type { Stories } from '../../src/sandbox/actors/stories.ts';
import { contextOf, looks, openStories } from '../../src/sandbox/actors/stories.ts';
import { expect, test } from './support/fixtures.ts';

const light = looks[ 0 ]!;
const COUNT = 400;
/** A quick hand on a wheel, in px for each frame. */
const STEP_PX = 300;

type Long = { readonly page: Page; readonly stories: Stories };

const long = test.extend<{ long: Long }>( {
	long: async ( { visit }, use ) => {
		const newcomer = await visit( { context: contextOf( light ) } );
		await use( { page: newcomer.page, stories: await openStories( newcomer, light ) } );
	}
} );

const message = ( { page }: Pick<Long, 'page'>, index: number ) => page.locator( '.askforhelp-message' ).filter( { hasText: `(${ index })` } ).last();
const jump = ( { page }: Pick<Long, 'page'> ) => page.locator( '.askforhelp-new-messages' ).getByRole( 'button' );
const focused = ( { page }: Pick<Long, 'page'> ) => page.locator( '.askforhelp-message:focus' );
const composer = ( { page }: Pick<Long, 'page'> ) => page.locator( '.askforhelp-composer textarea:not( [aria-hidden] )' );

/** Numbers of the messages that are drawn. */
function drawn( { page }: Pick<Long, 'page'> ): Promise<number[]> {
	return page.locator( '.askforhelp-words' ).evaluateAll( ( nodes ) => nodes.map( ( node ) => Number( /\((\d+)\)$/.exec( node.textContent )?.[ 1 ] ) ) );
}

const numbers = ( from: number, to: number ): number[] => Array.from( { length: to - from }, ( _, index ) => from + index );

type Read = {
	/** Numbers of all messages that came in sight, each once, as they came. */
	readonly seen: readonly number[];
	/** What was wrong in a frame. */
	readonly faults: readonly string[];
	/** How often the rows that are drawn were others. */
	readonly changes: number;
};

/** Reads on in one direction, frame after frame, until nothing moves any more. */
function readOn( page: Page, step: number ): Promise<Read> {
	return page.evaluate( async ( by ) => {
		const scroller = document.querySelector( '.askforhelp-scroller' )!;
		const seen: number[] = [];
		const faults: string[] = [];
		let changes = 0;
		let drawnBefore = '';
		const numberOf = ( node: Element ): number => Number( /\((\d+)\)$/.exec( node.querySelector( '.askforhelp-words' )!.textContent )![ 1 ] );
		const frame = (): Promise<unknown> => new Promise( ( resolve ) => {
			requestAnimationFrame( () => setTimeout( resolve ) );
		} );
		/** Where each message in sight is, from the top of the list. */
		const look = (): Map<number, number> => {
			const { top, bottom } = scroller.getBoundingClientRect();
			const nodes = [ ...scroller.querySelectorAll( '.askforhelp-message' ) ];
			const all = nodes.map( numberOf );
			if ( all.some( ( number, index ) => index > 0 && number !== all[ index - 1 ]! + 1 ) ) {
				faults.push( `out of order: ${ all.join( ' ' ) }` );
			}
			const drawnNow = `${ all[ 0 ] } ${ all[ all.length - 1 ] }`;
			changes += drawnNow === drawnBefore ? 0 : 1;
			drawnBefore = drawnNow;
			const places = nodes.map( ( node ) => [ numberOf( node ), node.getBoundingClientRect() ] as const )
				.filter( ( [ , box ] ) => box.bottom > top && box.top < bottom )
				.map( ( [ number, box ] ) => [ number, box.top ] as const );
			for ( const [ number ] of by < 0 ? [ ...places ].reverse() : places ) {
				if ( !seen.includes( number ) ) {
					seen.push( number );
				}
			}
			return new Map( places );
		};
		let still = 0;
		let before = look();
		while ( still < 10 ) {
			scroller.scrollTop += by;
			await frame();
			const now = look();
			const moved = [ ...now ].flatMap( ( [ number, place ] ) => before.has( number ) ? [ place - before.get( number )! ] : [] );
			if ( moved.length === 0 ) {
				faults.push( `nothing of ${ [ ...before.keys() ].join( ' ' ) } is in sight any more, but ${ [ ...now.keys() ].join( ' ' ) }` );
			}
			// No further than the hand has moved, and never the other way.
			if ( moved.some( ( px ) => Math.sign( by ) * -px < -2 || Math.abs( px ) > Math.abs( by ) + 2 ) ) {
				faults.push( `moved by ${ moved.join( ' ' ) } at ${ [ ...now.keys() ].join( ' ' ) }` );
			}
			still = moved.every( ( px ) => Math.abs( px ) < 1 ) ? still + 1 : 0;
			before = now;
		}
		return { seen, faults, changes };
	}, step );
}

/** Scrolls to where the first message that is drawn comes in sight, without drawing all before it. */
function scrollFarUp( page: Page ): Promise<number> {
	return page.locator( '.askforhelp-scroller' ).evaluate( async ( scroller ) => {
		const first = () => Number( /\((\d+)\)$/.exec( scroller.querySelector( '.askforhelp-words' )!.textContent )![ 1 ] );
		while ( first() > 120 ) {
			scroller.scrollTop -= 300;
			await new Promise( ( resolve ) => {
				requestAnimationFrame( () => setTimeout( resolve ) );
			} );
		}
		return first();
	} );
}

/** What is in sight: numbers, and where the first of them is. */
function inSight( page: Page ): Promise<readonly ( readonly [ number, number ] )[]> {
	return page.locator( '.askforhelp-scroller' ).evaluate( ( scroller ) => {
		const { top, bottom } = scroller.getBoundingClientRect();
		return [ ...scroller.querySelectorAll( '.askforhelp-words' ) ].map( ( node ) => [ node, node.getBoundingClientRect() ] as const )
			.filter( ( [ , box ] ) => box.top >= top && box.top < bottom )
			.map( ( [ node, box ] ) => [ Number( /\((\d+)\)$/.exec( node.textContent )?.[ 1 ] ), Math.round( box.top ) ] as const );
	} );
}

long( 'read up to the beginning and down again, it lacks nothing, has all in order, and does not jump', async ( { long: { page, stories } } ) => {
	await stories.showLong( COUNT );
	await expect( message( { page }, COUNT - 1 ) ).toBeInViewport();
	const up = await readOn( page, -STEP_PX );
	expect( up.faults ).toEqual( [] );
	expect( up.seen ).toEqual( numbers( 0, COUNT ).reverse() );
	const down = await readOn( page, STEP_PX );
	expect( down.faults ).toEqual( [] );
	expect( down.seen ).toEqual( numbers( 0, COUNT ) );
	expect( Math.min( up.changes, down.changes ), 'rows came and went' ).toBeGreaterThan( 10 );
	await expect( message( { page }, COUNT - 1 ) ).toBeInViewport();
	await expect( jump( { page } ) ).toBeHidden();
} );

for ( const replyTo of [ 0, 150 ] ) {
	long( `a quote leads to message ${ replyTo }, which is not drawn, and the button, End and Home to the newest and the first`, async ( {
		long: { page, stories }
	} ) => {
		await stories.showLong( COUNT, { replyTo } );
		const follow = async (): Promise<void> => {
			expect( await drawn( { page } ) ).not.toContain( replyTo );
			await message( { page }, COUNT - 1 ).locator( '.askforhelp-quote' ).click();
			await expect( focused( { page } ) ).toContainText( `(${ replyTo })` );
			await expect( message( { page }, replyTo ) ).toBeInViewport();
			const all = await drawn( { page } );
			expect( all ).toEqual( numbers( all[ 0 ]!, all.at( -1 )! + 1 ) );
		};
		await follow();
		await jump( { page } ).click();
		await expect( message( { page }, COUNT - 1 ) ).toBeInViewport();
		await expect( composer( { page } ) ).toBeFocused();
		await expect( jump( { page } ) ).toBeHidden();
		expect( await drawn( { page } ) ).toEqual( numbers( COUNT - 60, COUNT ) );

		await follow();
		for ( const [ key, place ] of [ [ 'End', COUNT - 1 ], [ 'Home', 0 ] ] as const ) {
			await page.keyboard.press( key );
			await expect( focused( { page } ) ).toContainText( `(${ place })` );
			await expect( message( { page }, place ) ).toBeInViewport();
		}
	} );
}

long( 'far up, an answer moves nothing and is told of, and what one writes brings one to it', async ( { long: { page, stories } } ) => {
	await stories.showLong( COUNT );
	await scrollFarUp( page );
	const before = await inSight( page );
	expect( before.length ).toBeGreaterThan( 0 );
	await stories.happen( { heard: 'Are you still there? (1000)' } );
	await stories.happen( { heard: 'It works like that. (1001)' } );
	await expect( jump( { page } ) ).toHaveText( '2 new messages' );
	expect( await inSight( page ) ).toEqual( before );
	await jump( { page } ).click();
	await expect( message( { page }, 1001 ) ).toBeInViewport();
	await expect( jump( { page } ) ).toBeHidden();

	await scrollFarUp( page );
	await stories.happen( { written: 'I am here. (1002)' } );
	await expect( message( { page }, 1002 ) ).toBeInViewport();
	await expect( jump( { page } ) ).toBeHidden();
	expect( ( await drawn( { page } ) ).slice( -4 ) ).toEqual( [ COUNT - 1, 1000, 1001, 1002 ] );
} );

long( 'the focus stays on a message, or near it when that is not drawn any more', async ( { long: { page, stories } } ) => {
	await stories.showLong( COUNT );
	await message( { page }, COUNT - 2 ).focus();
	await scrollFarUp( page );
	await expect( focused( { page } ) ).toHaveCount( 1 );
	const all = await drawn( { page } );
	expect( all ).not.toContain( COUNT - 2 );
	await expect( focused( { page } ) ).toContainText( `(${ all.at( -1 ) })` );

	await message( { page }, all[ 30 ]! ).focus();
	await stories.happen( { heard: 'Meanwhile. (1000)' } );
	await page.locator( '.askforhelp-scroller' ).evaluate( ( scroller ) => {
		scroller.scrollTop -= 600;
	} );
	await expect( focused( { page } ) ).toContainText( `(${ all[ 30 ] })` );
} );

long( 'arrows go through all of it one by one, and Page keys, too, come to the beginning and to the end', async ( { long: { page, stories } } ) => {
	const count = 200;
	await stories.showLong( count );
	await message( { page }, count - 1 ).focus();
	/** Presses a key until `isDone`; what had the focus. */
	const press = ( key: string ): Promise<number[]> => page.evaluate( async ( pressed ) => {
		const at = (): number => Number( /\((\d+)\)$/.exec( document.activeElement?.querySelector( '.askforhelp-words' )?.textContent ?? '' )?.[ 1 ] );
		const been = [ at() ];
		for ( let before = NaN; before !== at() && !Number.isNaN( at() ); ) {
			before = at();
			document.activeElement!.dispatchEvent( new KeyboardEvent( 'keydown', { key: pressed, bubbles: true, cancelable: true } ) );
			await new Promise( ( resolve ) => {
				requestAnimationFrame( () => setTimeout( resolve ) );
			} );
			been.push( at() );
		}
		return been.slice( 0, -1 );
	}, key );
	expect( await press( 'ArrowUp' ) ).toEqual( numbers( 0, count ).reverse() );
	await expect( message( { page }, 0 ) ).toBeInViewport();
	expect( await press( 'ArrowDown' ) ).toEqual( numbers( 0, count ) );
	await expect( composer( { page } ) ).toBeFocused();

	await message( { page }, count - 1 ).focus();
	for ( const [ key, end ] of [ [ 'PageUp', 0 ], [ 'PageDown', count - 1 ] ] as const ) {
		await expect( async () => {
			await page.keyboard.press( key );
			await expect( message( { page }, end ) ).toBeInViewport( { timeout: 50 } );
		} ).toPass( { intervals: [ 10 ] } );
	}
	await expect( focused( { page } ) ).toHaveCount( 1 );
} );

for ( const missed of [ 100, 300 ] ) {
	long( `whoever comes back to ${ missed } answers begins at the first of them, and can go to the last`, async ( { long: { page, stories } } ) => {
		const line = page.locator( '.askforhelp-unread-line' );
		const first = COUNT - missed;
		const expectFirst = async (): Promise<void> => {
			await expect( line ).toBeInViewport();
			await expect( page.locator( '.askforhelp-unread-line + .askforhelp-message' ) ).toContainText( `(${ first })` );
			await expect( message( { page }, first ) ).toBeInViewport();
			await expect( jump( { page } ) ).toBeVisible();
		};
		await stories.showLong( COUNT, { firstNew: first } );
		await expectFirst();
		const { seen, faults } = await readOn( page, STEP_PX );
		expect( faults ).toEqual( [] );
		expect( seen.filter( ( number ) => number >= first ) ).toEqual( numbers( first, COUNT ) );

		await stories.showLong( COUNT );
		await expect( message( { page }, COUNT - 1 ) ).toBeInViewport();
		await stories.happen( { firstNew: first } );
		await expectFirst();
		await jump( { page } ).click();
		await expect( message( { page }, COUNT - 1 ) ).toBeInViewport();
		await stories.happen( { heard: 'One more. (1000)' } );
		await expect( message( { page }, 1000 ) ).toBeInViewport();
	} );
}
