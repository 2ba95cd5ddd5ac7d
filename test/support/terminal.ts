import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import unicode11 from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';
import { until } from './relay-house.ts';
import { LONGEST_WAIT_MS } from './time-limits.ts';

const run = promisify( execFile );

/** A program in a pseudo terminal, and what a person would see of it. */
export type TestTerminal = {
	/** Types text or keys, as the bytes that a terminal sends. */
	type( keys: string ): void;
	/** Lines of the screen, without the spaces at their ends. */
	screen(): string[];
	/** Waits until the screen holds a text; its lines are joined, so that a text may go over an end of line. */
	waitFor( text: string | RegExp, timeoutMs?: number ): Promise<void>;
	resize( columns: number, rows: number ): Promise<void>;
	/** Everything that the program wrote, as it wrote it. */
	raw(): string;
	/** Whether the program's own screen is shown, instead of the one where it was started. */
	hasOwnScreen(): boolean;
	/** Resolves with the exit code. */
	readonly ended: Promise<number | null>;
	/** Process id of the program. */
	pid(): number;
	dispose(): Promise<void>;
};

const quoted = ( text: string ): string => `'${ text.replaceAll( "'", String.raw`'\''` ) }'`;

/**
 * Runs a program in a pseudo terminal that `script` of util-linux makes; the screen is xterm's own, without a window.
 *
 * @param options.isOld a terminal with the widths of Unicode 6, which knows nothing of isolates and joined emoji
 */
export async function startInTerminal(
	command: readonly string[], options: { columns: number; rows: number; env?: Readonly<Record<string, string>>; isOld?: boolean }
): Promise<TestTerminal> {
	const { columns, rows, env } = options;
	const terminal = new xterm.Terminal( { cols: columns, rows, allowProposedApi: true } );
	if ( !options.isOld ) {
		terminal.loadAddon( new unicode11.Unicode11Addon() );
		terminal.unicode.activeVersion = '11';
	}
	const shell = `stty cols ${ columns } rows ${ rows }; echo "[$$ $(tty)]"; exec ${ command.map( quoted ).join( ' ' ) }`;
	const child = spawn( 'script', [ '--quiet', '--flush', '--return', '--command', shell, '/dev/null' ], {
		// A CI variable would have libraries draw nothing.
		env: { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', SHELL: '/bin/sh', CI: '', ...env }, stdio: [ 'pipe', 'pipe', 'inherit' ]
	} );
	let written = '';
	const decoder = new TextDecoder();
	child.stdout.on( 'data', ( chunk: Buffer ) => {
		written += decoder.decode( chunk, { stream: true } );
		terminal.write( chunk );
	} );
	// What a terminal answers to questions about itself.
	terminal.onData( ( answer ) => child.stdin.write( answer ) );
	child.stdin.on( 'error', () => {} );
	const ended = once( child, 'close' ).then( ( [ code ] ) => code as number | null );
	const screen = (): string[] => Array.from( { length: terminal.rows }, ( _, row ) => {
		const { active } = terminal.buffer;
		// A line that was longer before a resize keeps its cells out of sight.
		return active.getLine( active.baseY + row )?.translateToString( true, 0, terminal.cols ).trimEnd() ?? '';
	} );
	const [ , pid, device ] = await until( 'the terminal to begin', () => /\[(\d+) (\/dev\/\S+)\]/.exec( written ) ?? undefined );
	return {
		type: ( keys ) => void child.stdin.write( keys ),
		screen,
		async waitFor( text, timeoutMs = LONGEST_WAIT_MS ) {
			try {
				await until( String( text ), () => (
					typeof text === 'string' ? screen().join( '\n' ).includes( text ) : text.test( screen().join( '\n' ) )
				), timeoutMs );
			} catch ( error ) {
				throw new Error( `${ String( error ) }; on the screen:\n${ screen().join( '\n' ) }`, { cause: error } );
			}
		},
		async resize( newColumns, newRows ) {
			terminal.resize( newColumns, newRows );
			await run( 'stty', [ '-F', device!, 'cols', String( newColumns ), 'rows', String( newRows ) ] );
		},
		raw: () => written,
		hasOwnScreen: () => terminal.buffer.active.type === 'alternate',
		ended,
		pid: () => Number( pid ),
		async dispose() {
			child.stdin.end();
			if ( child.exitCode === null ) {
				process.kill( Number( pid ), 'SIGKILL' );
			}
			await ended;
			terminal.dispose();
		}
	};
}
