import { expect, it } from 'vitest';
import type { EventId, UserId } from '../../../src/protocol/ids.ts';
import { createProfiles } from '../../../src/relay/profiles.ts';
import { openScratchStore, silentLog } from '../../support/relay-store.ts';

const bot = '@bot:example.org' as UserId;
const newcomer = '@mw-4-:example.org' as UserId;

it( 'the cards of all conversations of a newcomer are completed when the wiki has told who they are, by whichever it was asked', async ( { onTestFinished } ) => {
	const scratch = openScratchStore();
	onTestFinished( () => scratch.dispose() );
	const conversations = await scratch.store.transaction( async ( tx ) => {
		const made = [];
		for ( const [ who, wiki, team ] of [
			[ newcomer, 'enwiki', 'general' ], [ newcomer, 'enwiki', 'other' ], [ newcomer, 'dewiki', 'general' ], [ '@mw-5-:example.org', 'enwiki', 'general' ]
		] as const ) {
			const conversation = await tx.ensureConversation( { newcomer: who as UserId, wiki, team } );
			const { id: conversationId } = conversation;
			await tx.addRequest( { conversationId, wiki, question: 'q', questionEvent: `$${ conversationId }` as EventId, context: undefined, askedAtMs: 1 } );
			made.push( conversation );
		}
		return made;
	} );
	const woken: string[] = [];
	const profiles = createProfiles( {
		store: scratch.store, bot, log: silentLog, serverName: 'example.org', random: () => 0, onWork: ( lanes ) => void woken.push( ...lanes ),
		directory: { find: () => Promise.resolve( { name: 'PygmyFan', editCount: 3, registeredAtMs: undefined, isBlocked: false } ) }
	} );
	await profiles.learn( conversations[ 1 ]!, 1_000 );
	expect( woken.sort() ).toEqual( [ '1:in', '2:in' ] );
	await profiles.learn( conversations[ 0 ]!, 1_000 );
	expect( woken ).toHaveLength( 2 );
} );
