import { ISOLATE_CLOSE, ISOLATE_OPEN } from './line.ts';

/** Where a terminal library writes: its stream, its size, its resizes. */
export type TerminalOutput = NodeJS.WriteStream;

/** Turns off, and on again, that a full line goes on in the next one: where widths are counted differently, only that line is odd. */
export const NO_WRAP = '\u001b[?7l';
export const WRAP = '\u001b[?7h';

/** The terminal, but that the stand-ins of `line.ts` become the isolates that they stand for, or spaces without them. */
export function withIsolates( terminal: NodeJS.WriteStream, hasIsolates: boolean ): TerminalOutput {
	const [ open, close ] = hasIsolates ? [ ' \u2068', '\u2069 ' ] : [ ' ', ' ' ];
	const write = ( chunk: unknown, ...rest: unknown[] ): boolean => terminal.write(
		typeof chunk === 'string' ?
				chunk.replaceAll( ISOLATE_OPEN, open ).replaceAll( ISOLATE_CLOSE, close ) :
			chunk as Uint8Array,
		...rest as []
	);
	return new Proxy( terminal, {
		get( target, key ) {
			const value: unknown = key === 'write' ? write : Reflect.get( target, key, target );
			return typeof value === 'function' && key !== 'write' ? value.bind( target ) : value;
		}
	} );
}
