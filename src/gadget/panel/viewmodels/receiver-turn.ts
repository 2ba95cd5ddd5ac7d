import type { TabCircle } from './tab-circle.ts';

export type ReceiverTurnHandlers = {
	/** This tab receives from now on, for all. */
	readonly onLead: () => void;
	/** Another one does. */
	readonly onLost: () => void;
	/** Says in what state this tab is, so that whoever receives gives it what it lacks. */
	readonly ask: () => void;
	/** Calls back once, unless disposed. @returns a disposer */
	readonly after: ( delayMs: number, callback: () => void ) => () => void;
};

/**
 *     waiting ──the lock──> leading ──taken away──> waiting
 *        └──no answer from whoever leads──^
 */
export interface ReceiverTurn {
	readonly isLeading: boolean;
	/** Another tab has shown that it leads. */
	heard(): void;
	/** Makes sure that somebody leads: asks, and takes over from a tab that is frozen. */
	check(): void;
	leave(): void;
}

/** Whoever leads answers at once, unless it is frozen or very busy; to take over from one that is only busy does no harm. */
const ANSWER_TIMEOUT_MS = 5_000;

/** Waits for the turn to receive for all tabs; a tab that is alone has it at once. */
export function takeReceiverTurn( { locks, receiverLock }: Pick<TabCircle, 'locks' | 'receiverLock'>, handlers: ReceiverTurnHandlers ): ReceiverTurn {
	let isLeading = false;
	let hasLeft = false;
	let giveBack: ( () => void ) | undefined;
	let stopWaiting: ( () => void ) | undefined;

	function lead(): void {
		isLeading = true;
		stopWaiting?.();
		handlers.onLead();
	}

	function wait( isTakenAway = false ): void {
		giveBack?.();
		giveBack = locks?.hold( receiverLock, {
			onHeld: lead,
			onLost() {
				isLeading = false;
				handlers.onLost();
				wait();
				check();
			}
		}, isTakenAway );
	}

	function check(): void {
		if ( !isLeading && !hasLeft ) {
			stopWaiting?.();
			stopWaiting = handlers.after( ANSWER_TIMEOUT_MS, () => {
				if ( !hasLeft ) {
					wait( true );
				}
			} );
			handlers.ask();
		}
	}

	if ( locks ) {
		wait();
		check();
	} else {
		lead();
	}
	return {
		get isLeading() {
			return isLeading;
		},
		heard: () => stopWaiting?.(),
		check,
		leave() {
			hasLeft = true;
			isLeading = false;
			stopWaiting?.();
			giveBack?.();
		}
	};
}
