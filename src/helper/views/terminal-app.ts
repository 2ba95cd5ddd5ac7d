import type { Key as InkKey } from 'ink';
import { Box, render, Text, useCursor, useInput, usePaste, useWindowSize } from 'ink';
import type { ReactElement } from 'react';
import { createElement as h, useEffect, useReducer, useRef } from 'react';
import type { SupportRoom } from '../state/requests.ts';
import type { Effect, Key, Screen } from '../state/screen.ts';
import { entriesOf, firstScreen, onKey, unsentIn } from '../state/screen.ts';
import type { Connection } from './frame-parts.ts';
import { drawFrame } from './frame.ts';
import type { Look } from './line.ts';
import { NO_WRAP, withIsolates, WRAP } from './terminal-output.ts';

/** What the app shows, and where it says what is to be done. */
export interface AppSource {
	/** Support rooms as they are now; the same array until something changes. */
	rooms(): readonly SupportRoom[];
	connection(): Connection;
	/** Display name of this helper. */
	name(): string;
	/** Calls back after every change; returns what ends that. */
	subscribe( onChange: () => void ): () => void;
	perform( effect: Effect ): void;
}

type Styles = { readonly color?: string; readonly bold?: boolean; readonly dimColor?: boolean; readonly inverse?: boolean };

const LOOKS: Readonly<Record<Look, Styles>> = {
	plain: {}, strong: { bold: true }, quiet: { dimColor: true }, waiting: { color: 'yellow' }, good: { color: 'green' },
	alarm: { color: 'red', bold: true }, chosen: { bold: true, color: 'cyan' }, own: { color: 'blue' }
};

function stylesOf( look: Look, hasColour: boolean ): Styles {
	const { color, ...rest } = LOOKS[ look ];
	return color !== undefined && hasColour ? { ...rest, color } : rest;
}

/** Reads a key of the terminal library; more than one when keys came so fast that they came together. */
export function readKeys( input: string, key: InkKey ): readonly Key[] {
	const named = ( Object.entries( {
		upArrow: 'up', downArrow: 'down', pageUp: 'page-up', pageDown: 'page-down', home: 'home', end: 'end',
		escape: 'escape', delete: 'delete', backspace: key.meta || key.ctrl ? 'delete-word' : 'backspace',
		leftArrow: key.meta || key.ctrl ? 'word-left' : 'left', rightArrow: key.meta || key.ctrl ? 'word-right' : 'right'
	} as const ) ).find( ( [ name ] ) => key[ name as 'home' ] );
	if ( named ) {
		return [ { kind: named[ 1 ] } ];
	}
	if ( key.return ) {
		return [ key.meta || key.shift ? { kind: 'insert', text: '\n' } : { kind: 'enter' } ];
	}
	if ( key.ctrl ) {
		const controls: Readonly<Record<string, Key>> = {
			a: { kind: 'home' }, b: { kind: 'left' }, c: { kind: 'interrupt' }, d: { kind: 'delete' }, e: { kind: 'end' }, f: { kind: 'right' },
			h: { kind: 'backspace' }, j: { kind: 'insert', text: '\n' }, k: { kind: 'delete-to-end' }, n: { kind: 'down' }, p: { kind: 'up' },
			u: { kind: 'delete-to-start' }, w: { kind: 'delete-word' }
		};
		const control = controls[ input ];
		return control ? [ control ] : [];
	}
	if ( key.meta || key.tab || input === '' ) {
		return input === 'b' ? [ { kind: 'word-left' } ] : input === 'f' ? [ { kind: 'word-right' } ] : [];
	}
	return input.split( /(\r\n|\r|\n)/ ).filter( ( part ) => part !== '' ).map( ( part ): Key => (
		/[\r\n]/.test( part ) ? { kind: 'enter' } : { kind: 'insert', text: part }
	) );
}

/** Pasted text as one insertion: its line ends are kept, so a paste never sends by itself. */
export function readPaste( text: string ): Key {
	return { kind: 'insert', text: text.replace( /\r\n?/g, '\n' ).replace( /\t/g, '    ' ) };
}

function App( { source, hasColour, now }: { source: AppSource; hasColour: boolean; now: () => number } ): ReactElement {
	const { columns, rows } = useWindowSize();
	const [ , redraw ] = useReducer( ( count: number ) => count + 1, 0 );
	// Not React's state: keys can come faster than it draws, and each has to see what the one before did.
	const screen = useRef<Screen>( firstScreen );
	useEffect( () => {
		const unsubscribe = source.subscribe( redraw );
		const ticking = setInterval( redraw, 1000 );
		return () => {
			unsubscribe();
			clearInterval( ticking );
		};
	}, [ source ] );
	const take = ( keys: readonly Key[] ): void => {
		for ( const key of keys ) {
			const step = onKey( screen.current, key, entriesOf( source.rooms() ) );
			screen.current = step.screen;
			step.effects.forEach( ( effect ) => source.perform( effect ) );
		}
		redraw();
	};
	useInput( ( input, key ) => take( readKeys( input, key ) ) );
	usePaste( ( text ) => take( [ readPaste( text ) ] ) );

	const entries = entriesOf( source.rooms() );
	const frame = drawFrame( {
		screen: screen.current, entries, connection: source.connection(), name: source.name(), unsent: unsentIn( entries ),
		nowMs: now(), columns, rows
	} );
	useCursor().setCursorPosition( frame.cursor );
	return h( Box, { flexDirection: 'column', width: columns, height: rows }, ...frame.lines.map( ( line, index ) => (
		h( Text, { key: index, wrap: 'truncate-end' }, ...line.map( ( { text, look }, at ) => (
			h( Text, { key: at, ...stylesOf( look, hasColour ) }, text )
		) ) )
	) ) );
}

/** Libraries write to the console in spite of any logger, which would be into the picture. Returns what ends that. */
function silenceConsole(): () => void {
	const { debug, error, info, log, trace, warn } = console;
	const silence = (): void => {};
	Object.assign( console, { debug: silence, error: silence, info: silence, log: silence, trace: silence, warn: silence } );
	return () => void Object.assign( console, { debug, error, info, log, trace, warn } );
}

export type AppOptions = {
	readonly source: AppSource;
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
	readonly hasColour: boolean;
	/** Whether the terminal knows isolates: `knowsIsolates()`. */
	readonly hasIsolates: boolean;
	readonly now: () => number;
	/** Called when the picture cannot be drawn, and the terminal has been left. */
	readonly onFault: ( error: unknown ) => void;
};

/** Takes the terminal over. The returned function gives it back as it was; it may be called more than once. */
export function startApp( { source, stdin, stdout, hasColour, hasIsolates, now, onFault }: AppOptions ): () => void {
	const restoreConsole = silenceConsole();
	stdout.write( NO_WRAP );
	const app = render( h( App, { source, hasColour, now } ), {
		stdin, stdout: withIsolates( stdout, hasIsolates ),
		exitOnCtrlC: false, patchConsole: false, interactive: true, alternateScreen: true
	} );
	// Ink keeps to itself what is thrown while it draws, and would leave a program behind that shows nothing.
	app.waitUntilExit().catch( onFault );
	let isOver = false;
	return () => {
		if ( !isOver ) {
			isOver = true;
			app.unmount();
			stdout.write( WRAP );
			restoreConsole();
		}
	};
}
