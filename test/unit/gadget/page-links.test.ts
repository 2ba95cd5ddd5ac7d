import { afterEach, describe, expect, it, vi } from 'vitest';
import { absolutePageUrl, templateNamespace } from '../../../src/gadget/wiki/page-links.ts';

function wiki( config: Readonly<Record<string, unknown>> ): void {
	vi.stubGlobal( 'mw', { config: { get: ( key: string ) => config[ key ] ?? null } } );
	vi.stubGlobal( 'location', { origin: 'https://de.wiki.example' } );
}

afterEach( () => {
	vi.unstubAllGlobals();
} );

describe( 'links to pages', () => {
	it.each( [
		[ '/wiki/$1', 'Hilfe:Über Ziegen/Milch', 'https://de.wiki.example/wiki/Hilfe:%C3%9Cber_Ziegen/Milch' ],
		[ '/wiki/$1', 'C&A? 100% "$&" #1', 'https://de.wiki.example/wiki/C%26A%3F_100%25_%22%24%26%22_%231' ],
		[ '/w/index.php?title=$1', 'de:Ziege', 'https://de.wiki.example/w/index.php?title=de:Ziege' ],
		[ '/$1', '/evil.example/a', 'https://de.wiki.example//evil.example/a' ]
	] )( 'follow the wiki\'s %s: %s', ( wgArticlePath, title, address ) => {
		wiki( { wgArticlePath } );
		expect( absolutePageUrl( title ) ).toBe( address );
	} );

	it( 'know what templates are called here', () => {
		wiki( { wgFormattedNamespaces: { 0: '', 10: 'Vorlage' } } );
		expect( templateNamespace() ).toBe( 'Vorlage' );
		wiki( { wgFormattedNamespaces: {} } );
		expect( templateNamespace() ).toBe( 'Template' );
	} );
} );
