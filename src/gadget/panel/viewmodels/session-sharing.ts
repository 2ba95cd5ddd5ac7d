import type { MatrixSession } from '../../../matrix/index.ts';
import { isRecord } from '../../../protocol/ids.ts';
import { readSession } from './browser-memory.ts';

/** A channel between the windows of this wiki in this browser. */
export interface WindowChannel {
	send( message: unknown ): void;
	close(): void;
}
export type OpenWindowChannel = ( receive: ( message: unknown ) => void ) => WindowChannel;

export type SessionSharingPorts = {
	readonly openChannel: OpenWindowChannel;
	/** Windows of another wiki user get no answer. */
	readonly owner: string;
	readonly session: () => MatrixSession | undefined;
	/** The session is over. `isLoggedOut`: the homeserver knows that, too. */
	readonly onForget: ( isLoggedOut: boolean ) => void;
	/** A page has loaded for somebody else, or for nobody. */
	readonly onOtherPerson: () => void;
	/** Another window has logged in. */
	readonly onSession: ( session: MatrixSession ) => void;
	/** Calls back once. */
	readonly after: ( delayMs: number, callback: () => void ) => () => void;
};

/** How long other windows may take to answer; they are on the same machine. */
const ANSWER_TIMEOUT_MS = 300;

/** sessionStorage belongs to one tab; this asks the others, and answers them, so that one login is enough. */
export interface SessionSharing {
	ask(): Promise<MatrixSession | undefined>;
	/** Gives a new session to the other windows. */
	announce( session: MatrixSession ): void;
	/** Tells the other windows that the session is over, here and at the homeserver. */
	forget(): void;
}

export function shareSession( ports: SessionSharingPorts ): SessionSharing {
	let onAnswer: ( ( session: MatrixSession ) => void ) | undefined;
	const channel = ports.openChannel( ( message ) => {
		if ( !isRecord( message ) ) {
			return;
		}
		if ( message.owner !== ports.owner ) {
			if ( message.type === 'present' ) {
				ports.onOtherPerson();
			}
			return;
		}
		const session = ports.session();
		const answer = message.type === 'session' ? readSession( message.session ) : undefined;
		if ( message.type === 'ask' && session ) {
			channel.send( { type: 'session', owner: ports.owner, session } );
		} else if ( message.type === 'forget' ) {
			ports.onForget( message.isLoggedOut === true );
		} else if ( answer ) {
			( onAnswer ?? ports.onSession )( answer );
		}
	} );
	return {
		ask() {
			return new Promise( ( resolve ) => {
				onAnswer = ( answer ) => {
					onAnswer = undefined;
					resolve( answer );
				};
				channel.send( { type: 'ask', owner: ports.owner } );
				ports.after( ANSWER_TIMEOUT_MS, () => {
					onAnswer = undefined;
					resolve( undefined );
				} );
			} );
		},
		announce: ( session ) => channel.send( { type: 'session', owner: ports.owner, session } ),
		forget: () => channel.send( { type: 'forget', owner: ports.owner, isLoggedOut: true } )
	};
}
