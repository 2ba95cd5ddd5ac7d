import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** How to run a child process; `pidFile` is kept while it runs, so that a later run can end what this one left behind. */
export type ProcessOptions = {
	name: string;
	command: string;
	args: string[];
	/** Added to the environment of this process. */
	env?: Record<string, string>;
	cwd?: string;
	logFile: string;
	pidFile: string;
	/** How long `stop` waits after SIGTERM before it sends SIGKILL. */
	graceMs?: number;
};

/** A child process in a process group of its own, so that its workers end with it. */
export type RunningProcess = {
	pid: number;
	/** Resolves, never rejects: the exit code, or null when a signal ended it. */
	exited: Promise<number | null>;
	/** Ends the whole group: SIGTERM first, SIGKILL when that did not help. Safe to call twice. */
	stop(): Promise<void>;
};

/** Start time and command line together tell a process from a later one that was given the same number. */
export type PidRecord = { pid: number; startTicks: string; commandLine: string };

const defaultGraceMs = 5000;

/** Starts a child whose output goes to the end of `logFile`; throws when the command cannot be started. */
export function startProcess( options: ProcessOptions ): RunningProcess {
	mkdirSync( path.dirname( options.logFile ), { recursive: true } );
	mkdirSync( path.dirname( options.pidFile ), { recursive: true } );
	const log = openSync( options.logFile, 'a' );
	const child = spawn( options.command, options.args, {
		cwd: options.cwd, env: { ...process.env, ...options.env }, detached: true, stdio: [ 'ignore', log, log ]
	} );
	closeSync( log );
	const { pid } = child;
	if ( pid === undefined ) {
		child.on( 'error', () => {} );
		throw new Error( `${ options.name } could not be started: is ${ options.command } there and executable?` );
	}
	const record = readRecord( pid );
	if ( record ) {
		writeFileSync( options.pidFile, JSON.stringify( record ) );
	}
	let ended = false;
	const exited = new Promise<number | null>( ( resolve ) => {
		child.on( 'exit', ( code ) => {
			ended = true;
			// The number of the group stays taken while a worker lives, so this cannot reach a stranger.
			signalGroup( pid, 'SIGKILL' );
			rmSync( options.pidFile, { force: true } );
			resolve( code );
		} );
	} );
	return {
		pid,
		exited,
		async stop() {
			if ( !ended ) {
				signalGroup( pid, 'SIGTERM' );
				const abort = new AbortController();
				await Promise.race( [
					exited,
					wait( options.graceMs ?? defaultGraceMs, undefined, { signal: abort.signal } ).catch( () => {} )
				] );
				abort.abort();
			}
			if ( !ended ) {
				signalGroup( pid, 'SIGKILL' );
			}
			await exited;
		}
	};
}

/**
 * Ends what an earlier run left behind, when that run could not stop its child itself; returns whether there was anything.
 * Only a process that is still the one of the pid file is touched.
 */
export async function stopLeftover( pidFile: string, graceMs = defaultGraceMs ): Promise<boolean> {
	const record = readPidFile( pidFile );
	const leftover = record ? membersOf( record ) : [];
	if ( record && leftover.length > 0 ) {
		signalGroup( record.pid, 'SIGTERM' );
		const giveUpAt = Date.now() + graceMs;
		while ( membersOf( record ).length > 0 && Date.now() < giveUpAt ) {
			await wait( 25 );
		}
		if ( membersOf( record ).length > 0 ) {
			signalGroup( record.pid, 'SIGKILL' );
			while ( membersOf( record ).length > 0 ) {
				await wait( 10 );
			}
		}
	}
	rmSync( pidFile, { force: true } );
	return leftover.length > 0;
}

/** The leader when it is still the recorded process; else its forks, which carry the same command line in the same group. */
function membersOf( record: PidRecord ): number[] {
	const leader = readRecord( record.pid );
	if ( leader && ( leader.startTicks !== record.startTicks || leader.commandLine !== record.commandLine ) ) {
		return [];
	}
	return readdirSync( '/proc' )
		.filter( ( entry ) => /^\d+$/.test( entry ) )
		.map( Number )
		.filter( ( pid ) => readStat( pid )?.group === record.pid &&
			( leader !== undefined || readRecord( pid )?.commandLine === record.commandLine ) );
}

/** True while the recorded process itself runs, and not merely another one with its number. */
export function isStillRunning( record: PidRecord ): boolean {
	const now = readRecord( record.pid );
	return now !== undefined && now.startTicks === record.startTicks && now.commandLine === record.commandLine;
}

function readPidFile( pidFile: string ): PidRecord | undefined {
	try {
		const value = JSON.parse( readFileSync( pidFile, 'utf8' ) ) as Partial<PidRecord>;
		return typeof value.pid === 'number' && value.pid > 1 && value.startTicks && value.commandLine ? value as PidRecord : undefined;
	} catch {
		return undefined;
	}
}

/** What tells this process from all others; undefined when there is none (or only its zombie). */
export function readRecord( pid: number ): PidRecord | undefined {
	try {
		const commandLine = readFileSync( `/proc/${ pid }/cmdline`, 'utf8' );
		const stat = readStat( pid );
		return stat && commandLine ? { pid, startTicks: stat.startTicks, commandLine } : undefined;
	} catch {
		return undefined;
	}
}

/** Undefined for a process that is gone or a zombie. See proc(5); the name in parentheses may hold spaces. */
function readStat( pid: number ): { group: number; startTicks: string } | undefined {
	try {
		const stat = readFileSync( `/proc/${ pid }/stat`, 'utf8' );
		const [ state, , group, ...rest ] = stat.slice( stat.lastIndexOf( ')' ) + 2 ).split( ' ' );
		return state === 'Z' || state === 'X' ? undefined : { group: Number( group ), startTicks: rest[ 16 ] ?? '' };
	} catch {
		return undefined;
	}
}

function signalGroup( pid: number, signal: NodeJS.Signals ): void {
	try {
		process.kill( -pid, signal );
	} catch ( error ) {
		if ( ( error as NodeJS.ErrnoException ).code !== 'ESRCH' ) {
			throw error;
		}
	}
}
