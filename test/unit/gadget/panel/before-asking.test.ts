import { describe, expect, it } from 'vitest';
import { CONSENT_VERSION, readConsent } from '../../../../src/gadget/panel/viewmodels/consent.ts';
import { createTeamPanels, firstTeam } from '../../../../src/gadget/panel/viewmodels/team-panels.ts';
import { topicLabel } from '../../../../src/gadget/panel/viewmodels/topics.ts';
import type { TeamPanel } from '../../../../src/gadget/panel/viewmodels/panel-actions.ts';
import { writeNotice } from '../../../../src/protocol/notice.ts';
import { CONTEXT_KEY } from '../../../../src/protocol/question.ts';
import { answer, bot, event, settle } from '../fakes.ts';
import { ask, askAndLogIn, createTab, owner, room } from './tab.ts';

const contextSent = ( tab: ReturnType<typeof createTab> ): unknown => tab.matrix.sent[ 0 ]?.content[ CONTEXT_KEY ];

describe( 'what goes with a question', () => {
	it( 'is the topic, in the helpers\' words, and what was selected', async () => {
		const tab = createTab();
		tab.wiki.selection = 'The goat is 41 cm tall.';
		const panel = await ask( tab );
		panel.cancelLogin();
		panel.setTopic( 'references' );
		panel.ask();
		tab.browser.handlers!.onToken( 'token' );
		await settle();
		expect( contextSent( tab ) ).toMatchObject( { page: 'Goat', selection: 'The goat is 41 cm tall.', topic: 'References' } );
		expect( panel.state.value ).toMatchObject( { selection: '', topic: '' } );
	} );

	it( 'is what was selected when the newcomer turned to the panel, also when it is not any more', async () => {
		const tab = createTab();
		tab.wiki.selection = 'First.';
		const panel = await tab.openPage();
		tab.wiki.selection = '';
		panel.lookAround();
		expect( panel.state.value.selection ).toBe( 'First.' );
		tab.wiki.selection = 'Second.';
		panel.lookAround();
		expect( panel.state.value.selection ).toBe( 'Second.' );
	} );

	it( 'is no selection that was removed, until there is another one', async () => {
		const tab = createTab();
		tab.wiki.selection = 'First.';
		const panel = await tab.openPage();
		panel.removeSelection();
		panel.lookAround();
		expect( panel.state.value.selection ).toBe( '' );
		tab.wiki.selection = 'Second.';
		panel.lookAround();
		expect( panel.state.value.selection ).toBe( 'Second.' );
	} );

	it( 'is a selection without its page, when only that was removed', async () => {
		const tab = createTab();
		tab.wiki.selection = 'First.';
		const panel = await tab.openPage();
		panel.setDraft( 'How?' );
		panel.removeContext();
		panel.setAgreed( true );
		panel.ask();
		tab.browser.handlers!.onToken( 'token' );
		await settle();
		expect( contextSent( tab ) ).toMatchObject( { page: '', page_id: 0, section: '', revision: 0, selection: 'First.' } );
	} );

	it( 'comes back with the draft on the next page, and not without one', async () => {
		const tab = createTab();
		tab.wiki.selection = 'First.';
		const panel = await tab.openPage();
		panel.setDraft( 'How?' );
		panel.setTopic( 'references' );
		tab.wiki.selection = '';
		const next = await tab.openPage();
		expect( next.state.value ).toMatchObject( { selection: 'First.', topic: 'references' } );
		next.setDraft( '' );
		expect( ( await tab.openPage() ).state.value ).toMatchObject( { selection: '', topic: '' } );
	} );
} );

describe( 'pages that may answer', () => {
	it( 'are searched for when somebody writes, and not for a draft from before', async () => {
		const tab = createTab();
		tab.wiki.found = [ 'Help:Citing a book' ];
		const panel = await tab.openPage();
		panel.setDraft( 'How to cite a book?' );
		await tab.pass();
		expect( tab.wiki.searches ).toEqual( [ 'how OR cite OR book' ] );
		expect( panel.state.value.suggestions ).toEqual( [ 'Help:Citing a book' ] );
		await tab.openPage();
		await tab.pass();
		expect( tab.wiki.searches ).toHaveLength( 1 );
	} );
} );

