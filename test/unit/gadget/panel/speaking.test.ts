import { describe, expect, it } from 'vitest';
import type { EventId } from '../../../../src/protocol/ids.ts';
import { THANKS_KEY, writeReaction } from '../../../../src/protocol/message.ts';
import { CONTEXT_KEY } from '../../../../src/protocol/question.ts';
import { readOwnSign, readPending, shownSigns } from '../../../../src/gadget/panel/viewmodels/pending.ts';
import { bot, event, failure, me, settle } from '../fakes.ts';
import { markerOf } from './marker.ts';
import { askAndLogIn, createTab, room } from './tab.ts';

const answered = event( { sender: bot, content: { msgtype: 'm.text', body: 'Nita B.: So.', ...markerOf( 'So.' ) } } );

/** A conversation with the question and an answer in it. */
async function talk() {
	const tab = createTab();
	const panel = await askAndLogIn( tab );
	const { transactionId } = tab.matrix.sent[ 0 ]!;
	const question = event( { sender: me, event_id: '$question' as EventId, content: { msgtype: 'm.text', body: 'How?' }, unsigned: { transaction_id: transactionId } } );
	await tab.matrix.receive( room, question, answered );
	const say = ( text: string ): void => {
		panel.setComposer( text );
		panel.sendMessage();
	};
	const sent = () => tab.matrix.sent.slice( 1 ).map( ( { type, content } ) => ( { type, content } ) );
	const signs = () => panel.state.value.entries.flatMap( ( entry ) => (
		entry.kind === 'helper' ? shownSigns( entry, readPending( panel.state.value.outbox ).get( entry.id ) ) : []
	) );
	const hasThanked = () => readOwnSign( panel.state.value, answered.event_id, THANKS_KEY ).put !== undefined;
	return { tab, panel, question, say, sent, signs, hasThanked };
}

describe( 'formatting', () => {
	it( 'goes with messages and edits, however late the part for it comes, in order', async () => {
		const { panel, say, sent } = await talk();
		say( 'I **did**' );
		say( 'and so' );
		await settle();
		panel.startEdit();
		say( 'and **so**' );
		await settle();
		expect( sent() ).toMatchObject( [
			{ content: { body: 'I **did**', formatted_body: '<I **did**>' } },
			{ content: { body: 'and so' } },
			{ content: { body: '* and **so**', 'm.new_content': { body: 'and **so**', formatted_body: '<and **so**>' } } }
		] );
		expect( sent()[ 1 ]!.content ).not.toHaveProperty( 'formatted_body' );
	} );

	it( 'is not looked for in the text alternative of a picture', async () => {
		const { panel, sent } = await talk();
		panel.sendPicture( 'A **button**', { msgtype: 'm.image', url: 'mxc://help.example/1' } );
		await settle();
		expect( sent()[ 0 ]!.content ).toEqual( { msgtype: 'm.image', body: 'A **button**', url: 'mxc://help.example/1' } );
	} );
} );

describe( 'a reply', () => {
	it( 'names what it answers, once', async () => {
		const { panel, say, sent } = await talk();
		panel.startReply( answered.event_id );
		say( 'Thanks' );
		say( 'Bye' );
		await settle();
		expect( sent() ).toMatchObject( [
			{ content: { body: 'Thanks', 'm.relates_to': { 'm.in_reply_to': { event_id: answered.event_id } } } }, { content: { body: 'Bye' } }
		] );
		expect( sent()[ 1 ]!.content ).not.toHaveProperty( [ 'm.relates_to' ] );
	} );

	it( 'can be left, and is there again after a reload', async () => {
		const { tab, panel } = await talk();
		panel.startReply( answered.event_id );
		panel.setComposer( 'half' );
		const next = await tab.openPage();
		expect( next.state.value ).toMatchObject( { replyTo: answered.event_id, composer: 'half' } );
		next.leaveWriting();
		expect( next.state.value ).toMatchObject( { replyTo: undefined, composer: 'half' } );
	} );
} );

