import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { portsFrom, requireFreePorts } from '../../../src/sandbox/ports.ts';

test( 'one base moves all ports', () => {
	expect( Object.values( portsFrom( 9000 ) ) ).toEqual( [ 9000, 9001, 9002, 9003 ] );
} );

test( 'a busy port is named in one sentence, with the option that changes it', async () => {
	const server = createServer();
	await new Promise<void>( ( resolve ) => { server.listen( 0, '127.0.0.1', resolve ); } );
	const { port } = server.address() as AddressInfo;
	const ports = { ...portsFrom( port - 2 ), wiki: 0, php: 0 };
	await expect( requireFreePorts( ports, port - 2 ) ).rejects.toThrow( new RegExp( `^Port ${ port }, wanted for the homeserver, .*--port N` ) );
	await new Promise( ( resolve ) => { server.close( resolve ); } );
} );
