/**
 * Runs a command of this project with the Node that the lock file pins, installing the npm packages first
 * when they are missing or stale. Plain JavaScript, because it has to run on whatever Node came with npm.
 *
 *   node src/sandbox/bootstrap.mjs src/relay/main.ts --config relay.yaml    a TypeScript entry of the project
 *   node src/sandbox/bootstrap.mjs --bin eslint .                           a tool of node_modules
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const projectDir = path.resolve( path.dirname( fileURLToPath( import.meta.url ) ), '../..' );
const modulesDir = path.join( projectDir, 'node_modules' );
const stampFile = path.join( modulesDir, '.installed-lock-hash' );
const pinnedNode = path.join( modulesDir, '.bin/node' );

function lockHash() {
	return createHash( 'sha256' ).update( readFileSync( path.join( projectDir, 'package-lock.json' ) ) ).digest( 'hex' );
}

function installPackages() {
	const wanted = lockHash();
	if ( existsSync( pinnedNode ) && existsSync( stampFile ) && readFileSync( stampFile, 'utf8' ) === wanted ) {
		return;
	}
	const startedAt = Date.now();
	console.error( 'Installing the npm packages of package-lock.json …' );
	const result = spawnSync( 'npm', [ 'ci', '--no-audit', '--no-fund', '--loglevel=error' ], {
		cwd: projectDir, stdio: [ 'ignore', 'inherit', 'inherit' ]
	} );
	if ( result.status !== 0 ) {
		console.error( 'npm ci failed. Its message is above; the package registry has to be reachable.' );
		process.exit( 1 );
	}
	writeFileSync( stampFile, wanted );
	console.error( `Installed in ${ ( ( Date.now() - startedAt ) / 1000 ).toFixed( 0 ) } s.` );
}

function commandLine( [ first, ...rest ] ) {
	if ( first === '--bin' ) {
		const [ tool, ...args ] = rest;
		return [ realpathSync( path.join( modulesDir, '.bin', tool ) ), ...args ];
	}
	return [ path.join( projectDir, first ), ...rest ];
}

installPackages();
const child = spawn( pinnedNode, commandLine( process.argv.slice( 2 ) ), {
	stdio: 'inherit',
	env: { ...process.env, PATH: `${ path.join( modulesDir, '.bin' ) }${ path.delimiter }${ process.env.PATH }` }
} );
// The terminal sends Ctrl-C to the whole process group; the child decides how to end, this process only waits.
process.on( 'SIGINT', () => {} );
process.on( 'SIGTERM', () => child.kill( 'SIGTERM' ) );
process.on( 'SIGHUP', () => child.kill( 'SIGHUP' ) );
child.on( 'exit', ( code, signal ) => {
	process.exit( code ?? ( signal === 'SIGINT' ? 130 : 143 ) );
} );