describe( 'an edit', () => {
	it( 'puts other words in the place of an own message, and gives back what was being written', async () => {
		const { panel, question, say, sent } = await talk();
		panel.setComposer( 'half' );
		panel.startEdit( question.event_id );
		expect( panel.state.value.composer ).toBe( 'How?' );
		say( 'How so?' );
		await settle();
		expect( panel.state.value ).toMatchObject( { composer: 'half', editing: undefined } );
		expect( sent() ).toMatchObject( [ { type: 'm.room.message', content: {
			'm.new_content': { body: 'How so?' }, 'm.relates_to': { rel_type: 'm.replace', event_id: '$question' }
		} } ] );
	} );

	it.each<[ string, ( panel: Awaited<ReturnType<typeof talk>>[ 'panel' ] ) => void ]>( [
		[ 'it is left', ( panel ) => panel.leaveWriting() ],
		[ 'nothing was changed', ( panel ) => panel.sendMessage() ]
	] )( 'sends nothing when %s', async ( _what, end ) => {
		const { panel, sent } = await talk();
		panel.setComposer( 'half' );
		panel.startEdit();
		end( panel );
		await settle();
		expect( sent() ).toEqual( [] );
		expect( panel.state.value ).toMatchObject( { composer: 'half', editing: undefined } );
	} );

	it( 'is of the last own message without an id, and never of a helper\'s', async () => {
		const { panel, say } = await talk();
		say( 'And?' );
		await settle();
		panel.startEdit();
		expect( panel.state.value.composer ).toBe( 'And?' );
		panel.leaveWriting();
		panel.startEdit( answered.event_id );
		expect( panel.state.value.editing ).toBe( undefined );
	} );

	it( 'is never of a picture, which words would take away', async () => {
		const { tab, panel, question } = await talk();
		const picture = { msgtype: 'm.image', url: 'mxc://help.example/1', body: 'picture.png', filename: 'picture.png' };
		tab.matrix.failure = failure( 'unreachable' );
		panel.sendPicture( '', picture );
		await settle();
		const [ item ] = panel.state.value.outbox;
		panel.startEdit( item!.id );
		expect( panel.state.value ).toMatchObject( { editing: undefined, composer: '' } );
		const sent = event( { sender: me, event_id: '$picture' as EventId, content: picture, unsigned: { transaction_id: item!.id } } );
		await tab.matrix.receive( room, sent );
		expect( panel.state.value.entries ).toContainEqual( expect.objectContaining( { id: '$picture', text: '' } ) );
		panel.startEdit( sent.event_id );
		expect( panel.state.value.editing ).toBe( undefined );
		panel.startEdit();
		expect( panel.state.value.editing ).toBe( question.event_id );
	} );

	it( 'changes a message that was written offline before it is sent', async () => {
		const { tab, panel, say, sent } = await talk();
		tab.matrix.failure = failure( 'unreachable' );
		say( 'first' );
		say( 'tpyo' );
		await settle();
		panel.startEdit();
		say( 'typo' );
		tab.matrix.failure = undefined;
		tab.matrix.wake();
		await settle();
		expect( sent().map( ( { content } ) => content.body ) ).toEqual( [ 'first', 'typo' ] );
	} );

	it( 'follows a message that the homeserver may have already', async () => {
		const { tab, panel, say, sent } = await talk();
		tab.matrix.failure = failure( 'unreachable' );
		say( 'tpyo' );
		await settle();
		panel.startEdit();
		say( 'typo' );
		tab.matrix.failure = undefined;
		tab.matrix.wake();
		await settle();
		expect( sent() ).toMatchObject( [
			{ content: { body: 'tpyo' } },
			{ content: { 'm.new_content': { body: 'typo' }, 'm.relates_to': { event_id: expect.stringMatching( /^\$sent-/ ) } } }
		] );
	} );

	it( 'tries a refused message again with the other words', async () => {
		const { tab, panel, say, sent } = await talk();
		tab.matrix.failure = failure( 'forbidden' );
		say( 'tpyo' );
		await settle();
		tab.matrix.failure = undefined;
		panel.startEdit();
		say( 'typo' );
		await settle();
		expect( sent() ).toMatchObject( [ { content: { body: 'typo' } } ] );
	} );

	it( 'of a refused question keeps what the question says of the page', async () => {
		const tab = createTab();
		tab.matrix.holdsAnswers = true;
		const panel = await askAndLogIn( tab );
		tab.matrix.holdsAnswers = false;
		tab.matrix.failHeld( failure( 'forbidden' ) );
		await settle();
		panel.startEdit();
		panel.setComposer( 'Why?' );
		panel.sendMessage();
		await settle();
		expect( tab.matrix.sent ).toMatchObject( [ { content: { body: 'Why?', [ CONTEXT_KEY ]: { page: 'Goat' } } } ] );
	} );

	it( 'goes on when the message has come back meanwhile', async () => {
		const { tab, panel, say, sent } = await talk();
		say( 'tpyo' );
		await settle();
		panel.startEdit();
		const { transactionId, content } = tab.matrix.sent.at( -1 )!;
		await tab.matrix.receive( room, event( { sender: me, event_id: '$back' as EventId, content, unsigned: { transaction_id: transactionId } } ) );
		say( 'typo' );
		await settle();
		expect( sent().at( -1 )?.content ).toMatchObject( { 'm.relates_to': { event_id: '$back' } } );
	} );

	it( 'of what was deleted meanwhile leaves the words in the composer', async () => {
		const { tab, panel, question, sent } = await talk();
		panel.startEdit();
		panel.setComposer( 'other words' );
		await tab.matrix.receive( room, event( { sender: me, type: 'm.room.redaction', content: { redacts: question.event_id } } ) );
		panel.sendMessage();
		await settle();
		expect( sent() ).toEqual( [] );
		expect( panel.state.value ).toMatchObject( { editing: undefined, composer: 'other words' } );
	} );

	it( 'is there again after a reload', async () => {
		const { tab, panel } = await talk();
		panel.setComposer( 'half' );
		panel.startEdit();
		panel.setComposer( 'Ho' );
		const next = await tab.openPage();
		expect( next.state.value ).toMatchObject( { editing: '$question', composer: 'Ho' } );
		next.leaveWriting();
		expect( next.state.value.composer ).toBe( 'half' );
	} );
} );

