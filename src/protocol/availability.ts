import { isRecord } from './ids.ts';

/** What a team's line of the status page says. */
export type TeamAvailability = {
	/** Helpers who are here now. */
	readonly helpers: number;
	/** After how many minutes requests are usually answered; absent when too few were. */
	readonly answerMinutes?: number | undefined;
};

/** What the status page of a wiki says; times in ms since 1970. */
export type StatusPage = {
	readonly updatedMs: number;
	/** From when on its number of helpers says nothing any more: a relay that was killed takes nothing back. */
	readonly validUntilMs: number;
	readonly teams: Readonly<Record<string, TeamAvailability>>;
};

/** What a newcomer may be told of a team. */
export type Availability = { readonly helpers: number | undefined; readonly answerMinutes: number | undefined };

const VERSION = 1;
const MAX_HELPERS = 10_000;
const MAX_MINUTES = 30 * 1440;
/** However long a page says that it is valid. */
const MAX_VALID_MS = 86_400_000;

function whole( value: unknown, least: number, most: number ): number | undefined {
	return typeof value === 'number' && Number.isInteger( value ) && value >= least && value <= most ? value : undefined;
}

/** The text of the status page, as JSON. */
export function writeStatusPage( { updatedMs, validUntilMs, teams }: StatusPage ): Record<string, unknown> {
	return {
		version: VERSION, updated: new Date( updatedMs ).toISOString(), validUntil: new Date( validUntilMs ).toISOString(), teams
	};
}

/** Reads the whole page, of which the relay was the last writer; `undefined` when it is malformed. */
export function readStatusPage( raw: unknown ): StatusPage | undefined {
	if ( !isRecord( raw ) || !isRecord( raw.teams ) ) {
		return undefined;
	}
	const updatedMs = Date.parse( String( raw.updated ) );
	const validUntilMs = Date.parse( String( raw.validUntil ) );
	const teams = Object.keys( raw.teams ).flatMap( ( team ) => {
		const { helpers, answerMinutes } = readAvailability( raw, team, updatedMs - 1 ) ?? {};
		return helpers === undefined ? [] : [ [ team, { helpers, ...( answerMinutes !== undefined && { answerMinutes } ) } ] as const ];
	} );
	return Number.isNaN( updatedMs ) || Number.isNaN( validUntilMs ) ?
		undefined :
			{ updatedMs, validUntilMs, teams: Object.fromEntries( teams ) };
}

/** Reads what the status page says of a team; `undefined` when it says nothing of it, or is malformed. */
export function readAvailability( raw: unknown, team: string, nowMs: number ): Availability | undefined {
	const teams = isRecord( raw ) && raw.version === VERSION && isRecord( raw.teams ) ? raw.teams : {};
	const said = Object.prototype.hasOwnProperty.call( teams, team ) ? teams[ team ] : undefined;
	if ( !isRecord( raw ) || !isRecord( said ) ) {
		return undefined;
	}
	// What is no time is NaN, before which nothing is.
	const isValid = nowMs < Math.min( Date.parse( String( raw.validUntil ) ), Date.parse( String( raw.updated ) ) + MAX_VALID_MS );
	return {
		helpers: isValid ? whole( said.helpers, 0, MAX_HELPERS ) : undefined,
		answerMinutes: whole( said.answerMinutes, 1, MAX_MINUTES )
	};
}
