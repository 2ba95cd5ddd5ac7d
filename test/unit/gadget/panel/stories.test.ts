import { describe, expect, it } from 'vitest';
import type { NoticeCode } from '../../../../src/protocol/notice.ts';
import type { SpeakerRole } from '../../../../src/protocol/mirror.ts';
import type { QuestionProblem } from '../../../../src/gadget/panel/viewmodels/asking.ts';
import type { EarlierState } from '../../../../src/gadget/panel/viewmodels/earlier.ts';
import type { Hiding } from '../../../../src/gadget/panel/viewmodels/hiding.ts';
import type { LoginStatus } from '../../../../src/gadget/panel/viewmodels/login.ts';
import type { Notifying } from '../../../../src/gadget/panel/viewmodels/notifying.ts';
import type { OutboxItem, OutboxState } from '../../../../src/gadget/panel/viewmodels/outbox.ts';
import type { PictureSendingState, PictureStep } from '../../../../src/gadget/panel/viewmodels/picture-sending.ts';
import type { PanelState, Problem, Screen } from '../../../../src/gadget/panel/viewmodels/panel-state.ts';
import { FIRST_STATE } from '../../../../src/gadget/panel/viewmodels/panel-state.ts';
import type { Entry } from '../../../../src/gadget/panel/viewmodels/timeline.ts';
import { isDrawn } from '../../../../src/gadget/panel/viewmodels/timeline.ts';
import { ALL_STORIES } from '../../../../src/gadget/panel/stories/all-stories.ts';
import type { Story } from '../../../../src/gadget/panel/stories/story.ts';
import { notice } from '../../../../src/gadget/panel/stories/talk.ts';

/** Keeps the list of a union's members whole: the type checker refuses one that lacks any. */
type Every<Member extends string> = Readonly<Record<Member, unknown>>;
const _ = undefined;

const screens: Every<Screen> = { starting: _, question: _, login: _, opening: _, conversation: _, problem: _ };
const windows: Every<PanelState[ 'window' ]> = { open: _, minimised: _, closed: _ };
const questionProblems: Every<QuestionProblem> = { empty: _, 'too-long': _, 'not-agreed': _ };
const loginStatuses: Every<LoginStatus> = {
	waiting: _, blocked: _, cancelled: _, 'not-allowed': _, failed: _, 'timed-out': _, finishing: _, unreachable: _, 'other-person': _
};
const problems: Every<Problem> = { 'not-set-up': _, 'not-loaded': _, refused: _ };
const connections: Every<PanelState[ 'connection' ]> = { online: _, offline: _, 'logged-out': _, ended: _ };
const hidings: Every<Hiding> = {
	hiding: _, hidden: _, 'not-hidden': _, 'not-hidden-logged-out': _, undoing: _, 'not-undone': _
};
const privacies: Every<NonNullable<PanelState[ 'privacy' ]>> = { shown: _, 'taking-back': _, 'taken-back': _, 'not-taken-back': _ };
const leavings: Every<NonNullable<PanelState[ 'leaving' ]>> = { asked: _, left: _ };
const notifyings: Every<Notifying> = { impossible: _, offered: _, on: _, blocked: _ };
const outboxStates: Every<OutboxState> = { sending: _, waiting: _, refused: _, sent: _ };
const outboxKinds: Every<OutboxItem[ 'kind' ]> = { message: _, edit: _, reaction: _, redaction: _ };
const earlierStates: Every<EarlierState> = { unknown: _, more: _, loading: _, failed: _, all: _ };
const pictureProblems: Every<NonNullable<PictureSendingState[ 'problem' ]>> = { kind: _, size: _, unreachable: _, 'not-taken': _ };
// Of one that is sent, nothing is left to be drawn.
const pictureSteps: Every<Exclude<PictureStep, 'sent'>> = { choosing: _, ready: _, refused: _, uploading: _, failed: _ };
const entryKinds: Every<Entry[ 'kind' ]> = { own: _, helper: _, notice: _, gone: _ };
const speakers: Every<Exclude<SpeakerRole, 'newcomer'>> = { helper: _, moderator: _ };
const noticeCodes: Every<NoticeCode> = {
	'request-open': _, 'not-passed-on': _, 'not-delivered': _, paused: _, 'too-fast': _, 'room-refused': _, moved: _, 'too-many': _
};

function drawnOnly( codes: Every<NoticeCode> ): Every<string> {
	return Object.fromEntries( Object.entries( codes ).filter( ( [ code ] ) => isDrawn( notice( 0, code as NoticeCode ) ) ) );
}

/** The state that a story comes to. */
const stateOf = ( { state, then }: Story ): PanelState => ( { ...FIRST_STATE, window: 'open', ...state, ...then } );
const states = ALL_STORIES.map( stateOf );
const on = ( wanted: Screen ): PanelState[] => states.filter( ( { screen, hiding, leaving, privacy } ) => (
	screen === wanted && [ hiding, leaving, privacy ].every( ( step ) => step === undefined )
) );
const entries = on( 'conversation' ).flatMap( ( state ) => state.entries );