describe( 'a deletion', () => {
	it( 'is asked for once more, and takes the message back', async () => {
		const { tab, panel, question } = await talk();
		panel.askToDelete( question.event_id );
		expect( panel.state.value.deleting ).toBe( '$question' );
		expect( tab.matrix.redacted ).toEqual( [] );
		panel.deleteMessage( question.event_id );
		panel.deleteMessage( question.event_id );
		await settle();
		expect( panel.state.value.deleting ).toBe( undefined );
		expect( tab.matrix.redacted ).toEqual( [ '$question' ] );
		panel.startEdit();
		expect( panel.state.value.editing ).toBe( undefined );
	} );

	it( 'drops a message that is not sent yet', async () => {
		const { tab, panel, say, sent } = await talk();
		tab.matrix.failure = failure( 'unreachable' );
		say( 'oops' );
		await settle();
		panel.deleteMessage( panel.state.value.outbox.at( -1 )!.id );
		tab.matrix.failure = undefined;
		tab.matrix.wake();
		await settle();
		expect( sent() ).toEqual( [] );
		expect( tab.matrix.redacted ).toEqual( [] );
	} );

	it( 'is never of a helper\'s message', async () => {
		const { tab, panel } = await talk();
		panel.deleteMessage( answered.event_id );
		await settle();
		expect( tab.matrix.redacted ).toEqual( [] );
	} );
} );

