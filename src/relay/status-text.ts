import type { Pause } from './routing/intake.ts';
import { ALL_WIKIS } from './routing/intake.ts';
import type { ThanksCount } from './routing/thanks.ts';
import type { Figures, SetAside, WaitingLane } from './routing/reports.ts';

/** All that `status` tells; times are in ms since 1970. */
export type Status = {
	readonly figures: Figures;
	readonly lanes: readonly WaitingLane[];
	readonly setAside: readonly SetAside[];
	readonly pauses: readonly Pause[];
	/** Newcomers' thanks to helpers, and how many of them within 30 days. */
	readonly thanks: ThanksCount;
};

function age( atMs: number, nowMs: number ): string {
	const seconds = Math.max( 0, Math.round( ( nowMs - atMs ) / 1000 ) );
	const units: [ number, string ][] = [ [ 86_400, 'd' ], [ 3_600, 'h' ], [ 60, 'min' ] ];
	const [ length, unit ] = units.find( ( [ shortest ] ) => seconds >= 2 * shortest ) ?? [ 1, 's' ];
	return `${ Math.floor( seconds / length ) } ${ unit }`;
}

/** "7:in" as people read it. */
function laneName( lane: string ): string {
	const [ , conversation, direction ] = /^(\d+):(in|out|seen|place)$/.exec( lane ) ?? [];
	const what = direction === 'seen' ? 'seen by helpers' : direction === 'place' ? 'place in the queue' : direction === 'in' ? 'to the helpers' : 'to the newcomer';
	return conversation === undefined ? lane : `conversation ${ conversation }, ${ what }`;
}

const isoMinute = ( atMs: number ): string => new Date( atMs ).toISOString().replace( 'T', ' ' ).slice( 0, 16 );
const LONGEST_LIST = 20;

function list( lines: readonly string[], total = lines.length ): string[] {
	const shown = lines.slice( 0, LONGEST_LIST ).map( ( line ) => `  ${ line }` );
	return total > shown.length ? [ ...shown, `  … and ${ total - shown.length } more` ] : shown;
}

/** The status for people, one fact a line; times in UTC. */
export function statusText( { figures, lanes, setAside, pauses, thanks }: Status, nowMs: number ): string {
	const setAsideTotal = figures.setAside.reduce( ( sum, { count } ) => sum + count, 0 );
	return [
		...pauses.map( ( { scope, reason, sinceMs } ) => (
			`PAUSED ${ scope === ALL_WIKIS ? 'for all wikis' : `for ${ scope }` } since ${ isoMinute( sinceMs ) } UTC${ reason === '' ? '' : `: ${ reason }` }`
		) ),
		figures.receivers.length === 0 ? 'Received: nothing yet' : 'Received:',
		...list( figures.receivers.map( ( { receiver, takenAtMs } ) => (
			`${ receiver }: ${ takenAtMs === 0 ? 'not since the relay was brought up to date' : `last /sync ${ age( takenAtMs, nowMs ) } ago` }`
		) ) ),
		figures.waiting === 0 ? 'Waiting: nothing' : `Waiting: ${ figures.waiting } in ${ lanes.length } lane${ lanes.length === 1 ? '' : 's' }`,
		...list( lanes.map( ( { lane, waiting, oldestAtMs } ) => `${ laneName( lane ) }: ${ waiting }, the oldest for ${ age( oldestAtMs, nowMs ) }` ) ),
		figures.requests.length === 0 ? 'Open requests: none' : 'Open requests:',
		...list( figures.requests.map( ( { wiki, state, count } ) => `${ wiki }, ${ state }: ${ count }` ) ),
		`Thanks to helpers: ${ thanks.total }, ${ thanks.lately } in the last 30 days`,
		setAsideTotal === 0 ? 'Set aside: nothing' : `Set aside: ${ setAsideTotal }`,
		...list( setAside.map( ( { atMs, kind, event, lane, reason } ) => (
			`${ isoMinute( atMs ) } UTC ${ kind } ${ event ?? '' } (${ laneName( lane ) }): ${ reason }`
		) ), setAsideTotal )
	].join( '\n' );
}
