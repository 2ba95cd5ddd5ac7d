import type { EventId } from '../../src/protocol/ids.ts';
import { readRelation } from '../../src/protocol/message.ts';
import type { Case, Report } from './case.ts';
import { counterparts, isAboutDeleted } from './case.ts';
import type { Act, Mirror, Side } from './evidence.ts';

const isMessage = ( { kind }: Act ): boolean => kind === 'text' || kind === 'reply' || kind === 'image';
const quoted = ( text: string ): string => JSON.stringify( text.length > 60 ? `${ text.slice( 0, 60 ) }…` : text );

/** What is there of one side's words on the other side. */
type View = {
	readonly one: Case;
	readonly side: Side;
	readonly report: ( kind: Parameters<Report>[ 0 ], eventId: EventId, what: string ) => void;
	readonly mirrors: readonly Mirror[];
	readonly edits: readonly Mirror[];
	readonly card: Mirror | undefined;
	/** Edits of each message that were not taken back, in their order. */
	readonly standing: ReadonlyMap<EventId | undefined, readonly Act[]>;
};

/** Compares what one side said with what the other side has of it: texts, files, replies, edits, deletions and their order. */
export function compareMessages( one: Case, side: Side, reportTo: Report ): void {
	const { room, support, inSupport, acts } = one;
	const report: View[ 'report' ] = ( kind, eventId, what ) => reportTo( kind, side, eventId, what );
	const source = side === 'newcomer' ? room : support;
	const there = side === 'newcomer' ? inSupport : room.mirrors;
	const own = acts.filter( ( act ) => act.side === side );
	for ( const { eventId } of own.filter( ( act ) => !source.positions.has( act.eventId ) ) ) {
		report( 'lost', eventId, 'the homeserver itself has not kept what it had taken' );
	}
	const inOrder = own.toSorted( ( a, b ) => ( source.positions.get( a.eventId ) ?? 0 ) - ( source.positions.get( b.eventId ) ?? 0 ) );
	const undone = new Set( own.filter( ( { kind } ) => kind === 'deletion' ).map( ( { target } ) => target ) );
	const view: View = {
		one, side, report,
		mirrors: there.filter( ( { replaces } ) => replaces === undefined ),
		edits: there.filter( ( { replaces } ) => replaces !== undefined ),
		card: side === 'newcomer' ? there.find( ( { isRoot } ) => isRoot ) : undefined,
		standing: Map.groupBy( inOrder.filter( ( { kind, eventId } ) => kind === 'edit' && !undone.has( eventId ) ), ( { target } ) => target )
	};
	const messages = inOrder.filter( isMessage );
	for ( const message of messages ) {
		if ( one.deleted.has( message.eventId ) ) {
			compareDeleted( view, message );
		} else {
			compareMessage( view, message );
		}
	}
	compareOrder( view, messages );
	compareStrangers( view, new Map( own.map( ( act ) => [ act.eventId, act ] ) ), undone );
}

function compareMessage( view: View, message: Act ): void {
	const { report, card } = view;
	const found = view.mirrors.filter( ( { marker } ) => marker.source.eventId === message.eventId );
	const isQuestion = card?.marker.source.eventId === message.eventId;
	// The file of a question comes right after its card.
	const groups = isQuestion ? [ found.filter( ( { isRoot } ) => isRoot ), found.filter( ( { isRoot } ) => !isRoot ) ] : [ found ];
	for ( const [ index, group ] of groups.entries() ) {
		const wanted = index === 1 && message.kind !== 'image' ? 0 : 1;
		const what = index === 1 ? 'the question\'s file' : quoted( message.text ?? '' );
		if ( group.length < wanted ) {
			report( 'lost', message.eventId, `${ what } is not there` );
		}
		for ( const { eventId } of group.slice( wanted ) ) {
			report( 'doubled', message.eventId, `${ what } is there once more, as ${ eventId }` );
		}
	}
	const [ first ] = found;
	if ( !first ) {
		return;
	}
	for ( const mirror of found ) {
		compareContent( view, message, mirror, isQuestion && mirror.isRoot );
	}
	if ( isQuestion ) {
		compareQuestion( view, message, first );
	} else {
		compareEdits( view, message, first );
	}
}

