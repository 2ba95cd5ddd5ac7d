import type { RoomEvent } from '../../../protocol/message.ts';
import type { RoomConnection } from './conversation.ts';

/**
 *     unknown ──first batch──> more ──load──> loading ──> more ──> … ──> all
 *                 └─> all        ^               └──> failed ──load──> loading
 */
export type EarlierState = 'unknown' | 'more' | 'loading' | 'failed' | 'all';

/** What was said before that which is shown: read in pages, when it is asked for. */
export interface Earlier {
	/** Where the page before the first event that is known begins; for another tab. */
	readonly from: string | undefined;
	/** The room is known; `from` is where its earlier events begin, if that is known yet. */
	connect( connection: Pick<RoomConnection, 'earlier'> ): void;
	/**
	 * The first events of the room have come; without `from` there are none before them.
	 *
	 * @param hasWords whether anybody says anything in them; otherwise what is before them is loaded, too
	 */
	begin( from: string | undefined, hasWords?: boolean ): void;
	load(): Promise<void>;
	/** Another room, or none. */
	forget(): void;
}

export type EarlierPorts = {
	readonly onState: ( state: EarlierState ) => void;
	/** Adds a page. @returns whether anything of it is drawn */
	readonly onPage: ( events: readonly RoomEvent[] ) => boolean;
	readonly log: ( message: string, error?: unknown ) => void;
};

export function createEarlier( { onState, onPage, log }: EarlierPorts ): Earlier {
	let connection: Pick<RoomConnection, 'earlier'> | undefined;
	let from: string | undefined;
	let isLoading = false;
	/** Counts the rooms: an answer for another one is nothing for this one. */
	let room = 0;

	async function load(): Promise<void> {
		if ( isLoading || from === undefined || !connection ) {
			return;
		}
		isLoading = true;
		onState( 'loading' );
		const asked = room;
		try {
			// A page may hold nothing that is drawn; then it would look as though nothing had happened.
			let isDrawn = false;
			while ( asked === room && from !== undefined && !isDrawn ) {
				const page = await connection.earlier( from );
				if ( asked === room ) {
					from = page.next;
					isDrawn = onPage( page.events );
				}
			}
			if ( asked === room ) {
				onState( from === undefined ? 'all' : 'more' );
			}
		} catch ( error ) {
			log( 'earlier messages did not load', error );
			if ( asked === room ) {
				onState( 'failed' );
			}
		}
		isLoading = asked !== room && isLoading;
	}

	return {
		get from() {
			return from;
		},
		connect( next ) {
			connection = next;
		},
		begin( next, hasWords = true ) {
			from = next;
			onState( next === undefined ? 'all' : 'more' );
			if ( !hasWords ) {
				void load();
			}
		},
		load,
		forget() {
			room += 1;
			isLoading = false;
			from = undefined;
			onState( 'unknown' );
		}
	};
}
