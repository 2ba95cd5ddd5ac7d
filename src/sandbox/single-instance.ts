import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { PidRecord } from './processes.ts';
import { isStillRunning, readRecord } from './processes.ts';

/** The sandbox of a folder, and the processes that began it: npm, and the one that brings Node. */
type Claim = { readonly sandbox: PidRecord; readonly launchers: readonly PidRecord[] };

export type SingleInstance = {
	/** True as long as everything that began this process is there; npm killed with SIGKILL cannot tell anybody. */
	isWanted(): boolean;
	release(): void;
};

const abandonedStopMs = 30_000;

/**
 * Makes sure that only one sandbox uses a folder, and throws a sentence when one does already.
 * One whose terminal is gone is told to stop first, and waited for.
 */
export async function claimFolder( pidFile: string, inUse: ( pid: number ) => string ): Promise<SingleInstance> {
	const other = readClaim( pidFile );
	if ( other && isStillRunning( other.sandbox ) ) {
		if ( other.launchers.every( isStillRunning ) ) {
			throw new Error( inUse( other.sandbox.pid ) );
		}
		await stopAbandoned( other.sandbox );
	}
	const sandbox = readRecord( process.pid );
	if ( !sandbox ) {
		throw new Error( 'The sandbox needs /proc, which this machine does not have.' );
	}
	const claim: Claim = { sandbox, launchers: findLaunchers() };
	mkdirSync( path.dirname( pidFile ), { recursive: true } );
	writeFileSync( pidFile, JSON.stringify( claim ) );
	return {
		isWanted: () => claim.launchers.every( isStillRunning ),
		release: () => rmSync( pidFile, { force: true } )
	};
}

async function stopAbandoned( sandbox: PidRecord ): Promise<void> {
	process.kill( sandbox.pid, 'SIGTERM' );
	const killAt = Date.now() + abandonedStopMs;
	while ( isStillRunning( sandbox ) ) {
		if ( Date.now() > killAt ) {
			process.kill( sandbox.pid, 'SIGKILL' );
		}
		await wait( 50 );
	}
}

/** The parents up to npm, when npm began this; else only what brings Node. */
function findLaunchers(): PidRecord[] {
	const launchers: PidRecord[] = [];
	for ( let pid = process.ppid; pid > 1 && launchers.length < 5; pid = parentOf( pid ) ) {
		const record = readRecord( pid );
		if ( !record ) {
			break;
		}
		launchers.push( record );
		if ( record.commandLine.startsWith( 'npm ' ) ) {
			return launchers;
		}
	}
	return launchers.filter( ( { commandLine } ) => commandLine.includes( 'bootstrap.mjs' ) ).slice( 0, 1 );
}

function parentOf( pid: number ): number {
	try {
		const stat = readFileSync( `/proc/${ pid }/stat`, 'utf8' );
		return Number( stat.slice( stat.lastIndexOf( ')' ) + 2 ).split( ' ' )[ 1 ] );
	} catch {
		return 0;
	}
}

function readClaim( pidFile: string ): Claim | undefined {
	if ( !existsSync( pidFile ) ) {
		return undefined;
	}
	try {
		const claim = JSON.parse( readFileSync( pidFile, 'utf8' ) ) as Claim;
		return claim.sandbox.pid > 1 && Array.isArray( claim.launchers ) ? claim : undefined;
	} catch {
		return undefined;
	}
}
