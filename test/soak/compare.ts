import { readNotice } from '../../src/protocol/notice.ts';
import type { Case, Finding, FindingKind, Report } from './case.ts';
import { compareMessages } from './compare-messages.ts';
import { compareReactions } from './compare-reactions.ts';
import type { Evidence } from './evidence.ts';
import { indexRoom } from './evidence.ts';

export type Comparison = {
	/** Number of acts of each kind. */
	readonly sent: Readonly<Record<string, number>>;
	readonly findings: readonly Finding[];
};

function compareOwnWords( { room, inSupport }: Case, report: Report ): void {
	const openings = room.ownWords.filter( ( { content } ) => readNotice( content ) === 'request-open' );
	for ( const { event_id: eventId } of openings.slice( 1 ) ) {
		report( 'doubled', 'newcomer', eventId, 'the newcomer is told once more that helpers have the question' );
	}
	const card = inSupport.find( ( { isRoot } ) => isRoot );
	if ( card && openings.length === 0 ) {
		report( 'lost', 'newcomer', card.eventId, 'the newcomer is not told that helpers have the question' );
	}
	for ( const event of room.ownWords.filter( ( one ) => !openings.includes( one ) ) ) {
		report( 'wrong', 'helper', event.event_id, `the bot says to the newcomer: ${ String( event.content.body ) }` );
	}
}

/** Compares what was sent with what is there in the end. */
export function compare( { bot, supportRoom, conversations, acts }: Evidence ): Comparison {
	const findings: Finding[] = [];
	const support = indexRoom( supportRoom, bot );
	const byRoom = Map.groupBy( support.mirrors, ( { marker } ) => marker.source.roomId );
	for ( const [ conversation, reading ] of conversations.entries() ) {
		const own = acts.filter( ( act ) => act.conversation === conversation );
		const targets = new Set( own.filter( ( { kind } ) => kind === 'deletion' ).map( ( { target } ) => target! ) );
		const one: Case = {
			conversation, acts: own, room: indexRoom( reading, bot ), support, inSupport: byRoom.get( reading.roomId ) ?? [],
			deleted: new Set( own.flatMap( ( { kind, eventId } ) => kind !== 'edit' && targets.has( eventId ) ? [ eventId ] : [] ) )
		};
		const report: Report = ( kind, from, eventId, what ) => findings.push( { kind, conversation, from, eventId, what } );
		compareMessages( one, 'newcomer', report );
		compareMessages( one, 'helper', report );
		compareReactions( one, report );
		compareOwnWords( one, report );
	}
	// Of which conversation it is, only the bot knows.
	const strange: Report = ( kind, from, eventId, what ) => findings.push( { kind, conversation: -1, from, eventId, what } );
	for ( const { event_id: eventId, content } of support.ownWords ) {
		strange( 'wrong', 'newcomer', eventId, `the bot says to the helpers: ${ String( content.body ) }` );
	}
	const known = new Set( conversations.map( ( { roomId } ) => roomId ) );
	for ( const { eventId, marker } of support.mirrors.filter( ( one ) => !known.has( one.marker.source.roomId ) ) ) {
		strange( 'wrong', 'newcomer', eventId, `it is from ${ marker.source.roomId }, which is no conversation` );
	}
	const sent: Record<string, number> = {};
	for ( const { kind } of acts ) {
		sent[ kind ] = ( sent[ kind ] ?? 0 ) + 1;
	}
	return { sent, findings };
}

/** How many findings there are of a kind. */
export const countOf = ( { findings }: Comparison, kind: FindingKind ): number => (
	findings.filter( ( finding ) => finding.kind === kind ).length
);

/** A finding as one line. */
export function lineOf( { kind, conversation, from, eventId, what }: Finding ): string {
	const where = conversation < 0 ? 'Support room' : `conversation ${ conversation }, ${ from === 'newcomer' ? 'to the helpers' : 'to the newcomer' }`;
	return `${ kind }: ${ where }, ${ eventId }: ${ what }`;
}
