import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchOffSwitches } from '../../../src/relay/off-switches.ts';
import { readSwitch } from '../../../src/relay/wiki/wiki-switch.ts';
import { StoreError } from '../../../src/relay/store/database.ts';
import { openScratchStore, silentLog } from '../../support/relay-store.ts';
import { comes } from '../../support/waiting.ts';

describe( 'a wiki\'s own switch', () => {
	let scratch: ReturnType<typeof openScratchStore>;
	let says: () => boolean | undefined;
	let looks: number;
	let lookAgain: () => void;
	let stop: () => void;
	let failing: Error | undefined;
	let broken: unknown[];

	beforeEach( () => {
		scratch = openScratchStore();
		looks = 0;
		failing = undefined;
		broken = [];
		says = () => undefined;
		stop = watchOffSwitches( {
			store: {
				close: () => scratch.store.close(),
				transaction: ( work ) => failing ? Promise.reject( failing ) : scratch.store.transaction( work )
			},
			wikis: [ 'enwiki' ], everyMs: 60_000, log: silentLog, onBroken: ( error ) => void broken.push( error ),
			wikiSwitch: { isOn: () => Promise.resolve().then( () => says() ) },
			sleep: () => {
				looks += 1;
				return new Promise( ( resolve ) => {
					lookAgain = resolve;
				} );
			}
		} );
	} );
	afterEach( async () => {
		stop();
		lookAgain();
		await scratch.dispose();
	} );

	/** Looks with each answer in turn, of which the first has to be none; tells after each whether the wiki is paused. */
	async function paused( ...answers: ( () => boolean | undefined )[] ): Promise<boolean[]> {
		const result: boolean[] = [];
		for ( const [ index, answer ] of answers.entries() ) {
			says = answer;
			if ( index > 0 ) {
				lookAgain();
			}
			await comes( () => expect( looks ).toBe( index + 1 ) );
			result.push( ( await scratch.store.transaction( ( tx ) => tx.pauses() ) ).some( ( { scope } ) => scope === 'enwiki' ) );
		}
		return result;
	}
	const on = (): boolean => true;
	const off = (): boolean => false;
	const silent = (): undefined => undefined;
	const noAnswer = (): never => {
		throw new Error( 'no answer' );
	};

	it( 'pauses it, and lets it go on', async () => {
		expect( await paused( silent, on, off, off, on ) ).toEqual( [ false, false, true, true, false ] );
	} );

	it( 'stays as it was last known while the wiki does not say', async () => {
		const answers = [ silent, noAnswer, off, silent, noAnswer, on, noAnswer ];
		expect( await paused( ...answers ) ).toEqual( [ false, false, true, true, true, false, false ] );
	} );

	it( 'is looked for again after it could not be noted', async () => {
		const failingOff = (): boolean => {
			failing = new Error( 'refused' );
			return false;
		};
		const offAgain = (): boolean => {
			failing = undefined;
			return false;
		};
		expect( await paused( silent, failingOff, offAgain ) ).toEqual( [ false, false, true ] );
		expect( broken ).toEqual( [] );
	} );

	it( 'ends the relay when the store is broken', async () => {
		await comes( () => expect( looks ).toBe( 1 ) );
		failing = new StoreError( 'gone' );
		says = off;
		lookAgain();
		await comes( () => expect( broken ).toEqual( [ failing ] ) );
		expect( looks ).toBe( 1 );
	} );
} );

describe( 'the launch page', () => {
	const page = ( content: unknown ): unknown => ( { query: { pages: [ { title: 'x', revisions: [ { slots: { main: { content } } } ] } ] } } );

	it.each( [
		[ 'is switched off', page( '{"enabled":false,"share":"broken"}' ), false ],
		[ 'is switched on', page( '{"enabled":true}' ), true ],
		[ 'has no switch', page( '{}' ), undefined ],
		[ 'has a switch that is no boolean', page( '{"enabled":"no"}' ), undefined ],
		[ 'is no JSON', page( '{"enabled":fal' ), undefined ],
		[ 'is a list', page( '[]' ), undefined ],
		[ 'is hidden', { query: { pages: [ { revisions: [ { slots: { main: { texthidden: true } } } ] } ] } }, undefined ],
		[ 'is missing', { query: { pages: [ { missing: true } ] } }, undefined ],
		[ 'came as nonsense', null, undefined ]
	] )( '%s', ( _, answer, expected ) => {
		expect( readSwitch( answer ) ).toBe( expected );
	} );
} );