const shown: readonly ( readonly [ what: string, members: Every<string>, inStories: readonly ( string | undefined )[] ] )[] = [
	[ 'screen', screens, states.map( ( { screen } ) => screen ) ],
	[ 'window', windows, states.map( ( state ) => state.window ) ],
	[ 'problem with the question', questionProblems, on( 'question' ).map( ( { questionProblem } ) => questionProblem ) ],
	[ 'login status', loginStatuses, on( 'login' ).map( ( { loginStatus } ) => loginStatus ) ],
	[ 'problem', problems, on( 'problem' ).map( ( { problem } ) => problem ) ],
	[ 'connection', connections, on( 'conversation' ).map( ( { connection } ) => connection ) ],
	[ 'step of hiding', hidings, states.map( ( { hiding } ) => hiding ) ],
	[ 'step of consent', privacies, states.map( ( { privacy } ) => privacy ) ],
	[ 'step of leaving', leavings, states.map( ( { leaving } ) => leaving ) ],
	[ 'way with notifications', notifyings, on( 'conversation' ).map( ( { notifying } ) => notifying ) ],
	[ 'state of what is sent', outboxStates, on( 'conversation' ).flatMap( ( { outbox } ) => outbox.map( ( { state } ) => state ) ) ],
	[ 'kind of what is sent', outboxKinds, on( 'conversation' ).flatMap( ( { outbox } ) => outbox.map( ( { kind } ) => kind ) ) ],
	[ 'step of a picture', pictureSteps, ALL_STORIES.map( ( { pictures } ) => pictures?.form?.step ) ],
	[ 'problem with a picture', pictureProblems, ALL_STORIES.map( ( { pictures } ) => pictures?.form?.problem ) ],
	[ 'state of earlier messages', earlierStates, on( 'conversation' ).map( ( { earlier } ) => earlier ) ],
	[ 'kind of entry', entryKinds, entries.map( ( { kind } ) => kind ) ],
	[ 'speaker', speakers, entries.map( ( entry ) => entry.kind === 'helper' ? entry.role : undefined ) ],
	[
		'notice', drawnOnly( noticeCodes ),
		entries.map( ( entry ) => entry.kind === 'notice' ? entry.code : undefined )
	]
];

describe( 'the stories', () => {
	it.each( shown )( 'show every %s', ( _what, members, inStories ) => {
		expect( Object.keys( members ).filter( ( member ) => !inStories.includes( member ) ) ).toEqual( [] );
	} );

	it( 'show each yes and no', () => {
		const question = on( 'question' );
		const both = ( some: readonly PanelState[], isSo: ( state: PanelState ) => boolean ): number => new Set( some.map( isSo ) ).size;
		expect( both( question, ( { draft } ) => draft !== '' ) ).toBe( 2 );
		expect( both( question, ( { context } ) => context !== undefined ) ).toBe( 2 );
		expect( both( question, ( { context } ) => context?.section === '' ) ).toBe( 2 );
		expect( both( question, ( { hasAgreed } ) => hasAgreed ) ).toBe( 2 );
		expect( both( question, ( { hasConversation } ) => hasConversation ) ).toBe( 2 );
		expect( both( states, ( { isPaused } ) => isPaused ) ).toBe( 2 );
		expect( both( states, ( { isForgetful } ) => isForgetful ) ).toBe( 2 );
		expect( both( on( 'opening' ), ( { isLongOffline } ) => isLongOffline ) ).toBe( 2 );
		expect( both( on( 'conversation' ), ( { isLongOffline } ) => isLongOffline ) ).toBe( 2 );
		expect( both( on( 'opening' ), ( { connection } ) => connection === 'online' ) ).toBe( 2 );
		expect( both( on( 'conversation' ), ( state ) => state.entries.length > 0 ) ).toBe( 2 );
		for ( const isSo of [ 'isTyping', 'isLongOffline', 'clockSkewMs', 'firstNew', 'isPaused', 'replyTo', 'editing', 'deleting', 'composer' ] as const ) {
			expect( both( on( 'conversation' ), ( state ) => Boolean( state[ isSo ] ) ), isSo ).toBe( 2 );
		}
		const places = on( 'conversation' ).map( ( { waitingBefore } ) => waitingBefore );
		expect( new Set( places.map( ( before ) => before === undefined ? 'unknown' : before > 1 ? 'many' : before ) ).size ).toBe( 4 );
		const minimised = states.filter( ( state ) => state.window === 'minimised' );
		expect( both( minimised, ( { unread } ) => unread > 0 ) ).toBe( 2 );
		expect( both( minimised, ( { waitingBefore } ) => waitingBefore !== undefined ) ).toBe( 2 );
	} );

	it( 'have names of their own that can be names of files', () => {
		const names = ALL_STORIES.map( ( { name } ) => name );
		expect( new Set( names ).size ).toBe( names.length );
		expect( names.filter( ( name ) => !/^[a-z]+(-[a-z]+)*$/.test( name ) ) ).toEqual( [] );
	} );

	it( 'name messages by ids of their own', () => {
		for ( const { name, ...story } of ALL_STORIES ) {
			const ids = [ ...stateOf( { name, ...story } ).entries, ...stateOf( { name, ...story } ).outbox ].map( ( { id } ) => id );
			expect( new Set( ids ).size, name ).toBe( ids.length );
		}
	} );
} );
