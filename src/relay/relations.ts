import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import { isRecord } from '../protocol/ids.ts';
import type { Log } from './log.ts';
import { isTemporary, TaskRefused } from './refusal.ts';
import type { AnswerTask, OutboxItem, Request, SayTask, Task } from './routing/model.ts';
import { helperNotice, placeOf } from './routing/model.ts';
import { questionText } from './routing/newcomer-words.ts';
import type { EventPlace, Homeserver, Mapping, Store, StoreTransaction } from './routing/ports.ts';

type Of<Kind extends Task[ 'kind' ]> = Extract<Task, { readonly kind: Kind }>;

export type RelationsOptions = {
	readonly store: Store;
	readonly bot: UserId;
	readonly log: Log;
	readonly homeserverOf: ( account: UserId ) => Homeserver;
	/** Passes a message on as if it were new. */
	readonly pass: ( item: OutboxItem, words: SayTask | AnswerTask ) => Promise<readonly string[]>;
	/** Sends the bot's edit of a mirror once, and resolves with it. */
	readonly sendEdit: ( item: OutboxItem, words: SayTask | AnswerTask, mapping: Mapping, account: UserId ) => Promise<EventId>;
	/** Finds what an earlier process may have sent for an event without noting it. */
	readonly findSent: ( item: OutboxItem, account: UserId, roomId: RoomId, source: EventId ) => Promise<EventId | undefined>;
	/** What the newcomer's question says by now, an edit of it having been taken back. */
	readonly questionNow: ( request: Request, roomId: RoomId ) => Promise<string>;
	/** Sends the card as it is now, and notes the bot's edit, with which it resolves, as made for `source`, by default the question. */
	readonly updateCard: ( item: OutboxItem, requestId: number, source?: EventPlace ) => Promise<EventId>;
};

/** What is done to messages that were passed on: edits, deletions, reactions. Each resolves with the lanes that got something to do. */
export type Relations = {
	edit( item: OutboxItem, task: Of<'edit'> ): Promise<readonly string[]>;
	delete( item: OutboxItem, task: Of<'delete'> ): Promise<readonly string[]>;
	react( item: OutboxItem, task: Of<'react'> ): Promise<readonly string[]>;
};

// A client may name an event of any room; what is done to it counts in its own room only.
type InRoom = { readonly roomId: RoomId };

/** All, if what they carry was said in a room; a card's own edits name the conversation's first room, wherever its question is. */
function ifFrom( { roomId }: InRoom, mappings: Mapping[] ): Mapping[] {
	return mappings.some( ( { source } ) => source.roomId === roomId ) ? mappings : [];
}

/** What an event of the bot in a room carries. */
async function mirrorIn( tx: StoreTransaction, { roomId }: InRoom, event: EventId ): Promise<Mapping | undefined> {
	const mapping = await tx.mapping( event );
	return mapping?.mirror.roomId === roomId ? mapping : undefined;
}

/** The event that stands in a room for one of the other side. */
export async function counterpart( tx: StoreTransaction, event: EventId, roomId: RoomId ): Promise<EventId | undefined> {
	const asMirror = await tx.mapping( event );
	if ( asMirror ) {
		return asMirror.source.roomId === roomId ? asMirror.original : undefined;
	}
	return ( await tx.mappingsOf( event ) ).find( ( { mirror, isEdit } ) => !isEdit && mirror.roomId === roomId )?.mirror.eventId;
}

