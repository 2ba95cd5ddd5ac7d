/**
 * The least that a bot between two rooms can be, for comparison: it keeps nothing, and sends what it receives before it
 * asks for more. A process of its own, as the relay is one; its settings come as JSON in the first argument. Says
 * "ready" once it listens.
 */
type Settings = { readonly homeserverUrl: string; readonly accessToken: string; readonly from: string; readonly to: string };
type Room = { readonly timeline?: { readonly events?: readonly { type: string; event_id: string; content: unknown }[] } };
type Answer = { readonly next_batch: string; readonly rooms?: { readonly join?: Readonly<Record<string, Room>> } };

const { homeserverUrl, accessToken, from, to } = JSON.parse( process.argv[ 2 ] ?? '' ) as Settings;

async function call( method: string, path: string, body?: unknown ): Promise<unknown> {
	const answer = await fetch( `${ homeserverUrl }/_matrix/client/v3${ path }`, {
		method, headers: { authorization: `Bearer ${ accessToken }` }, ...( body !== undefined && { body: JSON.stringify( body ) } )
	} );
	if ( !answer.ok ) {
		throw new Error( `${ method }: ${ answer.status } ${ await answer.text() }` );
	}
	return answer.json();
}

let since: string | undefined;
for ( ;; ) {
	const answer = await call( 'GET', `/sync?timeout=30000${ since === undefined ? '' : `&since=${ encodeURIComponent( since ) }` }` ) as Answer;
	if ( since === undefined ) {
		process.stdout.write( 'ready\n' );
	} else {
		for ( const event of answer.rooms?.join?.[ from ]?.timeline?.events ?? [] ) {
			if ( event.type === 'm.room.message' ) {
				await call( 'PUT', `/rooms/${ encodeURIComponent( to ) }/send/m.room.message/${ encodeURIComponent( event.event_id ) }`, event.content );
			}
		}
	}
	since = answer.next_batch;
}

export {};
