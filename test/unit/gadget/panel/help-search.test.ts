import { describe, expect, it } from 'vitest';
import { createHelpSearch, readTitles, searchForWords, tellingWords } from '../../../../src/gadget/panel/viewmodels/help-search.ts';
import { settle } from '../fakes.ts';

describe( 'the telling words of a question', () => {
	it.each<[ string, string[] ]>( [
		[ 'How do I add a reference to the height of the goat? I have a book.', [ 'how', 'reference', 'height', 'goat', 'have', 'book' ] ],
		[ '', [] ], [ 'Hi', [] ], [ 'Cite book', [] ], [ '??? !!! ...', [] ],
		[ 'كيف أضيف مرجعا من كتاب؟', [ 'كيف', 'أضيف', 'مرجعا', 'كتاب' ] ],
		[ '参考文献はどうやって追加しますか。', [ '参考文献はどうやって追加しますか' ] ],
		[ 'Goat goat GOAT in:title "x" OR -', [ 'goat', 'title' ] ]
	] )( 'of %j are %j', ( text, words ) => {
		expect( tellingWords( text ) ).toEqual( words );
	} );

	it( 'are few and short, however long it is', () => {
		expect( tellingWords( `one two three ${ 'x'.repeat( 5000 ) }` ) ).toEqual( [ 'one', 'two', 'three' ] );
		expect( tellingWords( Array.from( { length: 900 }, ( _, index ) => `word${ index }` ).join( ' ' ) ) ).toHaveLength( 6 );
	} );
} );

function createWiki() {
	const wiki = {
		searches: [] as string[], shown: [] as ( readonly string[] | undefined )[],
		answers: [] as { resolve( titles: string[] ): void; reject(): void }[]
	};
	let timer: ( () => void ) | undefined;
	const type = createHelpSearch( {
		settings: { namespaces: [ 4, 12 ], prefix: '' },
		askWiki: ( { srsearch = '' } ) => new Promise( ( resolve, reject ) => {
			wiki.searches.push( srsearch );
			wiki.answers.push( {
				resolve: ( titles ) => resolve( { query: { search: titles.map( ( title ) => ( { title } ) ) } } ),
				reject: () => reject( new Error( 'down' ) )
			} );
		} ),
		onChange: ( titles ) => wiki.shown.push( titles ),
		after( _delayMs, callback ) {
			timer = callback;
			return () => {
				timer = undefined;
			};
		}
	} );
	const pause = async (): Promise<void> => {
		timer?.();
		timer = undefined;
		await settle();
	};
	return { wiki, type, pause };
}

describe( 'the search while one writes', () => {
	it( 'waits for a pause, and searches once for what is there then', async () => {
		const { wiki, type, pause } = createWiki();
		[ 'How', 'How to cite', 'How to cite a book' ].forEach( type );
		expect( wiki.searches ).toEqual( [] );
		await pause();
		expect( wiki.searches ).toEqual( [ 'how OR cite OR book' ] );
		wiki.answers[ 0 ]!.resolve( [ 'Help:Citing a book' ] );
		await settle();
		expect( wiki.shown ).toEqual( [ [ 'Help:Citing a book' ] ] );
		type( 'How to cite a book ?' );
		await pause();
		expect( wiki.searches ).toHaveLength( 1 );
	} );

	it( 'shows nothing of an answer that is out of date', async () => {
		const { wiki, type, pause } = createWiki();
		type( 'How to cite a book' );
		await pause();
		type( 'How to upload a picture' );
		await pause();
		wiki.answers[ 1 ]!.resolve( [ 'Help:Pictures' ] );
		await settle();
		wiki.answers[ 0 ]!.resolve( [ 'Help:Citing a book' ] );
		await settle();
		expect( wiki.shown ).toEqual( [ [ 'Help:Pictures' ] ] );
	} );

	it.each( [ 'nothing', 'failure' ] )( 'shows nothing when there is %s', async ( what ) => {
		const { wiki, type, pause } = createWiki();
		type( 'How to cite a book' );
		await pause();
		if ( what === 'nothing' ) {
			wiki.answers[ 0 ]!.resolve( [] );
			await settle();
			expect( wiki.searches.slice( 1 ) ).toEqual( [ 'how*', 'cite*', 'book*' ] );
			wiki.answers.slice( 1 ).forEach( ( { resolve } ) => resolve( [] ) );
		} else {
			wiki.answers[ 0 ]!.reject();
		}
		await settle();
		expect( wiki.shown ).toEqual( [ undefined ] );
	} );

	it( 'takes back what it showed when the question is gone', async () => {
		const { wiki, type, pause } = createWiki();
		type( 'How to cite a book' );
		await pause();
		wiki.answers[ 0 ]!.resolve( [ 'Help:Citing a book' ] );
		await settle();
		type( '' );
		await pause();
		expect( wiki.shown ).toEqual( [ [ 'Help:Citing a book' ], undefined ] );
		expect( wiki.searches ).toHaveLength( 1 );
	} );
} );

it.each<[ unknown, string, string[] ]>( [
	[ { query: { search: [ { title: 'Help:A' }, { title: 'Project:B' } ] } }, '', [ 'Help:A', 'Project:B' ] ],
	[ { query: { search: [ { title: 'Help:A' }, { title: 'Project:B' } ] } }, 'Help:', [ 'Help:A' ] ],
	[ { query: { search: [ null, { title: 3 }, 'x' ] } }, '', [] ], [ { query: { search: {} } }, '', [] ], [ { error: {} }, '', [] ], [ null, '', [] ]
] )( 'the titles in %j with the prefix %j are %j', ( answer, prefix, titles ) => {
	expect( readTitles( answer, prefix ) ).toEqual( titles );
} );

it( 'a wiki whose search knows no "OR" is asked for the words one by one, and what has most of them comes first', async () => {
	const index: Record<string, string[]> = { 'cite*': [ 'Help:Sources', 'Help:Citing a book' ], 'book*': [ 'Help:Citing a book' ] };
	const asked: Readonly<Record<string, string>>[] = [];
	const titles = await searchForWords( [ 'cite', 'book' ], { namespaces: [ 4, 12 ], prefix: 'Help:' }, ( parameters ) => {
		asked.push( parameters );
		return Promise.resolve( { query: { search: ( index[ parameters.srsearch! ] ?? [] ).map( ( title ) => ( { title } ) ) } } );
	} );
	expect( titles ).toEqual( [ 'Help:Citing a book', 'Help:Sources' ] );
	expect( asked[ 0 ] ).toMatchObject( { action: 'query', list: 'search', srsearch: 'cite OR book', srnamespace: '4|12' } );
} );
