import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventId, RoomId } from '../../../src/protocol/ids.ts';
import { readMirrorMarker } from '../../../src/protocol/mirror.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigHelper, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

let rig: RelayRig;
let card: EventId;

const formatted = ( html: string, more: Record<string, unknown> = {} ): Record<string, unknown> => (
	{ format: 'org.matrix.custom.html', formatted_body: html, ...more }
);
const inThread = (): Record<string, unknown> => ( { 'm.relates_to': {
	rel_type: 'm.thread', event_id: card, is_falling_back: true, 'm.in_reply_to': { event_id: card }
} } );
const lastSaid = ( roomId: RoomId ): Readonly<Record<string, unknown>> => rig.said( roomId ).at( -1 )!;
const name = ( text: string ): string => `<strong data-mx-profile-fallback>${ text }</strong>`;

beforeEach( async () => {
	rig = await startRelayRig();
	rig.say( rigRoom, rigNewcomer, '**How?**', formatted( '<strong>How?</strong>' ) );
	await rig.settle();
	card = rig.mirrorOf( rigSupport, 'How?' );
} );
afterEach( () => rig.dispose() );

describe( 'formatting', () => {
	it( 'is not on the card, which has the plain question', () => {
		expect( rig.said( rigSupport )[ 0 ]?.formatted_body ).toContain( '<br>**How?**<br>' );
	} );

	it( 'goes to the helpers, behind the newcomer\'s name, and not into the marker', async () => {
		rig.say( rigRoom, rigNewcomer, 'A *book*', formatted( '<p onclick="x">A <em>book</em></p>' ) );
		await rig.settle();
		expect( lastSaid( rigSupport ).formatted_body ).toBe( `<p>${ name( 'newcomer 4: ' ) }A <em>book</em></p>` );
		expect( lastSaid( rigSupport ).body ).toBe( 'newcomer 4: A *book*' );
		expect( readMirrorMarker( lastSaid( rigSupport ) )?.text ).toBe( 'A *book*' );
	} );

	it.each( [
		[ 'm.text', '', name( 'Nita B.: ' ) ], [ 'm.emote', '* ', `* ${ name( 'Nita B. ' ) }` ], [ 'm.notice', '', name( 'Nita B.: ' ) ]
	] )( 'of an %s goes to the newcomer', async ( msgtype, _sign, before ) => {
		rig.say( rigSupport, rigHelper, '_so_', formatted( '<em>so</em>', { msgtype, ...inThread() } ) );
		await rig.settle();
		expect( lastSaid( rigRoom ).formatted_body ).toBe( `${ before }<em>so</em>` );
	} );

	it( 'of a caption, of an edit, and after an address goes there too', async () => {
		const media = { msgtype: 'm.image', url: 'mxc://example.org/a', filename: 'a.png', info: { mimetype: 'image/png', size: 1 } };
		rig.say( rigSupport, rigHelper, '**here**', formatted( '<b>here</b>', { ...media, ...inThread() } ) );
		await rig.settle();
		expect( lastSaid( rigRoom ).formatted_body ).toBe( `${ name( 'Nita B.: ' ) }<b>here</b>` );
		const said = rig.say( rigSupport, rigHelper, '#1 **tihs**', formatted( '#1 <b>tihs</b>' ) );
		await rig.settle();
		expect( lastSaid( rigRoom ) ).toMatchObject( { body: 'Nita B.: **tihs**', formatted_body: `${ name( 'Nita B.: ' ) }<b>tihs</b>` } );
		const content = { msgtype: 'm.text', body: '#1 **this**', ...formatted( '#1 <b>this</b>' ) };
		rig.happens( rigSupport, rigHelper, { ...content, 'm.new_content': content, 'm.relates_to': { rel_type: 'm.replace', event_id: said } } );
		await rig.settle();
		expect( lastSaid( rigRoom )[ 'm.new_content' ] ).toMatchObject( { body: 'Nita B.: **this**', formatted_body: `${ name( 'Nita B.: ' ) }<b>this</b>` } );
	} );

	it( 'is left out where its address cannot be taken off, or its text was shortened', async () => {
		rig.say( rigSupport, rigHelper, '#1 this', formatted( '<b>#1 this</b>' ) );
		await rig.settle();
		expect( lastSaid( rigRoom ).formatted_body ).toBe( `${ name( 'Nita B.: ' ) }this` );
		const long = 'x'.repeat( 3_100 );
		rig.say( rigRoom, rigNewcomer, long, formatted( `<b>${ long }</b>` ) );
		await rig.settle();
		expect( lastSaid( rigSupport ).formatted_body ).toBe( `${ name( 'newcomer 4: ' ) }${ 'x'.repeat( 3_000 ) }…` );
	} );

	it( 'of a reply has no quotation of the other side', async () => {
		const secret = formatted( '<mx-reply><blockquote>@nita:example.org secret</blockquote></mx-reply><b>yes</b>' );
		rig.say( rigSupport, rigHelper, '> <@x:y> secret\n\nyes', { ...secret, 'm.relates_to': { 'm.in_reply_to': { event_id: card } } } );
		await rig.settle();
		expect( lastSaid( rigRoom ).formatted_body ).toBe( `${ name( 'Nita B.: ' ) }<b>yes</b>` );
	} );

	it( 'tells the newcomer no Matrix id', async () => {
		const pill = '<a href="https://matrix.to/#/@mod:example.org">Mod</a> <b>knows</b>';
		rig.say( rigSupport, rigHelper, 'Mod knows', formatted( pill, { 'm.mentions': { user_ids: [ '@mod:example.org' ] }, ...inThread() } ) );
		await rig.settle();
		expect( lastSaid( rigRoom ) ).toMatchObject( { formatted_body: `${ name( 'Nita B.: ' ) }Mod <b>knows</b>`, 'm.mentions': {} } );
	} );

	it( 'decides nothing: a note is a note by its text', async () => {
		rig.say( rigSupport, rigHelper, '!note us only', formatted( '<b>us only</b>', inThread() ) );
		await rig.settle();
		expect( JSON.stringify( rig.said( rigRoom ) ) ).not.toContain( 'us only' );
	} );

	it( 'of what was taken back before it was sent goes with its text', async () => {
		rig.interrupt = () => 'before';
		const said = rig.say( rigRoom, rigNewcomer, '*secret*', formatted( '<em>secret</em>' ) );
		await rig.settle();
		rig.redact( rigRoom, rigNewcomer, said );
		await rig.settle();
		const items = await rig.store.transaction( ( tx ) => tx.itemsInLane( '1:in' ) );
		expect( items ).not.toEqual( [] );
		expect( JSON.stringify( items ) ).not.toContain( 'secret' );
	} );
} );
