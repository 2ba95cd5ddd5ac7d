import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import type { RoomId } from '../../../protocol/ids.ts';
import { isRecord, isRoomId, isUserId } from '../../../protocol/ids.ts';
import type { MatrixSession } from '../../../matrix/index.ts';
import type { QuestionContext } from '../../../protocol/question.ts';
import { readQuestionContext, readSelection, writeQuestionContext } from '../../../protocol/question.ts';
import type { OutboxItem } from './outbox.ts';
import { readOutboxItems } from './outbox.ts';
import type { Place } from './panel-state.ts';
import type { RememberedWriting } from './speaking.ts';
import { readWriting } from './speaking.ts';

/** What has to survive a reload and the way to the next page; gone with the browser session. */
export type RememberedState = {
	/** The question that is being written. */
	readonly draft: string;
	/** The message that is being written in the conversation. */
	readonly composer: string;
	/** What the message in the composer is for. */
	readonly writing: RememberedWriting;
	/** Helpers whom the newcomer has muted. */
	readonly muted: readonly string[];
	/** Answers that were unread when the page was left. */
	readonly unread: number;
	/** The newcomer has agreed and asked, and the question is not in the outbox yet. */
	readonly isAsking: boolean;
	/** Where the newcomer was when they asked; only while `isAsking`. */
	readonly context?: QuestionContext;
	/** The newcomer does not want to say where they are, as long as there is a draft. */
	readonly isContextRemoved: boolean;
	/** The newcomer wants to say where they are, where nobody does unless they want to. */
	readonly isContextAdded?: boolean;
	/** What the question quotes of the page, and its topic. */
	readonly selection?: string;
	readonly topic?: string;
	readonly isMinimised: boolean;
	/** It goes on listening all the same. */
	readonly isClosed: boolean;
	/** The browser tells of answers. */
	readonly isNotified: boolean;
	/** When draft or composer was last changed, in ms since 1970. */
	readonly typedAtMs: number;
	/** How far the panel was moved, in px. */
	readonly place?: Place;
	readonly roomId?: RoomId;
	readonly outbox: readonly OutboxItem[];
};

export const NOTHING_REMEMBERED: RememberedState = {
	draft: '', composer: '', writing: {}, muted: [], unread: 0, isAsking: false, isContextRemoved: false, isMinimised: false, isClosed: false, isNotified: false,
	typedAtMs: 0, outbox: []
};

/** The two storages of the browser, as much of them as is used. */
export type StoragePort = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * What the panel keeps in the browser. Everything in sessionStorage belongs to one wiki user: the launcher removes it
 * when another one appears.
 */
export interface BrowserMemory {
	session(): MatrixSession | undefined;
	setSession( session: MatrixSession | undefined ): void;
	state(): RememberedState;
	setState( state: RememberedState ): void;
	/** Whether the panel comes back by itself on the next page. */
	setReopen( isWanted: boolean ): void;
	/** The teams whose panels were there on the last page, and come back on this one. */
	comingBack(): readonly string[];
	/** The team whose panel is shown; of all teams, one is. */
	shownTeam(): string;
	setShownTeam( team: string ): void;
	/**
	 * localStorage holds only that there is a conversation, so that a later visit can offer to open it, and whether it is open,
	 * so that another tab tells of answers, too.
	 */
	hasConversation(): boolean;
	setHasConversation( has: boolean ): void;
	setOpen( isOpen: boolean ): void;
	/** Whether the next page will not know all: the browser keeps nothing, or an older state than the one that was to be kept last. */
	isForgetful(): boolean;
	/** Whether all of it was forgotten on another page, and may be somebody else's by now. */
	isLeft(): boolean;
	/** Forgets all of this browser session. */
	forget(): void;
}

/** All of ours begin so; the launcher knows that, too. */
const PREFIX = 'askforhelp-';
const SESSION = 'askforhelp-session';
const STATE = 'askforhelp-state';
const REOPEN = 'askforhelp-reopen';
const TEAM = 'askforhelp-team';
const OWNER = 'askforhelp-owner';
const CONVERSATION = 'askforhelp-conversation';

function parse( text: string | null ): unknown {
	try {
		return text === null ? undefined : JSON.parse( text );
	} catch {
		// Somebody else's value under our key is as good as none.
		return undefined;
	}
}

const list = ( value: unknown ): unknown[] => Array.isArray( value ) ? value : [];
const text = ( value: unknown ): string => typeof value === 'string' ? value : '';

function readPlace( raw: unknown ): Place | undefined {
	return isRecord( raw ) && Number.isFinite( raw.x ) && Number.isFinite( raw.y ) ? { x: raw.x as number, y: raw.y as number } : undefined;
}

