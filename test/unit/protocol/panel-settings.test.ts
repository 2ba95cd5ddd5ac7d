import { describe, expect, it } from 'vitest';
import { readOpeningHours } from '../../../src/protocol/opening-hours.ts';
import { readPanelSettings } from '../../../src/protocol/settings.ts';

const EMPTY = {
	helpersPage: '', privacyPage: '', conductPage: '', helpPage: '', statusPage: '', helpLinks: [], helpSearch: { namespaces: [ 4, 12 ], prefix: '' },
	topics: [], openingHours: undefined, notFor: [], harassment: { team: '', page: '' }
};
const hostile: readonly unknown[] = [ null, 3, true, 'x'.repeat( 600 ), [ [] ], [ null, 3, {} ], { a: 1 }, { length: 1e9 } ];

describe( 'the config page', () => {
	it.each( [ undefined, null, 3, 'x', [], {}, Object.assign( Object.create( null ) as object, { x: 1 } ) ] )( 'may be %o', ( raw ) => {
		expect( readPanelSettings( raw ) ).toEqual( EMPTY );
	} );

	it.each( Object.keys( EMPTY ) )( 'may hold anything under %s: that alone becomes empty', ( key ) => {
		for ( const value of hostile ) {
			const other = key === 'helpPage' ? 'helpersPage' : 'helpPage';
			const { openingHours, ...read } = readPanelSettings( { [ key ]: value, [ other ]: ' Help:Desk ' } );
			expect( { ...read, openingHours: readOpeningHours( openingHours ) }, JSON.stringify( value ) ).toEqual( { ...EMPTY, [ other ]: 'Help:Desk' } );
		}
	} );

	it.each<[ string, unknown, unknown ]>( [
		[ 'titles', [ 'Help:A', 'Help:B' ], [ 'Help:A', 'Help:B' ] ],
		[ 'what is no title among them', [ 'Help:A', 3, '', ' ', null, 'Help:B' ], [ 'Help:A', 'Help:B' ] ],
		[ 'no more than 20', Array.from( { length: 1000 }, ( _, index ) => `Help:${ index }` ), Array.from( { length: 20 }, ( _, index ) => `Help:${ index }` ) ]
	] )( 'gives help links: %s', ( _what, helpLinks, expected ) => {
		expect( readPanelSettings( { helpLinks } ).helpLinks ).toEqual( expected );
	} );

	it.each<[ unknown, unknown ]>( [
		[ 'off', undefined ],
		[ {}, { namespaces: [ 4, 12 ], prefix: '' } ],
		[ { namespaces: [ 0, 12 ], prefix: 'Help:For newcomers/' }, { namespaces: [ 0, 12 ], prefix: 'Help:For newcomers/' } ],
		[ { namespaces: [ -1, 1.5, '4', 100 ], prefix: 7 }, { namespaces: [ 100 ], prefix: '' } ]
	] )( 'searches by %o in %o', ( helpSearch, expected ) => {
		expect( readPanelSettings( { helpSearch } ).helpSearch ).toEqual( expected );
	} );

	it.each<[ unknown, unknown ]>( [
		[ { id: 'references', label: 'References' }, [ { id: 'references', labels: { '': 'References' } } ] ],
		[ { id: 'x', label: { en: 'X', ar: 'س', de: 3 } }, [ { id: 'x', labels: { en: 'X', ar: 'س' } } ] ],
		[ { id: '', label: 'X' }, [] ], [ { id: 'x' }, [] ], [ { id: 'x', label: {} }, [] ], [ { id: 5, label: 'X' }, [] ], [ 'x', [] ]
	] )( 'reads the topic %o as %o', ( topic, expected ) => {
		expect( readPanelSettings( { topics: [ topic ] } ).topics ).toEqual( expected );
	} );

	it.each<[ unknown, unknown ]>( [
		[ { from: '16:00', to: '23:00' }, [ { days: [ 0, 1, 2, 3, 4, 5, 6 ], fromMinute: 960, toMinute: 1380 } ] ],
		[ { days: [ 'fri', 'mon', 'someday' ], from: '0:00', to: '24:00' }, [ { days: [ 1, 5 ], fromMinute: 0, toMinute: 1440 } ] ],
		[ { days: [ 'sat' ], from: '22:00', to: '02:30' }, [ { days: [ 6 ], fromMinute: 1320, toMinute: 150 } ] ],
		[ { days: [], from: '16:00', to: '23:00' }, undefined ], [ { days: 'mon', from: '16:00', to: '23:00' }, undefined ],
		[ { from: '16:00' }, undefined ], [ { from: '24:01', to: '25:00' }, undefined ], [ { from: '4 pm', to: '5 pm' }, undefined ],
		[ { from: 16, to: 23 }, undefined ], [ { from: '16:60', to: '17:00' }, undefined ], [ null, undefined ]
	] )( 'reads the opening time %o as %o', ( time, times ) => {
		expect( readOpeningHours( { timeZone: 'Asia/Kolkata', times: [ time ] } ) )
			.toEqual( times && { timeZone: 'Asia/Kolkata', times } );
	} );

	it.each( [ '', 'Mars/Olympus', 'x'.repeat( 600 ), 3, undefined, '../etc' ] )( 'has no opening hours in the time zone %o', ( timeZone ) => {
		expect( readOpeningHours( { timeZone, times: [ { from: '1:00', to: '2:00' } ] } ) ).toBeUndefined();
	} );

	it.each<[ unknown, unknown ]>( [
		[ { what: 'threats', address: 'mailto:emergency@wiki.example' }, [ { what: 'threats', address: 'mailto:emergency@wiki.example' } ] ],
		[ { what: 'legal', address: 'Project:Legal' }, [ { what: 'legal', address: 'Project:Legal' } ] ],
		[ { what: 'toString', address: 'Project:X' }, [] ], [ { what: 'legal' }, [] ], [ { what: 'legal', address: '  ' }, [] ], [ [], [] ]
	] )( 'is not for %o: %o', ( entry, expected ) => {
		expect( readPanelSettings( { notFor: [ entry ] } ).notFor ).toEqual( expected );
	} );

	it.each<[ unknown, unknown ]>( [
		[ { team: 'harassment', page: 'Project:Safety' }, { team: 'harassment', page: 'Project:Safety' } ],
		[ { team: 'general' }, { team: '', page: '' } ], [ { team: 'No Such Name' }, { team: '', page: '' } ], [ { team: 3, page: 4 }, { team: '', page: '' } ]
	] )( 'hears those who are harassed by %o: %o', ( harassment, expected ) => {
		expect( readPanelSettings( { harassment } ).harassment ).toEqual( expected );
	} );
} );