function compareContent( { one, side, report, card }: View, message: Act, mirror: Mirror, isCard: boolean ): void {
	const { marker, content } = mirror;
	if ( message.kind === 'image' && !isCard && ( content.msgtype !== 'm.image' || content.url !== message.url ) ) {
		report( 'wrong', message.eventId, `the image is ${ String( content.msgtype ) } ${ String( content.url ) } and not ${ message.url }` );
	}
	const saysIt = message.kind === 'image' ? marker.text.startsWith( message.text ?? '' ) : marker.text === message.text;
	if ( !saysIt ) {
		report( 'wrong', message.eventId, `it says ${ quoted( marker.text ) } and not ${ quoted( message.text ?? '' ) }` );
	}
	if ( isCard ) {
		return;
	}
	const { thread, replyTo } = readRelation( content );
	if ( side === 'newcomer' && thread !== card?.eventId ) {
		report( 'wrong', message.eventId, 'it is not in the thread of its card' );
	}
	const wanted = message.kind === 'reply' && message.target !== undefined ? message.target : undefined;
	// The other side may have taken it back before the reply was passed on, or after.
	if ( wanted !== undefined && isAboutDeleted( one, wanted ) ) {
		return;
	}
	const targets = wanted === undefined ? [ undefined ] : counterparts( one, side, wanted );
	if ( !targets.some( ( target ) => target === replyTo ) ) {
		report( 'wrong', message.eventId, `it replies to ${ replyTo ?? 'nothing' } and not to ${ targets.join( ' or ' ) || 'nothing' }` );
	}
}

/** What the edits of a message have come to on the other side: each once, in order, the last one shown. */
function compareEdits( { report, edits, standing }: View, message: Act, mirror: Mirror ): void {
	const wanted = standing.get( message.eventId ) ?? [];
	const found = edits.filter( ( { replaces } ) => replaces === mirror.eventId );
	for ( const edit of wanted ) {
		const own = found.filter( ( { marker } ) => marker.source.eventId === edit.eventId );
		if ( own.length === 0 ) {
			report( 'wrong', edit.eventId, `the edit to ${ quoted( edit.text ?? '' ) } is not there` );
		} else if ( own.length > 1 ) {
			report( 'doubled', edit.eventId, `the edit to ${ quoted( edit.text ?? '' ) } is there ${ own.length } times` );
		} else if ( own[ 0 ]!.marker.text !== edit.text ) {
			report( 'wrong', edit.eventId, `the edit says ${ quoted( own[ 0 ]!.marker.text ) } and not ${ quoted( edit.text ?? '' ) }` );
		}
	}
	const last = wanted.at( -1 );
	const shown = found.at( -1 );
	const shownEdit = wanted.find( ( { eventId } ) => eventId === shown?.marker.source.eventId );
	if ( last && shown && shownEdit && shownEdit !== last ) {
		report( 'out of order', message.eventId, `what is shown is ${ quoted( shown.marker.text ) }, an earlier edit than ${ quoted( last.text ?? '' ) }` );
	}
}

/** Each edit of the question is an edit of the card, and the answer to it another one. */
function compareQuestion( { one, report, edits, standing }: View, question: Act, card: Mirror ): void {
	const wanted = standing.get( question.eventId ) ?? [];
	const found = edits.filter( ( { replaces } ) => replaces === card.eventId );
	const text = wanted.at( -1 )?.text ?? question.text ?? '';
	const shown = found.at( -1 ) ?? card;
	const saysIt = question.kind === 'image' ? shown.marker.text.startsWith( text ) : shown.marker.text === text;
	if ( !saysIt ) {
		report( 'wrong', question.eventId, `the card shows ${ quoted( shown.marker.text ) } and not ${ quoted( text ) }` );
	}
	compareState( one, report, question, shown );
	// One when it is answered, one when the wiki has told who asks, one for each edit, and for each that was taken back.
	const doings = one.acts.filter( ( { kind, target } ) => kind === 'edit' && target === question.eventId ).length;
	if ( found.length > 2 * doings + 2 ) {
		report( 'doubled', question.eventId, `the card was edited ${ found.length } times` );
	}
}

