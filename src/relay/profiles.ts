import { createBackOff, sleepUnlessAborted } from '../matrix/index.ts';
import type { Log } from './log.ts';
import type { Conversation, WikiProfile } from './routing/model.ts';
import { inwardLane } from './routing/model.ts';
import { centralIdOf } from './routing/newcomer-id.ts';
import type { Store, WikiDirectory } from './routing/ports.ts';
import type { UserId } from '../protocol/ids.ts';

export type ProfilesOptions = {
	readonly store: Store;
	readonly directory: WikiDirectory;
	readonly bot: UserId;
	readonly serverName: string;
	/** The wikis that are configured, by default all: an earlier configuration may have had others. */
	readonly wikis?: ReadonlySet<string>;
	readonly log: Log;
	/** Called with lanes in which a card waits to be completed. */
	readonly onWork: ( lanes: Iterable<string> ) => void;
	readonly random: () => number;
};

/** Learns from the wikis who asks. No message ever waits for longer than it is told to. */
export interface Profiles {
	/** Asks the wiki, unless it has answered before, for at most `timeoutMs`; a failure is made up for in the background. */
	learn( conversation: Conversation, timeoutMs: number ): Promise<void>;
	/** Asks for every conversation with a card that has no name yet, again and again until all are known. */
	completeCards(): void;
	stop(): void;
}

const BACKGROUND_TIMEOUT_MS = 15_000;

export function createProfiles( options: ProfilesOptions ): Profiles {
	const { store, directory, log } = options;
	const stopper = new AbortController();
	let completing: Promise<void> | undefined;
	const isOnKnownWiki = ( { wiki }: Conversation ): boolean => options.wikis?.has( wiki ) ?? true;

	/** @returns the lanes in which a card waits to be completed, or `undefined` when nothing was learned */
	async function ask( conversation: Conversation, timeoutMs: number ): Promise<readonly string[] | undefined> {
		const centralId = centralIdOf( conversation.newcomer, options.serverName );
		try {
			const profile = centralId === undefined ? undefined : await directory.find( conversation.wiki, centralId, timeoutMs );
			if ( profile ) {
				return await keep( conversation, profile );
			}
			log.warn( { conversation: conversation.id, wiki: conversation.wiki }, 'the wiki does not know this newcomer' );
		} catch ( error ) {
			log.warn( { conversation: conversation.id, wiki: conversation.wiki, error }, 'the wiki cannot be asked who this is' );
		}
		return undefined;
	}

	async function completeAll(): Promise<void> {
		const backOff = createBackOff( { random: options.random, firstDelayMs: 1_000, longestDelayMs: 60_000 } );
		while ( !stopper.signal.aborted ) {
			const unnamed = await store.transaction( ( tx ) => tx.conversationsWithoutProfile() );
			const open = unnamed.filter( isOnKnownWiki );
			if ( open.length === 0 ) {
				return;
			}
			for ( const conversation of open ) {
				options.onWork( stopper.signal.aborted ? [] : await ask( conversation, BACKGROUND_TIMEOUT_MS ) ?? [] );
			}
			await sleepUnlessAborted( backOff.next(), stopper.signal );
		}
	}

	/** Name and edit in one transaction: a crash between them would leave the card as it is for ever. */
	function keep( conversation: Conversation, profile: WikiProfile ): Promise<readonly string[]> {
		return store.transaction( async ( tx ) => {
			// It is known for all their conversations there at once, so each card has to be completed now.
			const unnamed = ( await tx.conversationsWithoutProfile() )
				.filter( ( { newcomer, wiki } ) => newcomer === conversation.newcomer && wiki === conversation.wiki );
			await tx.setProfile( conversation, profile );
			const lanes: string[] = [];
			for ( const { id } of unnamed ) {
				const request = await tx.openRequest( id );
				if ( request ) {
					const task = { kind: 'card-edit', requestId: request.id } as const;
					lanes.push( inwardLane( id ) );
					await tx.enqueue( {
						lane: inwardLane( id ), receiver: options.bot, transactionId: `complete ${ request.questionEvent }`, task
					} );
				}
			}
			return lanes;
		} );
	}

	return {
		async learn( conversation, timeoutMs ) {
			if ( !conversation.profile && timeoutMs > 0 && isOnKnownWiki( conversation ) ) {
				options.onWork( await ask( conversation, timeoutMs ) ?? [] );
			}
		},
		completeCards() {
			completing ??= completeAll()
				.catch( ( error: unknown ) => {
					if ( !stopper.signal.aborted ) {
						log.error( { error }, 'cards cannot be completed' );
					}
				} )
				.finally( () => {
					completing = undefined;
				} );
		},
		stop() {
			// A look-up on its way is not waited for: what it would learn is asked for again.
			stopper.abort();
		}
	};
}
