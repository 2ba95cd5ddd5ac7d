import type { RoomId } from '../../protocol/ids.ts';
import type { Draft, DraftEdit } from './draft.ts';
import { edit, emptyDraft } from './draft.ts';
import type { Message } from './messages.ts';
import type { Request, SupportRoom } from './requests.ts';
import { answerContent, reactionContent, talkContent } from './requests.ts';
import { readTyped } from './typed.ts';

/** A key as the terminal library tells it; pasted text is one `insert`. */
export type Key = DraftEdit | { readonly kind: 'up' | 'down' | 'page-up' | 'page-down' | 'enter' | 'escape' | 'interrupt' };

/** What is shown. `open` names what `Entry.id` names. */
export type Screen = {
	readonly open: string | undefined;
	/** The entry of the list that is chosen; the first one when it is not there. */
	readonly chosenEntry: string | undefined;
	/** The message that is chosen in the open thread; `undefined` to stay at its end. */
	readonly chosenMessage: string | undefined;
	readonly drafts: ReadonlyMap<string, Draft>;
	/** What the last key led to, in a sentence; gone with the next key. */
	readonly notice: string;
	readonly isHelpOpen: boolean;
	/** Whether leaving was asked for while something is unsent. */
	readonly isLeaving: boolean;
};

export const firstScreen: Screen = {
	open: undefined, chosenEntry: undefined, chosenMessage: undefined, drafts: new Map(), notice: '', isHelpOpen: false, isLeaving: false
};

/** A line of the list: a request, or what is said in a room beside the requests. */
export type Entry =
	| { readonly kind: 'request'; readonly id: string; readonly roomId: RoomId; readonly roomName: string; readonly request: Request } |
	{ readonly kind: 'talk'; readonly id: string; readonly roomId: RoomId; readonly roomName: string; readonly messages: readonly Message[] };

/** What is to be done outside. */
export type Effect =
	| { readonly kind: 'send'; readonly roomId: RoomId; readonly type: 'm.room.message' | 'm.reaction'; readonly content: Record<string, unknown> } |
	{ readonly kind: 'resend' | 'discard'; readonly roomId: RoomId; readonly transactionId: string } |
	{ readonly kind: 'quit' };

export type Step = { readonly screen: Screen; readonly effects: readonly Effect[] };

/** The list: requests of all rooms by urgency as each room orders them, the waiting ones of all rooms first, talk last. */
export function entriesOf( rooms: readonly SupportRoom[] ): Entry[] {
	const requests = rooms.flatMap( ( room ) => room.requests.map( ( request ): Entry & { kind: 'request' } => (
		{ kind: 'request', id: request.root, roomId: room.roomId, roomName: room.name, request }
	) ) );
	const waiting = requests.filter( ( { request } ) => request.waitingSinceMs !== undefined )
		.sort( ( a, b ) => ( a.request.waitingSinceMs ?? 0 ) - ( b.request.waitingSinceMs ?? 0 ) );
	return [
		...waiting,
		...requests.filter( ( { request } ) => request.waitingSinceMs === undefined ),
		...rooms.map( ( { roomId, name, talk } ): Entry => ( { kind: 'talk', id: roomId, roomId, roomName: name, messages: talk } ) )
	];
}

export function messagesOf( entry: Entry ): readonly Message[] {
	return entry.kind === 'request' ? entry.request.messages : entry.messages;
}

/** How many messages this client holds that the homeserver has not taken. */
export function unsentIn( entries: readonly Entry[] ): number {
	return entries.flatMap( messagesOf ).filter( ( { delivery } ) => delivery !== 'sent' ).length;
}

/** The entry that is chosen in the list. */
export function chosenEntryOf( screen: Screen, entries: readonly Entry[] ): Entry | undefined {
	return entries.find( ( { id } ) => id === screen.chosenEntry ) ?? entries[ 0 ];
}

export function draftOf( screen: Screen ): Draft {
	return screen.drafts.get( screen.open ?? '' ) ?? emptyDraft;
}

function withDraft( screen: Screen, draft: Draft ): Screen {
	return { ...screen, drafts: new Map( [ ...screen.drafts, [ screen.open ?? '', draft ] ] ) };
}

const stay = ( screen: Screen, ...effects: Effect[] ): Step => ( { screen, effects } );

function moveBy( key: Key[ 'kind' ] ): number {
	return { up: -1, down: 1, 'page-up': -10, 'page-down': 10 }[ key as 'up' ] ?? 0;
}

