/** "Report cursor position" (ECMA-48, DSR 6), and how terminals answer. */
const WHERE_IS_THE_CURSOR = '\u001b[6n';
// eslint-disable-next-line no-control-regex -- it begins with ESC
const CURSOR_IS = /\u001b\[\d+;(\d+)R/;

/**
 * Whether the terminal gives no cell to the isolates U+2068 and U+2069. Those that do would push the end of a line off
 * the screen; they draw from left to right whatever the text is, and need none.
 *
 * @param timeoutMs how long to wait for the answer; without one the terminal gets no isolates
 */
export async function knowsIsolates( stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream, timeoutMs: number ): Promise<boolean> {
	let heard = '';
	let onData: ( chunk: Buffer ) => void = () => {};
	let timer: NodeJS.Timeout | undefined;
	stdin.setRawMode( true );
	try {
		return await new Promise<boolean>( ( resolve ) => {
			onData = ( chunk ) => {
				heard += chunk.toString( 'latin1' );
				const column = CURSOR_IS.exec( heard )?.[ 1 ];
				if ( column !== undefined ) {
					resolve( column === '2' );
				}
			};
			timer = setTimeout( () => resolve( false ), timeoutMs );
			stdin.on( 'data', onData ).resume();
			// Behind a letter: where there is none before them, some terminals give marks without width a cell after all.
			stdout.write( `\rx\u2068\u2069${ WHERE_IS_THE_CURSOR }` );
		} );
	} finally {
		clearTimeout( timer );
		// Not paused: a terminal's stream that was paused does not tell of new keys to who listens for "readable".
		stdin.off( 'data', onData );
		stdin.setRawMode( false );
		stdout.write( '\r\u001b[K' );
	}
}