describe( 'consent', () => {
	const given = ( at: string, version: unknown = CONSENT_VERSION ): string => JSON.stringify( { version, at } );

	it.each<[ unknown, number | undefined ]>( [
		[ given( '2026-05-03T10:00:00Z' ), Date.UTC( 2026, 4, 3, 10 ) ], [ given( '2026-05-03T10:00:00Z', CONSENT_VERSION + 1 ), undefined ],
		[ given( '2026-05-03T10:00:00Z', '1' ), undefined ], [ given( 'yesterday' ), undefined ], [ null, undefined ], [ 'nonsense', undefined ],
		[ '[]', undefined ], [ '1', undefined ]
	] )( 'out of %j is %o', ( stored, atMs ) => {
		expect( readConsent( stored ) ).toBe( atMs );
	} );

	it( 'is kept with the account when somebody asks, and not before', async () => {
		const tab = createTab();
		const panel = await tab.openPage();
		panel.setDraft( 'How?' );
		panel.setAgreed( true );
		expect( tab.wiki.consent ).toBe( null );
		panel.ask();
		await settle();
		expect( readConsent( tab.wiki.consent ) ).toBe( 7 );
		expect( [ ...tab.localStorage.values.values() ].join() ).not.toContain( 'version' );
	} );

	it( 'is not asked for again', async () => {
		const tab = createTab();
		tab.wiki.consent = given( '2026-05-03T10:00:00Z' );
		const panel = await tab.openPage();
		expect( panel.state.value.agreedAtMs ).toBe( Date.UTC( 2026, 4, 3, 10 ) );
		panel.setDraft( 'How?' );
		panel.ask();
		expect( panel.state.value ).toMatchObject( { screen: 'login', questionProblem: undefined } );
	} );

	it( 'that was taken back ends the chat, here and in other windows, and leaves nothing in the browser', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.setComposer( 'half' );
		panel.showPrivacy();
		panel.takeBackConsent();
		await settle();
		expect( panel.state.value ).toMatchObject( {
			privacy: 'taken-back', agreedAtMs: undefined, hasAgreed: false, screen: 'question', composer: '', draft: '', entries: [], outbox: [], hasConversation: false
		} );
		expect( tab.wiki.consent ).toBe( null );
		expect( tab.matrix ).toMatchObject( { logouts: 1, logoutsEverywhere: 1 } );
		expect( tab.channel ).toContainEqual( { type: 'forget', owner, isLoggedOut: true } );
		expect( tab.consentChannel ).toEqual( [ { type: 'taken-back', owner } ] );
		expect( tab.localStorage.values.size ).toBe( 0 );
		expect( [ ...tab.sessionStorage.values.values() ].join() ).not.toMatch( /secret|half|How|!made/ );
		panel.leavePrivacy();
		panel.setDraft( 'Again?' );
		panel.ask();
		expect( panel.state.value.questionProblem ).toBe( 'not-agreed' );
	} );

	it( 'that could not be taken back is said so, and nothing has changed', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		tab.wiki.consentOutcome = 'unreachable';
		panel.showPrivacy();
		panel.takeBackConsent();
		await settle();
		expect( panel.state.value ).toMatchObject( { privacy: 'not-taken-back', agreedAtMs: 7, screen: 'conversation' } );
		expect( tab.matrix.logouts ).toBe( 0 );
	} );

	it( 'that was taken back in another window is gone here, too', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.hearOfConsent( { type: 'taken-back', owner: 'testwiki:5' } );
		expect( panel.state.value.screen ).toBe( 'conversation' );
		await tab.hearOfConsent( { type: 'taken-back', owner } );
		expect( panel.state.value ).toMatchObject( { screen: 'question', agreedAtMs: undefined, entries: [], hasConversation: false } );
		expect( tab.matrix.logouts ).toBe( 0 );
	} );
} );

describe( 'who is here', () => {
	const status = { version: 1, updated: new Date( 0 ).toISOString(), validUntil: new Date( 600_000 ).toISOString(), teams: {
		general: { helpers: 3, answerMinutes: 4 }, harassment: { helpers: 1 }
	} };

	it( 'is read for the team when the panel opens, and again as long as it is seen', async () => {
		const tab = createTab();
		tab.wiki.status = status;
		const panel = await tab.openPage();
		expect( panel.state.value.availability ).toEqual( { helpers: 3, answerMinutes: 4 } );
		panel.setPageVisible( false );
		tab.browser.nowMs += 200_000;
		await tab.pass();
		expect( tab.wiki.statusReads ).toBe( 1 );
		panel.setPageVisible( true );
		expect( tab.wiki.statusReads ).toBe( 2 );
		expect( ( await tab.openPage( true, 'harassment' ) ).state.value.availability ).toEqual( { helpers: 1, answerMinutes: undefined } );
	} );
} );

