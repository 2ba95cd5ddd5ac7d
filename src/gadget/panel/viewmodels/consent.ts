import { isRecord } from '../../../protocol/ids.ts';
import type { PreferenceOutcome } from './hiding.ts';
import type { OpenWindowChannel } from './session-sharing.ts';

/** To be raised when what newcomers agree to changes: then they are asked again. */
export const CONSENT_VERSION = 1;

/**
 *     (agreed) ──take back──> taking-back ──> taken-back
 *                    ^             │
 *                    └── not-taken-back
 */
export type ConsentStep = 'taking-back' | 'taken-back' | 'not-taken-back';

export type ConsentPorts = {
	/** Tells this wiki user from any other in this browser. */
	readonly owner: string;
	/** What the newcomer's account on the wiki holds; `null` for nothing. */
	readonly stored: unknown;
	/** Keeps it with the account; `undefined` removes it. */
	readonly save: ( text: string | undefined ) => Promise<PreferenceOutcome>;
	readonly openChannel: OpenWindowChannel;
	readonly now: () => number;
	/** `undefined`: there is none any more. */
	readonly onChange: ( agreedAtMs: number | undefined ) => void;
	readonly onStep: ( step: ConsentStep ) => void;
	/** It was taken back: here, or in another window, which sees to the session of all. */
	readonly onTakenBack: ( isHere: boolean ) => void;
	/** The newcomer has left the chat in another window. */
	readonly onLeft: () => void;
};

/** That the newcomer agrees that helpers read what they ask; kept with their account, so that it is theirs in every browser. */
export interface Consent {
	/** They have just agreed, and asked. */
	give(): void;
	/** Nobody knows here whether they still agree. */
	forget(): void;
	takeBack(): void;
	/** Tells the other windows, whatever team they are for, that the newcomer leaves the chat. */
	leave(): void;
}

/** When they have agreed, to what they would be asked to agree to now; in ms since 1970. */
export function readConsent( stored: unknown ): number | undefined {
	try {
		const raw: unknown = JSON.parse( String( stored ) );
		const atMs = isRecord( raw ) && raw.version === CONSENT_VERSION ? Date.parse( String( raw.at ) ) : NaN;
		return isNaN( atMs ) ? undefined : atMs;
	} catch {
		return undefined;
	}
}

export function createConsent( ports: ConsentPorts ): Consent {
	let agreedAtMs = readConsent( ports.stored );

	function set( next: number | undefined ): void {
		agreedAtMs = next;
		ports.onChange( next );
	}

	const channel = ports.openChannel( ( message ) => {
		if ( isRecord( message ) && message.owner === ports.owner ) {
			if ( message.type === 'left' ) {
				ports.onLeft();
			} else {
				set( undefined );
				ports.onTakenBack( false );
			}
		}
	} );
	ports.onChange( agreedAtMs );

	return {
		give() {
			if ( agreedAtMs === undefined ) {
				set( ports.now() );
				// Where it cannot be kept, they are asked again on the next page.
				void ports.save( JSON.stringify( { version: CONSENT_VERSION, at: new Date( ports.now() ).toISOString() } ) );
			}
		},
		forget: () => set( undefined ),
		leave: () => channel.send( { type: 'left', owner: ports.owner } ),
		takeBack() {
			ports.onStep( 'taking-back' );
			void ports.save( undefined ).then( ( outcome ) => {
				if ( outcome === 'done' ) {
					set( undefined );
					channel.send( { type: 'taken-back', owner: ports.owner } );
					ports.onTakenBack( true );
				}
				ports.onStep( outcome === 'done' ? 'taken-back' : 'not-taken-back' );
			} );
		}
	};
}
