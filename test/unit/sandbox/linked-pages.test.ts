import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readPanelSettings } from '../../../src/protocol/settings.ts';
import { wikiPageTitles } from '../../../src/sandbox/wiki/seed.ts';

test( "every page that the panel's default settings link to is there in the sandbox's wiki", () => {
	// The status page is not there before the relay has something to say.
	const { statusPage, ...settings } = readPanelSettings( JSON.parse( readFileSync( 'gadget-definitions/MediaWiki:Gadget-AskForHelp-config.json', 'utf8' ) ) );
	expect( statusPage ).toBe( '' );
	expect( wikiPageTitles ).toEqual( expect.arrayContaining( Object.values( settings ) ) );
} );
