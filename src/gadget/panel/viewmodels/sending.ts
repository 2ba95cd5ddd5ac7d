import type { EventId } from '../../../protocol/ids.ts';
import type { QuestionContext } from '../../../protocol/question.ts';
import type { MutableObservable } from './observable.ts';
import type { Outbox, OutboxItem } from './outbox.ts';
import { createOutbox } from './outbox.ts';
import { shareOutbox } from './outbox-heirs.ts';
import type { PanelState } from './panel-state.ts';
import type { TabCircle } from './tab-circle.ts';
import type { Entry } from './timeline.ts';
import { findEntry } from './timeline.ts';

export type SendingPorts = {
	readonly state: MutableObservable<PanelState>;
	/** The tabs that have this conversation. */
	readonly circle: TabCircle;
	/** Called after each change, to keep it for the next page. */
	readonly remember: () => void;
	/** The homeserver does not know the session any more. */
	readonly onLoggedOut: () => void;
	/** Calls back once, unless disposed. @returns a disposer */
	readonly after: ( delayMs: number, callback: () => void ) => () => void;
	readonly newId: () => string;
	/** Where the newcomer is now. */
	readonly readContext: () => QuestionContext;
	readonly now: () => number;
};

/** What the newcomer says, until it has arrived, and whether the homeserver can be reached with it. */
export interface Sending {
	/** What is in it is drawn, kept for the next page, and taken over by another tab when this one is gone. */
	readonly outbox: Outbox;
	/** The homeserver has answered, to whatever, or could not be reached: says so, and tries again what waits. */
	contact( isReachable: boolean ): void;
}

/** No network lets go of us that long without a word; something in the browser may. */
const LONG_OFFLINE_MS = 45_000;

/**
 * Finds what of an outbox is in the conversation, as events by its ids.
 *
 * @param isWhole whether `entries` has all that the homeserver has: what is no message is in the entries that it is about then
 */
export function findShown( items: readonly OutboxItem[], entries: readonly Entry[], isWhole?: boolean ): ReadonlyMap<string, EventId> {
	return new Map( items.flatMap( ( { id, eventId, kind } ): [ string, EventId ][] => (
		eventId !== undefined && ( ( isWhole && kind !== 'message' ) || findEntry( entries, eventId ) ) ? [ [ id, eventId ] ] : []
	) ) );
}

/** @param isTalking false once the conversation was ended: what was on its way then says nothing new */
export function createSending( ports: SendingPorts, isTalking: () => boolean ): Sending {
	const { state, after } = ports;
	let stopCounting: ( () => void ) | undefined;

	function contact( isReachable: boolean ): void {
		if ( !isTalking() ) {
			return;
		}
		if ( !isReachable ) {
			stopCounting ??= after( LONG_OFFLINE_MS, () => state.patch( { isLongOffline: true } ) );
			state.patch( { connection: 'offline' } );
			return;
		}
		if ( state.value.connection === 'offline' ) {
			outbox.retryNow();
		}
		stopCounting?.();
		stopCounting = undefined;
		state.patch( { connection: 'online', isLongOffline: false } );
	}

	const outbox = createOutbox( {
		newId: ports.newId,
		now: () => ports.now() + state.value.clockSkewMs,
		page: () => ports.readContext().page,
		onChange( items ) {
			state.patch( { outbox: items } );
			ports.remember();
			tellUnsent();
			// A tab that does not receive may see the message before it hears that it was sent.
			const shown = findShown( items, state.value.entries );
			if ( shown.size > 0 ) {
				outbox.confirm( shown );
			}
		},
		onContact: contact,
		onLoggedOut: ports.onLoggedOut
	} );
	const tellUnsent = shareOutbox( ports.circle, after, () => outbox.items, ( item ) => outbox.adopt( item ) );

	return { outbox, contact };
}