function onListKey( screen: Screen, key: Key, entries: readonly Entry[] ): Step {
	const chosen = chosenEntryOf( screen, entries );
	if ( key.kind === 'enter' || key.kind === 'right' ) {
		return stay( chosen ? { ...screen, open: chosen.id, chosenEntry: chosen.id, chosenMessage: undefined } : screen );
	}
	if ( key.kind === 'insert' ) {
		return key.text === 'q' ? leave( screen, entries ) : stay( { ...screen, isHelpOpen: key.text === '?' } );
	}
	const index = chosen ? entries.indexOf( chosen ) : 0;
	const to = key.kind === 'home' ? 0 : key.kind === 'end' ? entries.length - 1 : index + moveBy( key.kind );
	return stay( { ...screen, chosenEntry: entries[ Math.max( 0, Math.min( entries.length - 1, to ) ) ]?.id } );
}

function onThreadKey( screen: Screen, key: Key, entry: Entry, entries: readonly Entry[] ): Step {
	const messages = messagesOf( entry );
	switch ( key.kind ) {
		case 'escape':
			return stay( screen.chosenMessage === undefined ? { ...screen, open: undefined } : { ...screen, chosenMessage: undefined } );
		case 'up': case 'down': case 'page-up': case 'page-down': {
			const now = messages.findIndex( ( { id } ) => id === screen.chosenMessage );
			const to = Math.max( 0, ( now === -1 ? messages.length : now ) + moveBy( key.kind ) );
			return stay( { ...screen, chosenMessage: messages[ to ]?.id } );
		}
		case 'enter':
			return onTyped( screen, entry, entries );
		case 'interrupt':
			return stay( screen );
		default:
			return stay( withDraft( screen, edit( draftOf( screen ), key ) ) );
	}
}

function onTyped( screen: Screen, entry: Entry, entries: readonly Entry[] ): Step {
	const messages = messagesOf( entry );
	const typed = readTyped( draftOf( screen ).text );
	const done = withDraft( screen, emptyDraft );
	switch ( typed.kind ) {
		case 'nothing': return stay( screen );
		case 'wrong': return stay( { ...screen, notice: typed.why } );
		case 'back': return stay( { ...done, open: undefined } );
		case 'help': return stay( { ...done, isHelpOpen: true } );
		case 'quit': return leave( done, entries );
		case 'say': return stay( { ...done, chosenMessage: undefined }, {
			kind: 'send', roomId: entry.roomId, type: 'm.room.message',
			content: entry.kind === 'request' ? answerContent( typed.text, entry.request ) : talkContent( typed.text )
		} );
		case 'react': {
			const target = messages.find( ( { id } ) => id === screen.chosenMessage ) ??
				messages.findLast( ( { from, isDeleted } ) => ( from === 'newcomer' || from === 'helper' ) && !isDeleted );
			if ( target?.eventId === undefined || target.isDeleted ) {
				return stay( { ...screen, notice: 'There is no message to react to.' } );
			}
			return target.reactions.some( ( { key, isMine } ) => isMine && key === typed.key ) ?
					stay( { ...done, notice: `You have reacted with ${ typed.key } already.` } ) :
					stay( done, { kind: 'send', roomId: entry.roomId, type: 'm.reaction', content: reactionContent( target.eventId, typed.key ) } );
		}
		case 'resend': case 'discard': {
			const { kind } = typed;
			const failed = messages.filter( ( { id, delivery } ) => (
				delivery === 'failed' && ( screen.chosenMessage === undefined || id === screen.chosenMessage )
			) );
			return failed.length === 0 ?
					stay( { ...done, notice: 'Nothing failed here.' } ) :
					stay( { ...done, chosenMessage: undefined }, ...failed.map( ( { id } ): Effect => (
						{ kind, roomId: entry.roomId, transactionId: id }
					) ) );
		}
	}
}

function leave( screen: Screen, entries: readonly Entry[] ): Step {
	const count = unsentIn( entries );
	return count === 0 || screen.isLeaving ?
			stay( screen, { kind: 'quit' } ) :
			stay( { ...screen, isLeaving: true, notice: `${ count } of your messages would be lost. Once more to leave all the same.` } );
}

/** What a key does: the next screen, and what is to be done outside. */
export function onKey( before: Screen, key: Key, entries: readonly Entry[] ): Step {
	const entry = entries.find( ( { id } ) => id === before.open );
	const screen: Screen = { ...before, notice: '', isHelpOpen: false };
	if ( key.kind === 'interrupt' ) {
		return leave( screen, entries );
	}
	// Any other key leaves the help, and Escape only that.
	if ( before.isHelpOpen && key.kind === 'escape' ) {
		return stay( screen );
	}
	const step = entry ? onThreadKey( screen, key, entry, entries ) : onListKey( { ...screen, open: undefined }, key, entries );
	const asksToLeave = step.screen.isLeaving && !before.isLeaving;
	return asksToLeave || step.effects.some( ( { kind } ) => kind === 'quit' ) ?
		step : { ...step, screen: { ...step.screen, isLeaving: false } };
}
