import type { ServiceClient } from '../../src/matrix/index.ts';
import { MatrixFailure } from '../../src/matrix/index.ts';
import type { EventId, RoomId, UserId } from '../../src/protocol/ids.ts';
import { writeReaction } from '../../src/protocol/message.ts';
import { writeQuestionContext } from '../../src/protocol/question.ts';
import { testContext } from '../support/relay-house.ts';
import type { Act, MessageKind, Side } from './evidence.ts';
import type { RoomReader } from './room-reader.ts';
import type { Role, Step } from './script.ts';
import type { Watch } from './watch.ts';

/** An account at a client that sends one thing at a time, as clients do. */
export type Account = {
	readonly userId: UserId;
	readonly client: ServiceClient;
	/** Does one thing after the other. */
	inTurn<Result>( work: () => Promise<Result> ): Promise<Result>;
};

export type ActorOptions = {
	readonly conversation: number;
	readonly role: Role;
	readonly account: Account;
	/** Where they act. */
	readonly roomId: RoomId;
	/** Of what they see there. */
	readonly reader: RoomReader;
	/** Of the other side, as it is in `reader`. */
	readonly mirrors: () => readonly EventId[];
	/** Root of the thread in which a helper answers. */
	readonly card: () => EventId | undefined;
	/** Of the one image that all send. */
	readonly imageUrl: string;
	readonly watch: Watch;
	readonly onAct: ( act: Act ) => void;
};

type Said = { readonly kind: MessageKind; readonly eventId: EventId; readonly edits: EventId[] };
type Reacted = { readonly eventId: EventId; readonly target: EventId; readonly key: string };

/** How many of the latest things somebody still has in mind. */
const IN_MIND = 12;
const AGAIN_AFTER_MS = 200;

export function createAccount( userId: UserId, client: ServiceClient ): Account {
	let last: Promise<unknown> = Promise.resolve();
	return {
		userId, client,
		inTurn( work ) {
			const done = last.then( work );
			last = done.catch( () => {} );
			return done;
		}
	};
}

/** Does something until the homeserver has taken it: what was sent is then known exactly. @throws MatrixFailure when it is refused */
export async function untilTaken<Result>( watch: Watch, work: () => Promise<Result> ): Promise<Result> {
	for ( ;; ) {
		try {
			return await work();
		} catch ( error ) {
			if ( !( error instanceof MatrixFailure ) || !error.isTemporary || watch.isSilent() ) {
				throw error;
			}
			await watch.wait( AGAIN_AFTER_MS );
		}
	}
}

