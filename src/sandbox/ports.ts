import { createServer } from 'node:net';

/** What listens where: one base moves them all. */
export type Ports = { readonly wiki: number; readonly php: number; readonly homeserver: number; readonly relay: number };

export const defaultBasePort = 8480;

/** The four ports from `base` on. */
export function portsFrom( base: number ): Ports {
	return { wiki: base, php: base + 1, homeserver: base + 2, relay: base + 3 };
}

/** True when nothing listens on this port of the machine itself. */
export function isFree( port: number ): Promise<boolean> {
	return new Promise( ( resolve ) => {
		const server = createServer();
		server.once( 'error', () => resolve( false ) );
		server.listen( { port, host: '127.0.0.1', exclusive: true }, () => server.close( () => resolve( true ) ) );
	} );
}

/** Throws one sentence that names the first busy port and says what to do about it. */
export async function requireFreePorts( ports: Ports, base: number ): Promise<void> {
	for ( const [ name, port ] of Object.entries( ports ) ) {
		if ( !await isFree( port ) ) {
			throw new Error( `Port ${ port }, wanted for the ${ name === 'php' ? "wiki's PHP" : name }, is in use by another program: ` +
				`end that, or choose others with --port N (now ${ base }; the sandbox uses N to N+${ Object.keys( ports ).length - 1 }).` );
		}
	}
}