/** Reads a session that came out of a storage or from another window. */
export function readSession( raw: unknown ): MatrixSession | undefined {
	if ( !isRecord( raw ) || !isUserId( raw.userId ) || text( raw.deviceId ) === '' || text( raw.accessToken ) === '' ) {
		return undefined;
	}
	return { userId: raw.userId, deviceId: text( raw.deviceId ), accessToken: text( raw.accessToken ) };
}

/**
 * @param owner tells this wiki user from any other in this browser
 * @param team each has a state of its own; that of another team than the general one leaves nothing in localStorage
 */
export function createBrowserMemory(
	sessionStorage: StoragePort, localStorage: StoragePort, owner: string, team = DEFAULT_TEAM
): BrowserMemory {
	const isGeneral = team === DEFAULT_TEAM;
	const stateKey = isGeneral ? STATE : `${ STATE }-${ team }`;
	const isOurs = (): boolean => sessionStorage.getItem( OWNER ) === owner;
	const forget = (): void => Object.keys( sessionStorage ).filter( ( key ) => key.startsWith( PREFIX ) )
		.forEach( ( key ) => sessionStorage.removeItem( key ) );
	/** A storage that is full costs the latest of the memory of the next page, never the conversation on this one. */
	const keep = ( storage: StoragePort, key: string, value: string ): boolean => {
		try {
			storage.setItem( key, value );
			return true;
		} catch {
			return false;
		}
	};
	let isForgetful = false;
	const write = ( key: string, value: string ): boolean => {
		if ( !isOurs() ) {
			forget();
			keep( sessionStorage, OWNER, owner );
		}
		return keep( sessionStorage, key, value );
	};
	const mark = ( key: string, isSo: boolean ): void => {
		if ( isSo && isGeneral ) {
			keep( localStorage, key, owner );
		} else if ( isGeneral && localStorage.getItem( key ) === owner ) {
			localStorage.removeItem( key );
		}
	};
	const read = ( key: string ): unknown => isOurs() ? parse( sessionStorage.getItem( key ) ) : undefined;

	return {
		forget: () => isOurs() && forget(),
		session: () => readSession( read( SESSION ) ),
		setSession( session ) {
			if ( session ) {
				write( SESSION, JSON.stringify( session ) );
			} else {
				sessionStorage.removeItem( SESSION );
			}
		},
		state() {
			const raw = read( stateKey );
			if ( !isRecord( raw ) ) {
				return NOTHING_REMEMBERED;
			}
			const context = readQuestionContext( raw.context );
			const place = readPlace( raw.place );
			return {
				draft: text( raw.draft ),
				composer: text( raw.composer ),
				writing: isRecord( raw.writing ) ? readWriting( raw.writing ) : {},
				unread: typeof raw.unread === 'number' ? raw.unread : 0,
				muted: Array.isArray( raw.muted ) ? raw.muted.filter( ( one ) => typeof one === 'string' ) : [],
				isAsking: raw.isAsking === true,
				...( context && { context } ),
				isContextRemoved: raw.isContextRemoved === true,
				...( raw.isContextAdded === true && { isContextAdded: true } ),
				selection: readSelection( raw.selection ),
				topic: text( raw.topic ),
				isMinimised: raw.isMinimised === true,
				isClosed: raw.isClosed === true,
				isNotified: raw.isNotified === true,
				typedAtMs: Number( raw.typedAtMs ) || 0,
				...( place && { place } ),
				...( isRoomId( raw.roomId ) && { roomId: raw.roomId } ),
				outbox: readOutboxItems( raw.outbox )
			};
		},
		setState( state ) {
			const context = state.context && writeQuestionContext( state.context );
			isForgetful = !write( stateKey, JSON.stringify( { ...state, context } ) );
		},
		setReopen( isWanted ) {
			const others = list( read( REOPEN ) ).filter( ( other ) => other !== team );
			if ( isWanted || others.length > 0 ) {
				write( REOPEN, JSON.stringify( isWanted ? others.concat( team ) : others ) );
			} else {
				sessionStorage.removeItem( REOPEN );
			}
		},
		comingBack: () => list( read( REOPEN ) ).map( text ),
		isForgetful: () => isForgetful,
		isLeft: () => !isForgetful && !isOurs(),
		shownTeam: () => text( read( TEAM ) ),
		setShownTeam: ( shown ) => void write( TEAM, JSON.stringify( shown ) ),
		hasConversation: () => isGeneral && localStorage.getItem( CONVERSATION ) === owner,
		setHasConversation( has ) {
			mark( CONVERSATION, has );
			mark( OWNER, has );
		},
		setOpen: ( isOpen ) => mark( OWNER, isOpen )
	};
}