describe( 'a chat about harassment', () => {
	async function askAboutHarassment( tab: ReturnType<typeof createTab> ): Promise<TeamPanel> {
		const panel = await tab.openPage( true, 'harassment' );
		panel.setDraft( 'They follow me.' );
		panel.setAgreed( true );
		panel.ask();
		tab.browser.handlers?.onToken( 'token' );
		await settle();
		return panel;
	}

	it( 'has a room of its own, tells no page, searches nothing and is kept nowhere but in this browser session', async () => {
		const tab = createTab();
		tab.wiki.selection = 'Their words.';
		const panel = await askAboutHarassment( tab );
		await tab.pass();
		expect( panel.state.value ).toMatchObject( { screen: 'conversation', team: 'harassment' } );
		expect( tab.matrix.created ).toMatchObject( [ { creation_content: { 'org.wikimedia.askforhelp': { team: 'harassment' } } } ] );
		expect( tab.matrix.sent[ 0 ]?.content ).toEqual( { msgtype: 'm.text', body: 'They follow me.' } );
		expect( tab.wiki ).toMatchObject( { searches: [], consent: null } );
		expect( tab.localStorage.values.size ).toBe( 0 );
	} );

	it( 'tells the page and the selection when the newcomer adds them', async () => {
		const tab = createTab();
		tab.wiki.selection = 'Their words.';
		const panel = await tab.openPage( true, 'harassment' );
		expect( panel.state.value ).toMatchObject( { context: undefined, selection: '' } );
		panel.setDraft( 'They follow me.' );
		panel.addContext();
		expect( ( await tab.openPage( true, 'harassment' ) ).state.value ).toMatchObject( { context: { page: 'Goat' }, selection: 'Their words.' } );
	} );

	it( 'leaves the general one as it was, draft and all, and takes nothing of it', async () => {
		const tab = createTab();
		( await tab.openPage() ).setDraft( 'How to cite a book?' );
		const before = tab.sessionStorage.getItem( 'askforhelp-state' );
		const other = await tab.openPage( true, 'harassment' );
		expect( other.state.value ).toMatchObject( { draft: '', agreedAtMs: undefined } );
		other.setDraft( 'They follow me.' );
		expect( tab.sessionStorage.getItem( 'askforhelp-state' ) ).toBe( before );
		expect( ( await tab.openPage() ).state.value.draft ).toBe( 'How to cite a book?' );
		expect( ( await tab.openPage( true, 'harassment' ) ).state.value.draft ).toBe( 'They follow me.' );
	} );

	it( 'asks for consent each time, whatever was agreed to elsewhere', async () => {
		const tab = createTab();
		tab.wiki.consent = JSON.stringify( { version: CONSENT_VERSION, at: '2026-05-03T10:00:00Z' } );
		const panel = await tab.openPage( true, 'harassment' );
		panel.setDraft( 'They follow me.' );
		panel.ask();
		expect( panel.state.value.questionProblem ).toBe( 'not-agreed' );
	} );

	it( 'asks for it again after a conversation that has ended, on the same page, too', async () => {
		const tab = createTab();
		const panel = await askAboutHarassment( tab );
		await tab.matrix.receive( tab.matrix.sent[ 0 ]!.roomId, event( { sender: bot, content: writeNotice( 'room-refused', 'x' ) } ) );
		expect( panel.state.value ).toMatchObject( { connection: 'ended', hasAgreed: true } );
		panel.startOver();
		panel.setDraft( 'Again.' );
		panel.ask();
		expect( panel.state.value.questionProblem ).toBe( 'not-agreed' );
	} );

	it( 'is shown in the place of the general one, and back', async () => {
		const tab = createTab();
		const made = { general: await tab.openPage(), harassment: await tab.openPage( true, 'harassment' ) };
		made.harassment.close();
		const shown: string[] = [];
		const panels = createTeamPanels( ( team ) => made[ team as 'general' ], 'general', ( team ) => shown.push( team ) );
		panels.setDraft( 'How?' );
		panels.showTeam( 'harassment' );
		expect( panels.state.value ).toMatchObject( { team: 'harassment', window: 'open', draft: '' } );
		expect( made.general.state.value.window ).toBe( 'closed' );
		panels.setDraft( 'They follow me.' );
		made.general.setDraft( 'How, then?' );
		expect( panels.state.value.draft ).toBe( 'They follow me.' );
		panels.showTeam( 'general' );
		expect( panels.state.value ).toMatchObject( { team: 'general', window: 'open', draft: 'How, then?' } );
		expect( shown ).toEqual( [ 'harassment', 'general' ] );
		panels.logOut();
		expect( [ made.general, made.harassment ].map( ( { state } ) => state.value.window ) ).toEqual( [ 'closed', 'closed' ] );
	} );

	it( 'counts as unread what the team says that is not shown, and the button leads to it', async () => {
		const general = createTab();
		const harassment = createTab();
		const made = { general: await askAndLogIn( general ), harassment: await harassment.openPage( true, 'harassment' ) };
		const panels = createTeamPanels( ( team ) => made[ team as 'general' ], 'general', () => {} );
		panels.showTeam( 'harassment' );
		await general.matrix.receive( room, answer( 'Hi' ) );
		expect( panels.state.value ).toMatchObject( { team: 'harassment', unread: 0, unreadElsewhere: 1 } );
		panels.close();
		panels.open();
		expect( panels.state.value ).toMatchObject( { team: 'general', window: 'open', unread: 0, unreadElsewhere: 0 } );
	} );

	it( 'gives the parts that ask the homeserver the session of the one that is shown', async () => {
		const general = createTab();
		const made = { general: await askAndLogIn( general ), harassment: await createTab().openPage( true, 'harassment' ) };
		const panels = createTeamPanels( ( team ) => made[ team as 'general' ], 'general', () => {} );
		expect( panels.session()?.accessToken ).toMatch( /./ );
		panels.showTeam( 'harassment' );
		expect( panels.session() ).toBe( undefined );
	} );

	it( 'lets the team that is not shown listen on the next page, too, closed', async () => {
		const general = createTab();
		const made = { general: await askAndLogIn( general ), harassment: await createTab().openPage( true, 'harassment' ) };
		const asked: string[] = [];
		const panels = createTeamPanels( ( team ) => {
			asked.push( team );
			return made[ team as 'general' ];
		}, 'harassment', () => {}, [ 'general', 'harassment' ] );
		expect( asked ).toEqual( [ 'harassment', 'general' ] );
		expect( made.general.state.value.window ).toBe( 'closed' );
		await general.matrix.receive( room, answer( 'Hi' ) );
		expect( panels.state.value ).toMatchObject( { team: 'harassment', unread: 0, unreadElsewhere: 1 } );
	} );

	it( 'hears of what happens to the page, too', async () => {
		const tab = createTab();
		const made = { general: await tab.openPage(), harassment: await tab.openPage( true, 'harassment' ) };
		const panels = createTeamPanels( ( team ) => made[ team as 'general' ], 'general', () => {} );
		panels.showTeam( 'harassment' );
		panels.setPageVisible( false );
		expect( [ made.general, made.harassment ].map( ( { state } ) => state.value.isPageVisible ) ).toEqual( [ false, false ] );
	} );
} );

it.each<[ string, readonly string[], string ]>( [
	[ '', [ '' ], 'general' ], [ '', [ 'harassment' ], 'general' ], [ 'harassment', [ 'harassment' ], 'harassment' ], [ 'harassment', [ '' ], 'general' ],
	[ 'general', [ 'harassment' ], 'general' ]
] )( 'after %j, on a wiki with the teams %j, the first one shown is %s', ( shownLast, teams, first ) => {
	expect( firstTeam( shownLast, teams ) ).toBe( first );
} );

it.each<[ Record<string, string>, readonly string[], string ]>( [
	[ { en: 'References', ar: 'مراجع' }, [ 'arz', 'ar', 'en' ], 'مراجع' ], [ { en: 'References' }, [ 'de', 'en' ], 'References' ],
	[ { '': 'Wiki' }, [ 'de' ], 'Wiki' ], [ { fr: 'Sources' }, [ 'de', 'en' ], 'Sources' ], [ { fr: 'Sources' }, [ 'constructor' ], 'Sources' ]
] )( 'a topic with the labels %j is called, for readers of %j, %s', ( labels, languages, label ) => {
	expect( topicLabel( { id: 'x', labels }, languages ) ).toBe( label );
} );
