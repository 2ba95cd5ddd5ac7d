import type { MutableObservable } from './observable.ts';
import type { TabCircle } from './tab-circle.ts';

/** Notifications as the browser gives them. */
export interface NotificationPort {
	/** `undefined` where the browser has none. */
	permission(): NotificationPermission | undefined;
	/** Called in a click; browsers ask nobody who has not clicked. */
	ask(): Promise<NotificationPermission>;
	show( title: string, body: string, onClick: () => void ): void;
}

/**
 *     offered ──click, allowed──> on ──click──> offered
 *        └──click, refused──> blocked ──click, allowed──> on
 */
export type Notifying = 'impossible' | 'offered' | 'on' | 'blocked';

export type NotifyingPorts = {
	readonly state: MutableObservable<{ readonly notifying: Notifying; readonly unread: number; readonly entries: readonly unknown[] }>;
	readonly circle: Pick<TabCircle, 'send' | 'hear'>;
	readonly notifications: Pick<NotificationPort, 'permission' | 'ask'>;
	/** They were on, on the page before. */
	readonly isWanted: boolean;
	/** Answers that were unread already on the page before: they are nothing new. */
	readonly unreadBefore: number;
	/** Only one tab notifies. */
	readonly isMine: () => boolean;
	/** Draws attention; in words that tell nothing of the answer, as others may see the screen. */
	readonly notify: () => void;
	readonly remember: () => void;
	readonly after: ( delayMs: number, callback: () => void ) => () => void;
};

/** How long the newcomer, in whichever tab, has to read an answer before they are notified of it. */
const READING_MS = 1_000;

/** What a newcomer can do about notifications. */
export interface NotifyingActions {
	/** Wants to be told of answers by the browser. Called in a click. */
	notifyMe(): void;
	stopNotifying(): void;
}

export function createNotifying( ports: NotifyingPorts ): NotifyingActions {
	const { state, circle, notifications } = ports;
	let unread = ports.unreadBefore;
	let stopWaiting: ( () => void ) | undefined;

	function set( notifying: Notifying ): void {
		state.patch( { notifying } );
		ports.remember();
	}

	function asWanted( isWanted: boolean ): Notifying {
		const permission = notifications.permission();
		return permission === undefined ? 'impossible' : isWanted && permission === 'granted' ? 'on' : 'offered';
	}

	state.patch( { notifying: asWanted( ports.isWanted ) } );
	circle.hear( 'notify', ( isWanted ) => set( asWanted( isWanted === true ) ) );
	circle.hear( 'hello', () => {
		if ( state.value.notifying === 'on' ) {
			circle.send( 'notify', true );
		}
	} );
	state.subscribe( ( value ) => {
		if ( value.entries.length === 0 || value.unread === unread ) {
			return;
		}
		const isMore = value.unread > unread;
		( { unread } = value );
		ports.remember();
		if ( isMore && value.notifying === 'on' && ports.isMine() ) {
			stopWaiting?.();
			stopWaiting = ports.after( READING_MS, () => {
				if ( state.value.unread > 0 && state.value.notifying === 'on' ) {
					ports.notify();
				}
			} );
		}
	} );
	return {
		notifyMe() {
			void notifications.ask().then( ( permission ) => {
				set( permission === 'granted' ? 'on' : permission === 'denied' ? 'blocked' : 'offered' );
				circle.send( 'notify', permission === 'granted' );
			} );
		},
		stopNotifying() {
			set( 'offered' );
			circle.send( 'notify', false );
		}
	};
}
