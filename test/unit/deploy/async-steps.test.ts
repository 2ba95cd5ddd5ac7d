import { build } from 'vite';
import type { Rolldown } from 'vite';
import { describe, expect, it } from 'vitest';
import { asyncSteps } from '../../../src/deploy/async-steps.ts';

/** Bundles a script for browsers without async functions. */
async function bundle( source: string ): Promise<string> {
	const output = await build( {
		configFile: false, logLevel: 'silent',
		plugins: [
			{
				name: 'file', enforce: 'pre',
				resolveId: ( id ) => id.endsWith( 'entry.js' ) ? '/entry.js' : undefined,
				load: ( id ) => id === '/entry.js' ? source : undefined
			},
			asyncSteps()
		],
		build: { target: 'es2016', write: false, minify: false, lib: { entry: '/entry.js', formats: [ 'cjs' ], fileName: 'out' } }
	} );
	return ( [ output ].flat()[ 0 ] as Rolldown.RolldownOutput ).output[ 0 ].code;
}

/** What the function `use` of a script gives. */
async function run( source: string ): Promise<unknown> {
	const module = { exports: {} as { use?: () => unknown } };
	new Function( 'module', 'exports', await bundle( source ) )( module, module.exports );
	return module.exports.use!();
}

const later = 'const later = ( value ) => new Promise( ( resolve ) => { setTimeout( () => resolve( value ) ); } );';

describe( 'functions that wait', () => {
	it.each( [
		[ 'a declaration', 'async function add( a, b = 1 ) { return await later( a ) + await later( b ); } export const use = () => add( 2 );', 3 ],
		[ 'an arrow', 'export const use = async () => ( { n: await later( 3 ) } ).n;', 3 ],
		[ 'an arrow with a block', 'export const use = async () => { const { n } = await later( { n: 3 } ); return n; };', 3 ],
		[ 'a method', 'const o = { n: 3, async get() { return await later( this.n ); } }; export const use = () => o.get();', 3 ],
		[ 'a method of a class', 'class A { n = 3; static async make() { return new A(); } async get() { return later( this.n ); } } export const use = async () => ( await A.make() ).get();', 3 ],
		[ 'an arrow with the object around it', 'const o = { n: 3, get() { return ( async () => later( this.n ) )(); } }; export const use = () => o.get();', 3 ],
		[ 'one in another', 'export async function use() { const get = async ( n ) => await later( n ); return await get( await get( 3 ) ); }', 3 ],
		[ 'a name that is the value', 'export async function use() { const n = await later( 3 ); const { a = await later( n ) } = { n }; return ( { a } ).a; }', 3 ],
		[ 'a function as a value', 'const o = { get: async function () { return later( 3 ); } }; export const use = () => o.get();', 3 ],
		[ 'an error that is caught', 'export async function use() { try { await Promise.reject( 3 ); } catch ( error ) { return error; } finally { await later(); } }', 3 ],
		[ 'arguments, by the bundler', 'export async function use() { const get = async function () { return later( arguments.length ); }; return await get( 1, 2, 3 ); }', 3 ]
	] )( 'go on as they were: %s', async ( _what, source, result ) => {
		await expect( run( `${ later } ${ source }` ) ).resolves.toBe( result );
	} );

	it( 'give an error as a promise that is rejected', async () => {
		await expect( run( 'export async function use() { throw new Error( "no" ); }' ) ).rejects.toThrow( 'no' );
	} );

	it( 'are no two functions each', async () => {
		const [ , code ] = ( await bundle( `${ later } export async function use() { return await later( 3 ); }` ) ).split( 'entry.js' );
		expect( code ).toMatch( /yield later/ );
		expect( code ).not.toMatch( /async |arguments/ );
	} );
} );
