/** A channel between the windows of this wiki in this browser; a window does not hear itself. */
export interface WindowChannel {
	send( message: unknown ): void;
	close(): void;
}

export type OpenChannel = ( receive: ( raw: unknown ) => void ) => WindowChannel;

function byBroadcast( name: string, receive: ( raw: unknown ) => void ): WindowChannel {
	const channel = new BroadcastChannel( name );
	channel.addEventListener( 'message', ( event: MessageEvent<unknown> ) => receive( event.data ) );
	return { send: ( message ) => channel.postMessage( message ), close: () => channel.close() };
}

/** For browsers without BroadcastChannel: other windows get a storage event, and nothing stays in the storage. */
function byStorage( name: string, receive: ( raw: unknown ) => void ): WindowChannel {
	const listener = ( event: StorageEvent ): void => {
		if ( event.key !== name || event.newValue === null ) {
			return;
		}
		try {
			receive( JSON.parse( event.newValue ) );
		} catch {
			// Not ours.
		}
	};
	window.addEventListener( 'storage', listener );
	return {
		send( message ) {
			try {
				localStorage.setItem( name, JSON.stringify( message ) );
				localStorage.removeItem( name );
			} catch {
				// Full or forbidden: this window is by itself.
			}
		},
		close: () => window.removeEventListener( 'storage', listener )
	};
}

/** Names a channel, to be opened when it is needed. */
export function windowChannel( name: string ): OpenChannel {
	return ( receive ) => typeof BroadcastChannel === 'undefined' ? byStorage( name, receive ) : byBroadcast( name, receive );
}

/** Over which the login token is handed over. */
export const LOGIN_CHANNEL = 'askforhelp-login';
/** Over which the windows of one wiki user share a session. */
export const SESSION_CHANNEL = 'askforhelp-session';
/** Over which the windows of one wiki user tell that consent was taken back. */
export const CONSENT_CHANNEL = 'askforhelp-consent';
