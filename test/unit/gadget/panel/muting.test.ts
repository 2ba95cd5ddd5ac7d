import { describe, expect, it } from 'vitest';
import { bot, event } from '../fakes.ts';
import { markerOf } from './marker.ts';
import { askAndLogIn, createTab, room } from './tab.ts';

const say = ( name: string, text: string ) => event( { sender: bot, content: { msgtype: 'm.text', body: `${ name }: ${ text }`, ...markerOf( text, name ) } } );

/** A conversation in which two helpers have answered. */
async function talk() {
	const tab = createTab();
	const panel = await askAndLogIn( tab );
	await tab.matrix.receive( room, say( 'Nita B.', 'Hello.' ), say( 'Omar', 'Hi.' ) );
	const [ nita ] = panel.state.value.entries.flatMap( ( entry ) => entry.kind === 'helper' && entry.name === 'Nita B.' ? entry.speaker : [] );
	return { tab, panel, nita: nita! };
}

describe( 'a muted helper', () => {
	it( 'is told from the others', async () => {
		const { panel, nita } = await talk();
		const speakers = panel.state.value.entries.flatMap( ( entry ) => entry.kind === 'helper' ? entry.speaker : [] );
		expect( speakers ).toHaveLength( 2 );
		expect( speakers.filter( ( speaker ) => speaker === nita ) ).toHaveLength( 1 );
	} );

	it( 'says nothing that counts as unread, until they are heard again', async () => {
		const { tab, panel, nita } = await talk();
		panel.setMuted( nita, true );
		panel.toggleMinimised();
		await tab.matrix.receive( room, say( 'Nita B.', 'Are you there?' ) );
		expect( panel.state.value.unread ).toBe( 0 );
		await tab.matrix.receive( room, say( 'Omar', 'Look here.' ) );
		expect( panel.state.value.unread ).toBe( 1 );
	} );

	it( 'stays muted on the next page, and can be heard again', async () => {
		const { tab, panel, nita } = await talk();
		panel.setMuted( nita, true );
		panel.setMuted( nita, true );
		const next = await tab.openPage();
		expect( next.state.value.muted ).toEqual( [ nita ] );
		next.setMuted( nita, false );
		expect( next.state.value.muted ).toEqual( [] );
	} );
} );
