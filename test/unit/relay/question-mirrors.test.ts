import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigBot, rigHelper, rigModerator, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

let rig: RelayRig;
beforeEach( async () => {
	rig = await startRelayRig();
} );
afterEach( () => rig.dispose() );

it( 'an edit of the question that is taken back leaves the card as it is shown now, also when that is tried again', async () => {
	const question = rig.say( rigRoom, rigNewcomer, 'How?' );
	await rig.settle();
	const card = rig.mirrorOf( rigSupport, 'How?' );
	rig.say( rigSupport, rigHelper, 'so', { 'm.relates_to': { rel_type: 'm.thread', event_id: card, is_falling_back: true } } );
	const edit = rig.edit( rigRoom, rigNewcomer, question, 'Why?' );
	await rig.settle();
	rig.redact( rigRoom, rigNewcomer, edit );
	rig.interrupt = ( what ) => what === 'redact' ? 'before' : undefined;
	await rig.settle();
	rig.interrupt = undefined;
	await rig.settle();
	expect( rig.shown( rigSupport )[ 0 ] ).toMatch( /^💬 #1 newcomer 4\nHow\?\n/ );
	expect( JSON.stringify( rig.said( rigSupport ) ) ).not.toContain( 'Why' );
} );

it( 'reactions to the card and to the file of a question are to one message, until the last of them is gone', async () => {
	rig.happens( rigRoom, rigNewcomer, { msgtype: 'm.image', body: 'goat.png', url: 'mxc://example.org/goat', info: { mimetype: 'image/png' } } );
	await rig.settle();
	const [ card, file ] = rig.events.filter( ( { room_id: roomId, sender } ) => roomId === rigSupport && sender === rigBot );
	const one = rig.react( rigSupport, rigHelper, card!.event_id, '👍' );
	const two = rig.react( rigSupport, rigModerator, file!.event_id, '👍' );
	await rig.settle();
	rig.redact( rigSupport, rigHelper, one );
	await rig.settle();
	expect( rig.reactions( rigRoom ) ).toEqual( [ '👍 goat.png' ] );
	rig.redact( rigSupport, rigModerator, two );
	await rig.settle();
	expect( rig.reactions( rigRoom ) ).toEqual( [] );
} );

it.each( [ 'before', 'after' ] as const )( 'an edit of the question that is taken back when sending it has failed (%s it was taken) leaves nothing', async ( when ) => {
	const question = rig.say( rigRoom, rigNewcomer, 'How?' );
	await rig.settle();
	rig.interrupt = ( what ) => what === 'send' ? when : undefined;
	const edit = rig.edit( rigRoom, rigNewcomer, question, 'Why?' );
	await rig.settle();
	rig.redact( rigRoom, rigNewcomer, edit );
	await rig.receive();
	rig.interrupt = undefined;
	await rig.settle();
	const [ card ] = rig.events.filter( ( { sender } ) => sender === rigBot );
	rig.say( rigSupport, rigHelper, 'so', { 'm.relates_to': { rel_type: 'm.thread', event_id: card!.event_id, is_falling_back: true } } );
	await rig.settle();
	expect( rig.shown( rigSupport )[ 0 ] ).toMatch( /^💬 #1 newcomer 4\nHow\?\n/ );
	expect( JSON.stringify( rig.said( rigSupport ) ) ).not.toContain( 'Why' );
} );

it( 'a question with a file that was refused, and then edited, becomes a card and its file', async () => {
	const image = { msgtype: 'm.image', filename: 'goat.png', url: 'mxc://example.org/goat', info: { mimetype: 'image/png' } };
	const question = rig.happens( rigRoom, rigNewcomer, { ...image, body: 'far too long' } );
	rig.interrupt = ( what ) => what === 'send' ? 'refused' : undefined;
	await rig.settle();
	const correct = ( caption: string ): void => void rig.happens( rigRoom, rigNewcomer, {
		...image, body: `* ${ caption }`, 'm.new_content': { ...image, body: caption }, 'm.relates_to': { rel_type: 'm.replace', event_id: question }
	} );
	correct( 'still too long' );
	await rig.settle();
	rig.interrupt = undefined;
	expect( await rig.store.transaction( ( tx ) => tx.openRequest( 1 ) ) ).toBeUndefined();
	correct( 'What is this?' );
	await rig.settle();
	expect( rig.shown( rigSupport ) ).toEqual( [ expect.stringContaining( 'What is this?' ), expect.stringContaining( 'What is this?' ) ] );
	expect( rig.said( rigSupport ).filter( ( { url } ) => url !== undefined ) ).toHaveLength( 1 );
} );