/** One person in one conversation. Resolves from each step when the homeserver has taken what was done. */
export function createActor( options: ActorOptions ): { act( step: Step ): Promise<void> } {
	const { conversation, role, account, roomId, watch } = options;
	const side: Side = role === 'newcomer' ? 'newcomer' : 'helper';
	const said: Said[] = [];
	const reacted: Reacted[] = [];
	let count = 0;

	/** The same transaction id however often it is tried. */
	async function take( act: Omit<Act, 'conversation' | 'side' | 'sender' | 'eventId'>, send: ( transactionId: string ) => Promise<EventId> ): Promise<EventId> {
		const transactionId = `${ conversation }-${ role }-${ count++ }`;
		const eventId = await account.inTurn( () => untilTaken( watch, () => send( transactionId ) ) );
		watch.moved();
		options.onAct( { ...act, conversation, side, sender: account.userId, eventId } );
		return eventId;
	}
	const send = ( act: Parameters<typeof take>[ 0 ], content: Record<string, unknown>, type = 'm.room.message' ): Promise<EventId> => (
		take( act, ( transactionId ) => account.client.sendEvent( roomId, type, transactionId, content ) )
	);
	const redact = ( act: { kind: 'deletion' | 'removal'; target: EventId } ): Promise<EventId> => (
		take( act, ( transactionId ) => account.client.redactEvent( roomId, transactionId, act.target ) )
	);
	const chosen = <Thing>( things: readonly Thing[], choice: number ): Thing | undefined => {
		const recent = things.slice( -IN_MIND );
		// Mostly the latest, of which the relay has not done its part yet.
		return recent.at( -1 - Math.floor( choice ** 2 * recent.length ) );
	};
	const forget = <Thing>( things: Thing[], thing: Thing ): void => void things.splice( things.indexOf( thing ), 1 );

	/** How a message stands in the room: newcomers have no threads, and helpers answer in one, or with a plain reply. */
	function relation( replyTo: EventId | undefined, isOther: boolean ): Record<string, unknown> {
		const card = options.card();
		const inReplyTo = { 'm.in_reply_to': { event_id: replyTo ?? card } };
		if ( side === 'newcomer' || ( replyTo !== undefined && isOther ) ) {
			return replyTo === undefined ? {} : { 'm.relates_to': inReplyTo };
		}
		return { 'm.relates_to': { rel_type: 'm.thread', event_id: card, is_falling_back: replyTo === undefined, ...inReplyTo } };
	}
	const context = side === 'newcomer' ? writeQuestionContext( testContext ) : {};

	async function say( { words }: Step, replyTo?: EventId, isOther = false ): Promise<void> {
		const kind = replyTo === undefined ? 'text' : 'reply';
		const content = { msgtype: 'm.text', body: words, ...relation( replyTo, isOther ), ...context };
		const eventId = await send( { kind, text: words, ...( replyTo !== undefined && { target: replyTo } ) }, content );
		said.push( { kind, eventId, edits: [] } );
	}

	async function show( { words, isOther }: Step ): Promise<void> {
		const { imageUrl: url } = options;
		const fileName = 'goat.png';
		const eventId = await send( { kind: 'image', text: isOther ? words : '', url }, {
			msgtype: 'm.image', url, info: { mimetype: 'image/png', size: 70, w: 1, h: 1 },
			...( isOther ? { body: words, filename: fileName } : { body: fileName } ), ...relation( undefined, false ), ...context
		} );
		said.push( { kind: 'image', eventId, edits: [] } );
	}

	async function edit( { words, choice }: Step ): Promise<boolean> {
		const message = chosen( said.filter( ( { kind } ) => kind !== 'image' ), choice );
		if ( message ) {
			message.edits.push( await send( { kind: 'edit', text: words, target: message.eventId }, {
				msgtype: 'm.text', body: `* ${ words }`, 'm.new_content': { msgtype: 'm.text', body: words },
				'm.relates_to': { rel_type: 'm.replace', event_id: message.eventId }
			} ) );
		}
		return message !== undefined;
	}

	async function undo( { choice }: Step ): Promise<boolean> {
		const message = chosen( said.filter( ( { edits } ) => edits.length > 0 ), choice );
		const target = message?.edits.at( -1 );
		if ( message && target !== undefined ) {
			await redact( { kind: 'deletion', target } );
			message.edits.pop();
		}
		return message !== undefined;
	}

	async function takeBack( { choice }: Step ): Promise<boolean> {
		const message = chosen( said, choice );
		if ( message ) {
			await redact( { kind: 'deletion', target: message.eventId } );
			forget( said, message );
		}
		return message !== undefined;
	}

	async function react( { choice, key, isOther }: Step ): Promise<boolean> {
		const messages = isOther && choice < 0.4 ? said.map( ( { eventId } ) => eventId ) : options.mirrors();
		const target = chosen( messages.filter( ( id ) => !reacted.some( ( one ) => one.target === id && one.key === key ) ), choice );
		if ( target !== undefined ) {
			reacted.push( { target, key, eventId: await send( { kind: 'reaction', target, key }, writeReaction( { target, key } ), 'm.reaction' ) } );
		}
		return target !== undefined;
	}

	async function unreact( { choice }: Step ): Promise<boolean> {
		const reaction = chosen( reacted, choice );
		if ( reaction ) {
			await redact( { kind: 'removal', target: reaction.eventId } );
			forget( reacted, reaction );
		}
		return reaction !== undefined;
	}

	async function attempt( step: Step ): Promise<boolean> {
		switch ( step.kind ) {
			case 'edit': return edit( step );
			case 'undo': return undo( step );
			case 'deletion': return takeBack( step );
			case 'removal': return unreact( step );
			case 'reaction': return react( step );
			case 'reply': {
				const target = chosen( options.mirrors(), step.choice );
				await ( target !== undefined && say( step, target, step.isOther ) );
				return target !== undefined;
			}
			case 'image': return show( step ).then( () => true );
			case 'text': return false;
		}
	}

	return {
		async act( step ) {
			if ( step.kind === 'reply' || step.kind === 'reaction' ) {
				await untilTaken( watch, () => options.reader.refresh() );
			}
			if ( !await attempt( step ) ) {
				await say( step );
			}
		}
	};
}
