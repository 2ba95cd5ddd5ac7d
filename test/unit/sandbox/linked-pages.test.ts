import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readOpeningHours } from '../../../src/protocol/opening-hours.ts';
import { readPanelSettings } from '../../../src/protocol/settings.ts';
import { panelSettings } from '../../../src/sandbox/wiki/panel-settings.ts';
import { wikiPageTitles } from '../../../src/sandbox/wiki/seed.ts';

test( "every page that the panel's settings link to is there in the sandbox's wiki", () => {
	const defaults = JSON.parse( readFileSync( 'gadget-definitions/MediaWiki:Gadget-AskForHelp-config.json', 'utf8' ) ) as Record<string, unknown>;
	const settings = readPanelSettings( { ...defaults, ...panelSettings } );
	const { helpersPage, privacyPage, conductPage, helpPage, helpLinks, harassment, notFor } = settings;
	const addresses = notFor.map( ( { address } ) => address );
	const linked = [ helpersPage, privacyPage, conductPage, helpPage, ...helpLinks, harassment.page, ...addresses ];
	const titles = linked.filter( ( address ) => address !== '' && !/^(https|mailto):/.test( address ) );
	expect( wikiPageTitles ).toEqual( expect.arrayContaining( titles ) );
	expect( settings ).toMatchObject( { harassment: panelSettings.harassment, helpLinks: panelSettings.helpLinks } );
	const hours = readOpeningHours( settings.openingHours );
	expect( [ settings.topics.length, settings.notFor.length, hours?.times.length ] ).toEqual( [ 4, 3, 1 ] );
} );
