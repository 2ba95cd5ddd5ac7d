import type { StatusPage, TeamAvailability } from '../../protocol/availability.ts';
import type { UserId } from '../../protocol/ids.ts';

/** For how long after their last sign of life a helper is here. */
export const HERE_FOR_MS = 10 * 60_000;
/** How many of the last answered requests tell the usual waiting time, and how old they may be. */
export const USUAL = { most: 20, least: 3, withinMs: 30 * 86_400_000 };

const MINUTE_MS = 60_000;
const STEPS = [ 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440 ];

/** How many of the members of a Support room are here: online, or active there lately. */
export function helpersHere(
	members: readonly UserId[], activeAtMs: ReadonlyMap<UserId, number>, online: ReadonlySet<UserId>, nowMs: number
): number {
	return members.filter( ( userId ) => (
		online.has( userId ) || nowMs - ( activeAtMs.get( userId ) ?? -Infinity ) < HERE_FOR_MS
	) ).length;
}

/** After how many minutes requests are usually answered; `undefined` when too few were. Rounded up: half of them wait no longer. */
export function usualMinutes( waitsMs: readonly number[] ): number | undefined {
	const sorted = [ ...waitsMs ].sort( ( a, b ) => a - b );
	const [ low, high ] = [ sorted[ ( sorted.length - 1 ) >> 1 ], sorted[ sorted.length >> 1 ] ];
	if ( sorted.length < USUAL.least || low === undefined || high === undefined ) {
		return undefined;
	}
	const minutes = ( low + high ) / 2 / MINUTE_MS;
	return STEPS.find( ( step ) => minutes <= step ) ?? 1440 * Math.min( 30, Math.ceil( minutes / 1440 ) );
}

type Teams = Readonly<Record<string, TeamAvailability>>;

function isSame( a: Teams, b: Teams ): boolean {
	const names = Object.keys( a );
	return names.length === Object.keys( b ).length && names.every( ( name ) => (
		a[ name ]?.helpers === b[ name ]?.helpers && a[ name ]?.answerMinutes === b[ name ]?.answerMinutes
	) );
}

/**
 * What the status page is to say from now on; `undefined` while it may stay as it is.
 *
 * @param page what it says and still holds; `undefined` when it says nothing that does
 */
export function pageDue(
	page: StatusPage | undefined, teams: Teams, nowMs: number,
	{ everyMs, validMs }: { readonly everyMs: number; readonly validMs: number }
): StatusPage | undefined {
	const isAnyoneHere = Object.values( teams ).some( ( { helpers } ) => helpers > 0 );
	// Early enough for another try before nobody is promised any more.
	const endsSoon = page !== undefined && nowMs >= page.validUntilMs - Math.max( 2 * everyMs, validMs / 8 );
	return page && isSame( page.teams, teams ) && !( endsSoon && isAnyoneHere ) ?
		undefined :
			{ updatedMs: nowMs, validUntilMs: nowMs + validMs, teams };
}
