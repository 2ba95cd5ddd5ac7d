import type { CDPSession } from '@playwright/test';

/** The launcher's own time on a page, in ms: all of it, and the longest stretch without a break. */
export type OwnTime = { readonly allMs: number; readonly longestMs: number };

type CallFrame = { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number };
/** As `Profiler.stop` gives it, as much of it as is used. */
export type Profile = {
	readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame; readonly children?: readonly number[] | undefined }[];
	readonly samples?: readonly number[] | undefined;
	/** Before each sample, in µs. */
	readonly timeDeltas?: readonly number[] | undefined;
};

/** How often it is looked where the browser is, in µs. */
const INTERVAL_US = 100;
/** A busy page is looked at all the same; in a longer gap the machine was busy with something else. */
const LONGEST_GAP_US = 5_000;
/** The wiki sends modules together; each begins with its name. */
const LAUNCHER = /ext\.gadget\.AskForHelp(?:@[^"\\]*)?\\?"/;
const NEXT_MODULE = /mw\.loader\.impl\(/;

/** Whether a frame is in the launcher, for one script's text. */
export function launcherIn( source: string ): ( ( frame: Pick<CallFrame, 'lineNumber' | 'columnNumber'> ) => boolean ) | undefined {
	const begin = LAUNCHER.exec( source )?.index;
	if ( begin === undefined ) {
		return undefined;
	}
	const rest = NEXT_MODULE.exec( source.slice( begin ) )?.index;
	const end = rest === undefined ? source.length : begin + rest;
	const lines = [ 0 ];
	for ( let at = source.indexOf( '\n' ); at >= 0; at = source.indexOf( '\n', at + 1 ) ) {
		lines.push( at + 1 );
	}
	return ( { lineNumber, columnNumber } ) => {
		const at = ( lines[ lineNumber ] ?? Infinity ) + columnNumber;
		return at >= begin && at < end;
	};
}

/** Sums up the samples that were taken while a function of the launcher was running, or what that had called. */
export function ownTimeOf( { nodes, samples = [], timeDeltas = [] }: Profile, isOwn: ( frame: CallFrame ) => boolean ): OwnTime {
	const own = new Set<number>();
	const byId = new Map( nodes.map( ( node ) => [ node.id, node ] ) );
	const mark = ( id: number ): void => {
		own.add( id );
		byId.get( id )?.children?.forEach( mark );
	};
	nodes.filter( ( { callFrame } ) => isOwn( callFrame ) ).forEach( ( { id } ) => mark( id ) );
	let all = 0;
	let longest = 0;
	let stretch = 0;
	samples.forEach( ( id, index ) => {
		// What a sample found goes on until the next one.
		const lasted = Math.min( timeDeltas[ index + 1 ] ?? INTERVAL_US, LONGEST_GAP_US );
		stretch = own.has( id ) ? stretch + lasted : 0;
		all += own.has( id ) ? lasted : 0;
		longest = Math.max( longest, stretch );
	} );
	return { allMs: all / 1000, longestMs: longest / 1000 };
}

/** Watches a page from now on, until the function that it gives is called. */
export async function watchOwnTime( devTools: CDPSession ): Promise<() => Promise<OwnTime>> {
	const scripts = new Set<string>();
	devTools.on( 'Debugger.scriptParsed', ( { scriptId } ) => { scripts.add( scriptId ); } );
	await devTools.send( 'Debugger.enable' );
	await devTools.send( 'Profiler.enable' );
	await devTools.send( 'Profiler.setSamplingInterval', { interval: INTERVAL_US } );
	await devTools.send( 'Profiler.start' );
	return async () => {
		const { profile } = await devTools.send( 'Profiler.stop' );
		const ranges = new Map<string, NonNullable<ReturnType<typeof launcherIn>>>();
		for ( const scriptId of scripts ) {
			// Scripts of a page that is gone have no source any more.
			const { scriptSource = '' } = await devTools.send( 'Debugger.getScriptSource', { scriptId } ).catch( () => ( { scriptSource: '' } ) );
			const range = launcherIn( scriptSource );
			if ( range ) {
				ranges.set( scriptId, range );
			}
		}
		if ( ranges.size === 0 ) {
			throw new Error( 'The launcher was not found among the scripts of the page.' );
		}
		await devTools.send( 'Profiler.disable' );
		await devTools.send( 'Debugger.disable' );
		return ownTimeOf( profile, ( frame ) => ranges.get( frame.scriptId )?.( frame ) === true );
	};
}
