import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readPanelSettings } from '../../../src/protocol/settings.ts';
import { wikiPageTitles } from '../../../src/sandbox/wiki/seed.ts';

test( "every page that the panel's default settings link to is there in the sandbox's wiki", () => {
	const settings = readPanelSettings( JSON.parse( readFileSync( 'gadget-definitions/MediaWiki:Gadget-AskForHelp-config.json', 'utf8' ) ) );
	const { helpersPage, privacyPage, conductPage, helpPage, helpLinks, harassment, notFor } = settings;
	const addresses = notFor.map( ( { address } ) => address );
	const linked = [ helpersPage, privacyPage, conductPage, helpPage, ...helpLinks, harassment.page, ...addresses ];
	const titles = linked.filter( ( address ) => address !== '' && !/^(https|mailto):/.test( address ) );
	expect( wikiPageTitles ).toEqual( expect.arrayContaining( titles ) );
	expect( settings.helpPage ).not.toBe( '' );
} );
