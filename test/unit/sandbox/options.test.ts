import path from 'node:path';
import { expect, test } from 'vitest';
import { readOptions } from '../../../src/sandbox/options.ts';

const read = ( args: string[], environment = {} ) => readOptions( args, '/project/.sandbox', environment );

test( 'without options the sandbox uses its usual ports and folder, and keeps what is there', () => {
	expect( read( [] ) ).toEqual( {
		kind: 'start', basePort: 8480, dataDir: '/project/.sandbox', softwareDir: '/project/.sandbox/software', reset: false,
		extensionDirs: []
	} );
} );

test.each( [
	[ [ '--port', '9000' ], { basePort: 9000 } ],
	[ [ '--port=9000', '--reset' ], { basePort: 9000, reset: true } ],
	[ [ '--data', '/tmp/other' ], { dataDir: '/tmp/other', softwareDir: '/tmp/other/software' } ],
	[ [ '--extension', '/src/One', '--extension=/src/Two' ], { extensionDirs: [ '/src/One', '/src/Two' ] } ],
	[ [ '--oauth-extension', '/src/OAuth' ], { extensionDirs: [], oauthExtensionDir: '/src/OAuth' } ],
	[ [ '--extension', 'MobileFrontend' ], { extensionDirs: [ path.resolve( 'MobileFrontend' ) ] } ]
] )( '%j is understood', ( args, expected ) => {
	expect( read( args ) ).toMatchObject( expected );
} );

test( 'what is installed can be shared by naming its folder in the environment', () => {
	expect( read( [ '--data', '/tmp/other' ], { ASK_FOR_HELP_SOFTWARE: '/opt/shared' } ) ).toMatchObject( { softwareDir: '/opt/shared' } );
} );

test( 'help wins over everything that comes after it', () => {
	expect( read( [ '--help', '--port', 'x' ] ) ).toEqual( { kind: 'help' } );
} );

test.each( [
	[ [ '--prot', '9000' ], '"--prot"' ],
	[ [ 'demo' ], '"demo"' ],
	[ [ '--reset=yes' ], '"--reset=yes"' ],
	[ [ '--no-reset' ], '"--no-reset"' ],
	[ [ '-x' ], '"-x"' ],
	[ [ '--port' ], '--port needs a number' ],
	[ [ '--port', '80' ], '--port needs a number from 1024' ],
	[ [ '--port', '65533' ], '--port needs a number' ],
	[ [ '--port', '84a0' ], '--port needs a number' ],
	[ [ '--port', '-1' ], '--port needs a number' ],
	[ [ '--data' ], '--data needs a folder' ],
	[ [ '--data', '' ], '--data needs a folder' ],
	[ [ '--extension' ], '--extension needs the folder of a MediaWiki extension' ],
	[ [ '--extension=' ], '--extension needs the folder of a MediaWiki extension' ],
	[ [ '--oauth-extension' ], '--oauth-extension needs the folder of a MediaWiki extension' ]
] )( '%j is refused in a sentence that names it', ( args, words ) => {
	expect( () => read( args ) ).toThrow( words );
} );
