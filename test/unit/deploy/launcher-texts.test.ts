import { describe, expect, it } from 'vitest';
import { launcherTexts, MESSAGE_PAGE, withLauncherTexts } from '../../../src/deploy/launcher-texts.ts';
import { launcherText, readLaunchSettings } from '../../../src/protocol/settings.ts';

const messages = ( label: string ) => ( { 'askforhelp-launcher-label': label, 'askforhelp-launcher-failed': `${ label }!` } );
const complete = ( label: string ) => ( { ...messages( label ), '@metadata': { set: 'abc' } } );
const texts = ( label: string ) => ( { label, failed: `${ label }!` } );
const pages = [
	{ language: 'ar', messages: complete( 'AR' ) }, { language: 'de', messages: complete( 'DE' ) }, { language: 'fr', messages: messages( 'FR' ) },
	{ language: 'qu', messages: { '@metadata': { set: 'abc' }, 'askforhelp-launcher-label': 'QU' } }
];

describe( 'what the launcher says by default', () => {
	it.each( [
		[ 'en', { ar: texts( 'AR' ), de: texts( 'DE' ) } ],
		[ 'de', { ar: texts( 'AR' ), de: texts( 'DE' ) } ],
		[ 'fr', { ar: texts( 'AR' ), de: texts( 'DE' ), fr: texts( 'FR' ) } ],
		[ 'fr-ca', { ar: texts( 'AR' ), de: texts( 'DE' ), fr: texts( 'FR' ) } ],
		[ 'qu', { ar: texts( 'AR' ), de: texts( 'DE' ) } ]
	] )( 'is there in each complete language, and on a wiki in "%s" in that one', ( contentLanguage, expected ) => {
		expect( launcherTexts( pages, contentLanguage ) ).toEqual( expected );
	} );

	it( 'can be shown as it is', () => {
		const settings = readLaunchSettings( JSON.parse( withLauncherTexts( '{ "enabled": true }', launcherTexts( pages, 'en' ) ) ) )!;
		expect( launcherText( settings, 'de-at', 'failed' ) ).toBe( 'DE!' );
	} );

	it( 'is added to a launch page that has none, and nothing else is changed', () => {
		expect( JSON.parse( withLauncherTexts( '{ "enabled": false, "maxEdits": 5 }', { de: texts( 'DE' ) } ) ) )
			.toEqual( { enabled: false, maxEdits: 5, texts: { de: texts( 'DE' ) } } );
	} );

	it.each( [
		[ 'has other ones', '{ "enabled": true, "texts": { "de": { "label": "Hilfe!" } } }' ], [ 'has none on purpose', '{"texts":{}}' ],
		[ 'says nonsense there', '{"texts":null}' ], [ 'is broken', '{ "enabled": tr' ], [ 'is a list', '[]' ], [ 'is nothing', 'null' ], [ 'is empty', '' ]
	] )( 'leaves a launch page alone that %s', ( _what, page ) => {
		expect( withLauncherTexts( page, { de: texts( 'DE' ) } ) ).toBe( page );
	} );

	it.each( [
		[ 'MediaWiki:Gadget-AskForHelp-i18n-de.json', 'de' ], [ 'MediaWiki:Gadget-AskForHelp-i18n-zh-hans.json', 'zh-hans' ], [ 'MediaWiki:Gadget-AskForHelp-launch.json', undefined ]
	] )( 'comes out of the page %s: %s', ( title, language ) => {
		expect( MESSAGE_PAGE.exec( title )?.[ 1 ] ).toBe( language );
	} );
} );