describe( 'a sign under a message', () => {
	it( 'is put there and counted at once, and taken away again', async () => {
		const { tab, panel, sent, signs } = await talk();
		panel.react( answered.event_id, '👍' );
		expect( signs() ).toEqual( [ { key: '👍', count: 1, isMine: true } ] );
		await settle();
		expect( sent() ).toEqual( [ { type: 'm.reaction', content: writeReaction( { target: answered.event_id, key: '👍' } ) } ] );
		panel.react( answered.event_id, '👍' );
		expect( signs() ).toEqual( [] );
		await settle();
		expect( tab.matrix.redacted ).toEqual( [ `$sent-${ tab.matrix.sent.at( -1 )!.transactionId }` ] );
	} );

	it( 'of thanks is one that the newcomer has put from the first moment on, until they take it back', async () => {
		const { tab, panel, hasThanked } = await talk();
		expect( hasThanked() ).toBe( false );
		const theirs = event( { sender: bot, type: 'm.reaction', content: writeReaction( { target: answered.event_id, key: THANKS_KEY } ) } );
		await tab.matrix.receive( room, theirs );
		panel.react( answered.event_id, '👍' );
		expect( hasThanked() ).toBe( false );
		panel.react( answered.event_id, THANKS_KEY );
		expect( hasThanked() ).toBe( true );
		await settle();
		const own = event( { sender: me, type: 'm.reaction', content: writeReaction( { target: answered.event_id, key: THANKS_KEY } ) } );
		await tab.matrix.receive( room, own );
		expect( hasThanked() ).toBe( true );
		panel.react( answered.event_id, THANKS_KEY );
		expect( hasThanked() ).toBe( false );
	} );

	it( 'of thanks that was refused is still one that they want', async () => {
		const { tab, panel, hasThanked } = await talk();
		tab.matrix.failure = failure( 'forbidden' );
		panel.react( answered.event_id, THANKS_KEY );
		await settle();
		expect( hasThanked() ).toBe( true );
		panel.removeMessage( panel.state.value.outbox.at( -1 )!.id );
		expect( hasThanked() ).toBe( false );
	} );

	it( 'of one\'s own is taken away by its event', async () => {
		const { tab, panel, signs } = await talk();
		const thumb = event( { sender: me, type: 'm.reaction', content: writeReaction( { target: answered.event_id, key: '👍' } ) } );
		const helpers = event( { sender: bot, type: 'm.reaction', content: writeReaction( { target: answered.event_id, key: '👍' } ) } );
		await tab.matrix.receive( room, thumb, helpers );
		expect( signs() ).toEqual( [ { key: '👍', count: 2, isMine: true } ] );
		panel.react( answered.event_id, '👍' );
		expect( signs() ).toEqual( [ { key: '👍', count: 1, isMine: false } ] );
		await settle();
		expect( tab.matrix.redacted ).toEqual( [ thumb.event_id ] );
	} );

	it( 'that was put there and taken away offline is never sent', async () => {
		const { tab, panel, say, sent } = await talk();
		tab.matrix.failure = failure( 'unreachable' );
		say( 'before' );
		panel.react( answered.event_id, '👍' );
		panel.react( answered.event_id, '👍' );
		await settle();
		tab.matrix.failure = undefined;
		tab.matrix.wake();
		await settle();
		expect( sent() ).toMatchObject( [ { content: { body: 'before' } } ] );
	} );

	it( 'that was refused is not shown, and can be tried again', async () => {
		const { tab, panel, sent, signs } = await talk();
		tab.matrix.failure = failure( 'forbidden' );
		panel.react( answered.event_id, '👍' );
		await settle();
		expect( signs() ).toEqual( [] );
		tab.matrix.failure = undefined;
		panel.retryMessage( panel.state.value.outbox.at( -1 )!.id );
		await settle();
		expect( sent() ).toHaveLength( 1 );
		expect( signs() ).toEqual( [ { key: '👍', count: 1, isMine: true } ] );
	} );
} );
