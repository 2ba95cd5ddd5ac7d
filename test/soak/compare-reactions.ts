import type { EventId } from '../../src/protocol/ids.ts';
import type { Case, Report } from './case.ts';
import { counterparts, isAboutDeleted } from './case.ts';
import type { Side } from './evidence.ts';

/**
 * Compares the bot's reactions with those of the people for whom it stands: one for each event and key to which somebody
 * has reacted on the other side and not taken it back. Reactions to what was deleted are not looked at, as nobody sees them.
 */
export function compareReactions( one: Case, report: Report ): void {
	compareSide( one, 'newcomer', report );
	compareSide( one, 'helper', report );
}

function compareSide( one: Case, side: Side, report: Report ): void {
	const removed = new Set( one.acts.filter( ( { kind } ) => kind === 'removal' ).map( ( { target } ) => target ) );
	const nameOf = ( target: EventId, key: string ): string => `${ target } ${ key }`;
	const wanted = new Map<string, EventId>();
	for ( const { kind, side: by, eventId, target, key } of one.acts ) {
		if ( kind === 'reaction' && by === side && !removed.has( eventId ) && !isAboutDeleted( one, target! ) ) {
			for ( const place of counterparts( one, side, target! ) ) {
				wanted.set( nameOf( place, key! ), eventId );
			}
		}
	}
	const there = side === 'newcomer' ? one.support : one.room;
	const isOurs = ( target: EventId ): boolean => side === 'helper' ||
		one.inSupport.some( ( { eventId } ) => eventId === target ) || one.acts.some( ( { eventId } ) => eventId === target );
	const found = Map.groupBy( there.reactions.filter( ( { target } ) => isOurs( target ) ), ( { target, key } ) => nameOf( target, key ) );
	for ( const [ name, reaction ] of wanted ) {
		if ( !found.has( name ) ) {
			report( 'wrong', side, reaction, `the reaction ${ name } is not there` );
		}
	}
	for ( const [ name, reactions ] of found ) {
		const { eventId, target } = reactions[ 0 ]!;
		if ( reactions.length > 1 ) {
			report( 'doubled', side, eventId, `the reaction ${ name } is there ${ reactions.length } times` );
		}
		if ( !wanted.has( name ) && !isAboutDeleted( one, target ) ) {
			report( 'wrong', side, eventId, `the reaction ${ name } is there, and nobody's stands` );
		}
	}
}
