import type { StatusPage, TeamAvailability } from '../protocol/availability.ts';
import type { RoomId, UserId } from '../protocol/ids.ts';
import { createBackOff, sleepUnlessAborted } from '../matrix/index.ts';
import type { HelpersHere } from './helpers-here.ts';
import type { Log } from './log.ts';
import { HERE_FOR_MS, helpersHere, pageDue, USUAL, usualMinutes } from './routing/availability.ts';
import type { StatusPages, Store } from './routing/ports.ts';
import { StoreError } from './store/database.ts';

export type StatusPagesOptions = {
	readonly store: Store;
	/** Those with an account for it. */
	readonly wikis: readonly string[];
	readonly pages: StatusPages;
	/** The teams that show on it: never a private one. */
	readonly teams: ReadonlyMap<string, { readonly supportRoom: RoomId; readonly bots: readonly UserId[] }>;
	readonly here: HelpersHere;
	/** When the last batch was taken in before the start, in ms since 1970: who was here then may still be. */
	readonly tookLastAtMs: number;
	/** The shortest time between two edits of a page. */
	readonly everyMs: number;
	/** For how long a page is to be believed. */
	readonly validMs: number;
	readonly now: () => number;
	readonly random: () => number;
	readonly log: Log;
	/** Called with a broken store: the relay cannot go on. */
	readonly onBroken: ( error: unknown ) => void;
	/** Waits, and ends early when the signal fires. */
	readonly sleep?: ( delayMs: number, signal: AbortSignal ) => Promise<void>;
};

/** Keeps the wikis' status pages, beside everything else. */
export interface StatusPagesWriter {
	/** Ends it, and takes back on each page that anybody is here, for at most `timeoutMs`. */
	stop( timeoutMs: number ): Promise<void>;
}

type Lines = Readonly<Record<string, TeamAvailability>>;

/** What is known of a wiki's page; `notBeforeMs` is when it may be edited, or its wiki asked, again. */
type Known = { isRead: boolean; page: StatusPage | undefined; former: StatusPage | undefined; notBeforeMs: number; isFailing: boolean };

const LONGEST_REQUEST_MS = 15_000;
/** How often it is looked who is here; what the homeserver is asked for is asked for once in `everyMs`. */
const LOOK_EVERY_MS = 30_000;
const LONGEST_DELAY_MS = 3_600_000;