export function createRelations( options: RelationsOptions ): Relations {
	const { store, bot, log, homeserverOf, updateCard } = options;

	/** The account that can act in a room: in a Support room the bot, in a conversation its receiver. */
	async function accountIn( tx: StoreTransaction, roomId: RoomId ): Promise<UserId> {
		return ( await tx.room( roomId ) )?.receiver ?? bot;
	}

	async function finish( item: OutboxItem ): Promise<readonly string[]> {
		await store.transaction( ( tx ) => tx.removeItem( item.id ) );
		return [];
	}

	/** The request whose question a message is. */
	async function requestAsking( tx: StoreTransaction, original: EventId, mappings: readonly Mapping[] ): Promise<Request | undefined> {
		const [ first ] = mappings;
		const request = first && await tx.request( first.requestId );
		return request?.questionEvent === original ? request : undefined;
	}

	/** Whether something may still be said in a room: a Support room, or a conversation that nobody has left. */
	async function isOpen( tx: StoreTransaction, roomId: RoomId ): Promise<boolean> {
		return ( ( await tx.room( roomId ) )?.state ?? 'open' ) === 'open';
	}

	/** An edit of what the other side has not got. */
	async function editUnknown( item: OutboxItem, { original, words }: Of<'edit'> ): Promise<readonly string[]> {
		const wasSetAside = await store.transaction( ( tx ) => tx.isSetAside( original, words.kind ) );
		if ( wasSetAside && !words.isDeleted ) {
			const place = { ...placeOf( words ), eventId: original };
			return options.pass( item, words.kind === 'say' ? { ...words, ...place } : { ...words, source: place } );
		}
		return store.transaction( async ( tx ) => {
			await tx.removeItem( item.id );
			if ( words.kind === 'say' || words.isDeleted ) {
				return [];
			}
			const text = 'The newcomer does not have the message that was edited here, so the edit was not passed on. Write it as a new message.';
			const notice = helperNotice( bot, words, 'unknown', words.source.eventId, text );
			await tx.enqueue( notice );
			return [ notice.lane ];
		} );
	}

	async function edit( item: OutboxItem, task: Of<'edit'> ): Promise<readonly string[]> {
		const { original, words } = task;
		const source = placeOf( words );
		const { copies, request, accounts, isLeft } = await store.transaction( async ( tx ) => {
			const all = ifFrom( task, await tx.mappingsOf( original ) ).filter( ( { isEdit } ) => !isEdit );
			return {
				copies: all, request: await requestAsking( tx, original, all ),
				accounts: await Promise.all( all.map( ( { mirror } ) => accountIn( tx, mirror.roomId ) ) ),
				isLeft: await Promise.all( all.map( async ( { mirror } ) => !await isOpen( tx, mirror.roomId ) ) )
			};
		} );
		if ( copies.length === 0 ) {
			return editUnknown( item, task );
		}
		// Only who said it may change it; a homeserver does not see to that.
		const speaker = words.kind === 'answer' ? words.speaker : undefined;
		if ( copies.some( ( copy ) => copy.speaker !== speaker ) || request?.question === '' ) {
			return finish( item );
		}
		if ( !isLeft.includes( false ) && words.isDeleted ) {
			return finish( item );
		}
		if ( !isLeft.includes( false ) ) {
			throw new TaskRefused( 'the newcomer has left the conversation' );
		}
		if ( request && !words.isDeleted ) {
			await store.transaction( ( tx ) => tx.setRequestQuestion( request.id, questionText( words ) ) );
		}
		const made: Mapping[] = [];
		for ( const [ index, copy ] of copies.entries() ) {
			const account = accounts[ index ]!;
			const { roomId } = copy.mirror;
			if ( isLeft[ index ] ) {
				continue;
			}
			const isCard = copy.mirror.eventId === request?.rootEvent;
			if ( isCard ) {
				await ( words.isDeleted ? dropCardEdit( item, request, copy ) : updateCard( item, request.id, source ) );
				continue;
			}
			const eventId = words.isDeleted ?
					await options.findSent( item, account, roomId, source.eventId ) :
					await options.sendEdit( item, words, copy, account );
			if ( eventId !== undefined ) {
				made.push( { ...copy, mirror: { roomId, eventId }, source, isEdit: true } );
			}
		}
		return store.transaction( async ( tx ) => {
			for ( const mapping of made ) {
				await tx.addMapping( mapping );
			}
			await tx.removeItem( item.id );
			return [];
		} );
	}

	/** An edit of the question that was taken back before it was noted as sent: it may be on the card, and its words in the store. */
	async function dropCardEdit( item: OutboxItem, request: Request, { mirror, source }: Mapping ): Promise<void> {
		const question = await options.questionNow( request, source.roomId );
		await store.transaction( ( tx ) => tx.setRequestQuestion( request.id, question ) );
		// A card has no marker by which to find its edits; under the same transaction id it is what was sent, if anything was.
		const sent = await updateCard( item, request.id );
		await updateCard( { ...item, transactionId: `${ item.transactionId } taken back` }, request.id );
		await redactAll( item, [ { roomId: mirror.roomId, eventId: sent } ] );
		await store.transaction( ( tx ) => tx.removeMapping( sent ) );
	}

	/** Takes events back; what cannot be is gone already, or never can be. */
	async function redactAll( item: OutboxItem, places: readonly EventPlace[] ): Promise<void> {
		let refusal: unknown;
		for ( const { roomId, eventId } of places ) {
			const account = await store.transaction( ( tx ) => accountIn( tx, roomId ) );
			try {
				await homeserverOf( account ).redact( roomId, `${ item.transactionId } ${ eventId }`, eventId );
				log.info( { event: eventId, lane: item.lane }, 'taken back' );
			} catch ( error ) {
				if ( isTemporary( error ) ) {
					throw error;
				}
				refusal = error;
			}
		}
		if ( refusal !== undefined ) {
			throw new TaskRefused( `not everything could be taken back: ${ String( refusal ) }`, { cause: refusal } );
		}
	}

	async function forget( tx: StoreTransaction, mappings: readonly Mapping[] ): Promise<void> {
		for ( const { mirror, original, isEdit } of mappings ) {
			await tx.removeMapping( mirror.eventId );
			await tx.removeReactionsTo( mirror.eventId );
			if ( !isEdit ) {
				await tx.removeReactionsTo( original );
			}
		}
	}

	/** What a deletion is about, as it is known in the store. */
	function find( task: Of<'delete'> ) {
		const { target } = task;
		return store.transaction( async ( tx ) => {
			// A moderator may take the bot's mirror back; then what it mirrors goes, and the other mirrors of it.
			const taken = await mirrorIn( tx, task, target );
			const place = taken?.source ?? task;
			const original = taken?.original ?? target;
			const ofEdit = ifFrom( place, await tx.mappingsOfEdit( taken?.isEdit ? taken.source.eventId : target ) );
			const isEdit = taken?.isEdit ?? ofEdit.length > 0;
			const all = ifFrom( place, await tx.mappingsOf( isEdit ? ofEdit[ 0 ]?.original ?? original : original ) );
			const request = await requestAsking( tx, all[ 0 ]?.original ?? original, all );
			const affected = isEdit ? ofEdit : all;
			return {
				isEdit, request, all, affected,
				sources: taken ? affected.map( ( { source } ) => source ) : []
			};
		} );
	}

	async function deleteEvent( item: OutboxItem, task: Of<'delete'> ): Promise<readonly string[]> {
		const { isEdit, request, all, affected, sources } = await find( task );
		if ( task.speaker !== undefined && affected.some( ( { speaker } ) => speaker !== task.speaker ) ) {
			return finish( item );
		}
		// The card stays, as it is the request; its text goes, and all edits that may have carried it.
		let mirrors = request ? all.filter( ( { mirror, isEdit: isCardEdit } ) => (
			mirror.eventId !== request.rootEvent && ( isCardEdit || !isEdit )
		) ) : affected;
		if ( request ) {
			const question = isEdit ? await options.questionNow( request, all[ 0 ]!.source.roomId ) : '';
			await store.transaction( ( tx ) => tx.setRequestQuestion( request.id, question ) );
			if ( request.rootEvent !== task.target ) {
				const shown = await updateCard( item, request.id );
				// Tried again, it finds what it sent before among those that may have carried the text.
				mirrors = mirrors.filter( ( { mirror } ) => mirror.eventId !== shown );
			}
		}
		const places = [ ...sources, ...mirrors.map( ( { mirror } ) => mirror ) ].filter( ( { eventId } ) => eventId !== task.target );
		await redactAll( item, [ ...new Map( places.map( ( place ) => [ place.eventId, place ] ) ).values() ] );
		return store.transaction( async ( tx ) => {
			await forget( tx, mirrors );
			await tx.removeItem( item.id );
			return [];
		} );
	}

	/** Sends the bot's reaction, or finds the one that it has sent. */
	async function sendReaction(
		account: UserId, { roomId, eventId: target }: EventPlace, key: string, transactionId: string
	): Promise<EventId | undefined> {
		try {
			return await homeserverOf( account ).react( roomId, transactionId, { target, key } );
		} catch ( error ) {
			if ( !( error instanceof Error && 'errcode' in error && error.errcode === 'M_DUPLICATE_ANNOTATION' ) ) {
				throw error;
			}
			return homeserverOf( account ).findOwn( roomId, 0, ( content ) => {
				const relation = isRecord( content ) ? content[ 'm.relates_to' ] : undefined;
				return isRecord( relation ) && relation.event_id === target && relation.key === key;
			} );
		}
	}

	async function react( item: OutboxItem, task: Of<'react'> ): Promise<readonly string[]> {
		const { target, key } = task;
		const { isWanted, places } = await store.transaction( async ( tx ) => {
			const asMirror = await mirrorIn( tx, task, target );
			const mirrors = ( asMirror ? await tx.mappingsOf( asMirror.original ) : ifFrom( task, await tx.mappingsOf( target ) ) )
				.filter( ( { isEdit } ) => !isEdit ).map( ( { mirror } ) => mirror );
			const others = asMirror ? [ asMirror.source ] : mirrors;
			// One message may have several mirrors; a reaction to any of them is one to the message.
			const targets = asMirror ? mirrors.map( ( { eventId } ) => eventId ) : [ target ];
			return {
				isWanted: ( await Promise.all( targets.map( ( one ) => tx.hasReactions( one, key ) ) ) ).includes( true ),
				places: await Promise.all( others.map( async ( place ) => ( {
					...place, account: await accountIn( tx, place.roomId ), mirror: await tx.reactionMirror( place.eventId, key ),
					isLeft: !await isOpen( tx, place.roomId )
				} ) ) )
			};
		} );
		for ( const { account, mirror, isLeft, ...place } of places ) {
			if ( isLeft || ( isWanted ? mirror?.eventId !== undefined : !mirror ) ) {
				continue;
			}
			// Noted before it is sent, or nobody would know of it if the last reaction went while this process is dead.
			const transactionId = mirror?.transactionId ?? `${ item.transactionId } ${ place.eventId }`;
			if ( isWanted ) {
				await store.transaction( ( tx ) => tx.setReactionMirror( place.eventId, key, { eventId: undefined, transactionId } ) );
			}
			const eventId = mirror?.eventId ?? await sendReaction( account, place, key, transactionId );
			if ( !isWanted && eventId !== undefined ) {
				await homeserverOf( account ).redact( place.roomId, `${ item.transactionId } ${ eventId }`, eventId );
			}
			await store.transaction( ( tx ) => isWanted ?
					tx.setReactionMirror( place.eventId, key, { eventId, transactionId } ) :
					tx.removeReactionMirror( place.eventId, key ) );
		}
		return finish( item );
	}

	return { edit, delete: deleteEvent, react };
}
