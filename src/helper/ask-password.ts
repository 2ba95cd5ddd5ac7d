import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UserFault } from './state/user-fault.ts';

/**
 * Asks for a password at the terminal; what is typed is not shown.
 *
 * @throws UserFault when it is given up
 */
export async function askPassword( prompt: string, stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream ): Promise<string> {
	stdout.write( prompt );
	const nowhere = new Writable( { write: ( _chunk, _encoding, done ) => done() } );
	const lines = createInterface( { input: stdin, output: nowhere, terminal: true } );
	const givenUp = new Promise<never>( ( _, reject ) => {
		lines.once( 'SIGINT', () => reject( new UserFault( 'No password was given.' ) ) );
		lines.once( 'close', () => reject( new UserFault( 'No password was given.' ) ) );
	} );
	try {
		return await Promise.race( [ lines.question( '' ), givenUp ] );
	} finally {
		lines.close();
		stdout.write( '\n' );
	}
}