export function keepStatusPages( options: StatusPagesOptions ): StatusPagesWriter {
	const { store, wikis, pages, teams, here, everyMs, validMs, now, log, sleep = sleepUnlessAborted } = options;
	const stopper = new AbortController();
	const known = new Map( wikis.map( ( wiki ) => [ wiki, {
		isRead: false, page: undefined, former: undefined, notBeforeMs: 0, isFailing: false
	} as Known ] ) );
	const backOffs = new Map( wikis.map( ( wiki ) => [
		wiki, createBackOff( { random: options.random, firstDelayMs: everyMs, longestDelayMs: Math.max( everyMs, LONGEST_DELAY_MS ) } )
	] ) );
	const online = new Map<string, ReadonlySet<UserId>>();
	let askedAtMs = -Infinity;

	async function membersOf( team: string ): Promise<UserId[]> {
		const { supportRoom, bots } = teams.get( team )!;
		const members = await store.transaction( ( tx ) => tx.members( supportRoom ) );
		return members.map( ( { userId } ) => userId ).filter( ( userId ) => !bots.includes( userId ) && !here.isOwn( userId ) );
	}

	async function teamsNow(): Promise<Lines> {
		const mayAsk = now() - askedAtMs >= everyMs;
		askedAtMs = mayAsk ? now() : askedAtMs;
		const lines: Record<string, TeamAvailability> = {};
		for ( const [ team, { supportRoom } ] of teams ) {
			const members = await membersOf( team );
			if ( mayAsk ) {
				online.set( team, await here.online( members ) );
			}
			const waits = await store.transaction( ( tx ) => tx.lastWaits( team, now() - USUAL.withinMs, USUAL.most ) );
			const answerMinutes = usualMinutes( waits );
			lines[ team ] = {
				helpers: helpersHere( members, here.activeAtMs( supportRoom ), online.get( team ) ?? new Set(), now() ),
				...( answerMinutes !== undefined && { answerMinutes } )
			};
		}
		return lines;
	}

	/** Whoever was here just before the start may be silent, and not gone: that they are here holds for as long as it would have. */
	function withFormer( lines: Lines, former: StatusPage | undefined ): Lines {
		if ( !former || now() >= options.tookLastAtMs + HERE_FOR_MS ) {
			return lines;
		}
		return Object.fromEntries( Object.entries( lines ).map( ( [ team, line ] ) => [
			team, { ...line, helpers: Math.max( line.helpers, former.teams[ team ]?.helpers ?? 0 ) }
		] ) );
	}

	async function update( wiki: string, lines: Lines ): Promise<void> {
		const state = known.get( wiki )!;
		if ( now() < state.notBeforeMs ) {
			return;
		}
		try {
			if ( !state.isRead ) {
				state.former = await pages.read( wiki, LONGEST_REQUEST_MS );
				state.page = state.former && state.former.validUntilMs > now() ? state.former : undefined;
				state.isRead = true;
			}
			const due = pageDue( state.page, withFormer( lines, state.former ), now(), { everyMs, validMs } );
			if ( due && !stopper.signal.aborted ) {
				state.notBeforeMs = now() + everyMs;
				await pages.write( wiki, due, LONGEST_REQUEST_MS );
				state.page = due;
				log.info( { wiki }, 'the status page is written' );
			}
			if ( state.isFailing ) {
				log.warn( { wiki }, 'the status page can be kept again' );
			}
			state.isFailing = false;
			backOffs.get( wiki )!.reset();
		} catch ( error ) {
			if ( !state.isFailing && !stopper.signal.aborted ) {
				log.warn( { wiki, error }, 'the status page cannot be kept; it is tried again' );
			}
			// What an edit without an answer has done is not known.
			Object.assign( state, { isFailing: true, isRead: false, notBeforeMs: now() + backOffs.get( wiki )!.next() } );
		}
	}

	async function keep(): Promise<void> {
		while ( !stopper.signal.aborted ) {
			try {
				const lines = await teamsNow();
				await Promise.all( wikis.map( ( wiki ) => update( wiki, lines ) ) );
			} catch ( error ) {
				if ( error instanceof StoreError ) {
					throw error;
				}
				log.error( { error }, 'what status pages are to say cannot be found out; it is tried again' );
			}
			await sleep( Math.min( everyMs, LOOK_EVERY_MS ), stopper.signal );
		}
	}

	const kept = wikis.length === 0 ? Promise.resolve() : keep().catch( ( error: unknown ) => {
		if ( !stopper.signal.aborted ) {
			options.onBroken( error );
		}
	} );

	/** The numbers stay, for the next relay, and are believed no longer. */
	async function takeBack( wiki: string, timeoutMs: number ): Promise<void> {
		const { page } = known.get( wiki )!;
		if ( page && page.validUntilMs > now() && Object.values( page.teams ).some( ( { helpers } ) => helpers > 0 ) ) {
			await pages.write( wiki, { ...page, updatedMs: now(), validUntilMs: now() }, timeoutMs );
		}
	}

	return {
		async stop( timeoutMs ) {
			stopper.abort();
			const timer = new AbortController();
			await Promise.race( [
				kept.then( () => Promise.all( wikis.map( ( wiki ) => takeBack( wiki, timeoutMs ).catch( ( error: unknown ) => (
					log.info( { wiki, error }, 'the status page could not be taken back; it ends by itself' )
				) ) ) ) ),
				sleepUnlessAborted( timeoutMs, timer.signal )
			] );
			timer.abort();
		}
	};
}
