import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeQuestionContext } from '../../../src/protocol/question.ts';
import { createProfiles } from '../../../src/relay/profiles.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigBot, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';
import { silentLog } from '../../support/relay-store.ts';

let rig: RelayRig;
const context = writeQuestionContext( {
	wiki: 'enwiki', page: 'javascript:alert(1)', pageId: 1, section: '', revision: 1, editor: 'none', language: 'en'
} );

beforeEach( async () => {
	rig = await startRelayRig();
} );
afterEach( () => rig.dispose() );

describe( 'a wiki that is not configured any more', () => {
	it( 'gets no new requests, and the newcomer is told', async () => {
		delete rig.wikis.enwiki;
		rig.say( rigRoom, rigNewcomer, 'How?' );
		await rig.settle();
		expect( rig.shown( rigSupport ) ).toEqual( [] );
		expect( rig.shown( rigRoom ).at( -1 ) ).toMatch( /not taking new questions now/ );
	} );

	it( 'has no links on the cards of its requests, which go on', async () => {
		rig.say( rigRoom, rigNewcomer, 'How?', context );
		await rig.settle();
		delete rig.wikis.enwiki;
		const question = rig.events.find( ( { content } ) => content.body === 'How?' )!.event_id;
		rig.edit( rigRoom, rigNewcomer, question, 'How do I?' );
		rig.say( rigRoom, rigNewcomer, 'Hello?' );
		await rig.settle();
		const edit = rig.said( rigSupport ).find( ( content ) => 'm.new_content' in content )?.[ 'm.new_content' ] as Record<string, unknown>;
		expect( edit.formatted_body ).toContain( 'How do I?' );
		expect( edit.formatted_body ).toContain( 'javascript:alert(1)' );
		expect( edit.formatted_body ).not.toContain( 'href' );
		expect( rig.shown( rigSupport ) ).toContain( 'newcomer 4: Hello?' );
	} );

	it( 'is not asked who its newcomers are', async () => {
		rig.say( rigRoom, rigNewcomer, 'How?' );
		await rig.settle();
		const asked: string[] = [];
		const lookUp = ( wikis: string[] ): ReturnType<typeof createProfiles> => createProfiles( {
			store: rig.store, bot: rigBot, log: silentLog, serverName: 'example.org', wikis: new Set( wikis ), random: () => 0, onWork: () => {},
			directory: { find: ( wiki ) => Promise.resolve( void asked.push( wiki ) ) }
		} );
		const conversation = ( await rig.store.transaction( ( tx ) => tx.conversation( 1 ) ) )!;
		await lookUp( [ 'dewiki' ] ).learn( conversation, 1 );
		expect( asked ).toEqual( [] );
		await lookUp( [ 'enwiki' ] ).learn( conversation, 1 );
		expect( asked ).toEqual( [ 'enwiki' ] );
	} );
} );
