import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { QuestionContext } from '../../../src/protocol/question.ts';
import { writeQuestionContext } from '../../../src/protocol/question.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

let rig: RelayRig;
const context = ( more: Partial<QuestionContext> = {} ): Record<string, unknown> => writeQuestionContext( {
	wiki: 'enwiki', page: 'Goat', pageId: 1, section: '', revision: 1, editor: 'none', language: 'en', ...more
} );

beforeEach( async () => {
	rig = await startRelayRig();
	rig.say( rigRoom, rigNewcomer, 'How?', context( { topic: 'References', selection: 'a tall goat' } ) );
	await rig.settle();
} );
afterEach( () => rig.dispose() );

describe( 'a further question of a newcomer', () => {
	it.each( [
		[ 'its topic and what was selected', { topic: 'Pictures', selection: 'a  small\ngoat' }, '(topic: Pictures · selected: “a small goat”)' ],
		[ 'them also where the card says the same', { topic: 'References', selection: 'a tall goat' }, '(topic: References · selected: “a tall goat”)' ],
		[ 'another page before them', { page: 'Sheep', selection: 'a sheep' }, '(about Sheep · selected: “a sheep”)' ]
	] )( 'says in the thread %s', async ( _what, more, line ) => {
		rig.say( rigRoom, rigNewcomer, 'And this?', context( more ) );
		await rig.settle();
		expect( rig.shown( rigSupport ).at( -1 ) ).toBe( `newcomer 4: And this?\n${ line }` );
	} );

	it( 'says nothing more where there is nothing new', async () => {
		rig.say( rigRoom, rigNewcomer, 'And this?', context() );
		await rig.settle();
		expect( rig.shown( rigSupport ).at( -1 ) ).toBe( 'newcomer 4: And this?' );
	} );

	it( 'says no page of a wiki that is not configured any more, and the rest', async () => {
		delete rig.wikis.enwiki;
		rig.say( rigRoom, rigNewcomer, 'And this?', context( { page: 'Sheep', topic: 'Pictures' } ) );
		await rig.settle();
		expect( rig.shown( rigSupport ).at( -1 ) ).toBe( 'newcomer 4: And this?\n(topic: Pictures)' );
	} );
} );

it( 'the file of a question does not say again what its card says', async () => {
	await rig.dispose();
	rig = await startRelayRig();
	rig.happens( rigRoom, rigNewcomer, {
		msgtype: 'm.image', body: 'What is this?', filename: 'goat.png', url: 'mxc://example.org/goat', info: { mimetype: 'image/png' },
		...context( { topic: 'Pictures', selection: 'goat' } )
	} );
	await rig.settle();
	const [ card, file ] = rig.shown( rigSupport );
	expect( card ).toContain( 'Selected: “goat”' );
	expect( file ).toBe( 'newcomer 4: What is this?' );
} );