function compareState( one: Case, report: View[ 'report' ], question: Act, shown: Mirror ): void {
	const isAnswered = one.acts.some( ( act ) => act.side === 'helper' && isMessage( act ) && !one.deleted.has( act.eventId ) );
	if ( isAnswered && !String( shown.content.body ).startsWith( '💬' ) ) {
		report( 'wrong', question.eventId, 'the card does not show that it was answered' );
	}
}

/** Nothing of what was taken back may be left; only the card stays, without its text. */
function compareDeleted( { one, report, mirrors, edits, card }: View, message: Act ): void {
	const own = mirrors.filter( ( { marker } ) => marker.source.eventId === message.eventId );
	for ( const { eventId } of own.filter( ( mirror ) => mirror !== card ) ) {
		report( 'wrong', message.eventId, `it was deleted, and ${ eventId } still says ${ quoted( message.text ?? '' ) }` );
	}
	const ids = new Set( one.acts.filter( ( { kind, target } ) => kind === 'edit' && target === message.eventId ).map( ( { eventId } ) => eventId ) );
	const isQuestion = own.includes( card! );
	const left = edits.filter( ( { marker, replaces } ) => (
		isQuestion && replaces === card?.eventId ? marker.text !== '' : ids.has( marker.source.eventId ) || marker.source.eventId === message.eventId
	) );
	for ( const { eventId, marker } of left ) {
		report( 'wrong', message.eventId, `it was deleted, and the edit ${ eventId } still says ${ quoted( marker.text ) }` );
	}
	if ( isQuestion && !edits.some( ( { replaces } ) => replaces === card?.eventId ) ) {
		report( 'wrong', message.eventId, 'it was deleted, and the card still shows it' );
	}
}

/** Each mirror that comes before that of an earlier message is one out of order. */
function compareOrder( { one, report, mirrors }: View, messages: readonly Act[] ): void {
	const places = new Map<EventId, number>();
	for ( const { marker, at } of mirrors.toReversed() ) {
		places.set( marker.source.eventId, at );
	}
	let latest = -1;
	for ( const { eventId, text } of messages ) {
		const at = places.get( eventId );
		if ( at === undefined || one.deleted.has( eventId ) ) {
			continue;
		}
		if ( at < latest ) {
			report( 'out of order', eventId, `${ quoted( text ?? '' ) } comes before an earlier one` );
		}
		latest = Math.max( latest, at );
	}
}

/** Words that nobody said, and edits that nobody made or that were taken back. */
function compareStrangers(
	{ one, report, mirrors, edits, card }: View, own: ReadonlyMap<EventId, Act>, undone: ReadonlySet<EventId | undefined>
): void {
	for ( const { eventId, marker } of mirrors ) {
		const said = own.get( marker.source.eventId );
		if ( !said || !isMessage( said ) ) {
			report( 'wrong', eventId, `it says ${ quoted( marker.text ) }, for ${ marker.source.eventId }, which nobody said here` );
		}
	}
	for ( const { eventId } of mirrors.filter( ( mirror ) => mirror.isRoot && card !== undefined && mirror !== card ) ) {
		report( 'doubled', eventId, 'the conversation has a second card' );
	}
	for ( const { eventId, marker, replaces } of edits.filter( ( edit ) => edit.replaces !== card?.eventId ) ) {
		const made = own.get( marker.source.eventId );
		const isTheirs = made?.kind === 'edit' && mirrors.some( ( mirror ) => mirror.eventId === replaces && mirror.marker.source.eventId === made.target );
		if ( made?.kind === 'edit' && one.deleted.has( made.target! ) ) {
			continue;
		}
		if ( !isTheirs ) {
			report( 'wrong', eventId, `it edits ${ replaces } to ${ quoted( marker.text ) }, which nobody did` );
		} else if ( undone.has( made.eventId ) ) {
			report( 'wrong', made.eventId, `the edit was taken back, and ${ eventId } is still there` );
		}
	}
}
