import { isRecord } from '../../../protocol/ids.ts';
import type { OpenWindowChannel } from './session-sharing.ts';

/** Locks that the tabs of one browser share. */
export interface TabLocks {
	/**
	 * Waits for a lock. `onHeld` is called when this tab has it, `onLost` when another one has taken it away.
	 *
	 * @param isTakenAway whoever has it loses it now
	 * @returns gives it back, or waits no longer
	 */
	hold( name: string, handlers: { readonly onHeld: () => void; readonly onLost?: () => void }, isTakenAway?: boolean ): () => void;
}

export type TabCirclePorts = {
	/** `undefined`: this tab is alone, as far as it can know. */
	readonly locks: TabLocks | undefined;
	readonly openTabChannel: ( name: string ) => OpenWindowChannel;
	/** Names wiki, person and team; tabs with another name have another conversation. */
	readonly name: string;
	readonly newId: () => string;
};

/** The tabs of one browser in which one newcomer has one conversation, as one of them sees the others. */
export interface TabCircle {
	/** `undefined` when this tab is alone. */
	readonly locks: TabLocks | undefined;
	/** Tells all others; plain data. */
	send( type: string, content?: unknown ): void;
	/** Calls back with what another tab has told. */
	hear( type: string, listener: ( content: unknown, tab: string ) => void ): void;
	/** Calls back once, when that tab is gone. */
	whenGone( tab: string, callback: () => void ): void;
	/** Name of the lock of whoever receives for all. */
	readonly receiverLock: string;
}

/** Goes up with each change of what tabs tell each other: two versions of the panel do not talk to each other. */
const VERSION = 2;

export function joinTabs( ports: TabCirclePorts ): TabCircle {
	const { locks } = ports;
	const name = `askforhelp-tabs-${ VERSION } ${ ports.name }`;
	const me = ports.newId();
	const listeners: { readonly type: string; readonly call: ( content: unknown, tab: string ) => void }[] = [];
	const channel = locks && ports.openTabChannel( name )( ( raw ) => {
		if ( isRecord( raw ) && typeof raw.tab === 'string' ) {
			const { tab, type, content } = raw;
			listeners.filter( ( listener ) => listener.type === type ).forEach( ( { call } ) => call( content, tab as string ) );
		}
	} );
	// Whoever gets this lock knows that this tab is gone.
	locks?.hold( `${ name } ${ me }`, { onHeld() {} } );
	return {
		locks,
		receiverLock: name,
		send: ( type, content ) => channel?.send( { type, tab: me, content } ),
		hear: ( type, call ) => void listeners.push( { type, call } ),
		whenGone( tab, callback ) {
			const release = locks?.hold( `${ name } ${ tab }`, {
				onHeld() {
					callback();
					release?.();
				}
			} );
		}
	};
}
