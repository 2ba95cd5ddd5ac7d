import type { MessageKey } from '../../i18n/messages.ts';
import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import type { PanelState } from '../viewmodels/panel-state.ts';
import { element, outsideLink, setVisible, widgetElement } from './dom.ts';
import type { NoticeKind } from './notice.ts';
import { notice } from './notice.ts';
import type { CreateView } from './view-context.ts';

const NOTICES: Readonly<Record<'taking-back' | 'taken-back' | 'not-taken-back', readonly [ NoticeKind, MessageKey ]>> = {
	'taking-back': [ 'neutral', 'saving' ],
	'taken-back': [ 'success', 'consent-taken-back' ],
	'not-taken-back': [ 'error', 'consent-not-taken-back' ]
};

/** What the newcomer has agreed to, and the way to take it back. */
export const createPrivacyView: CreateView = ( { panel, messages, settings, pageUrl, formatDate } ) => {
	const root = element( 'div', 'askforhelp-screen askforhelp-screen-privacy' );
	const given = element( 'p', 'askforhelp-sentence' );
	const what = element( 'p', 'askforhelp-small', messages( 'consent-what' ) );
	const status = element( 'div', 'askforhelp-privacy-status' );
	status.setAttribute( 'role', 'status' );
	status.tabIndex = -1;
	const takeBack = new OO.ui.ButtonWidget( { label: messages( 'consent-take-back' ), classes: [ 'askforhelp-take-back' ] } );
	takeBack.on( 'click', () => panel.takeBackConsent() );
	const back = new OO.ui.ButtonWidget( { label: messages( 'back' ) } );
	back.on( 'click', () => panel.leavePrivacy() );
	const buttons = element( 'div', 'askforhelp-buttons' );
	buttons.append( widgetElement( takeBack ), widgetElement( back ) );
	root.append( given, what, status, buttons );
	if ( settings.privacyPage !== '' ) {
		const more = element( 'p', 'askforhelp-link-line' );
		more.append( outsideLink( messages( 'question-privacy' ), pageUrl( settings.privacyPage ) ) );
		root.append( more );
	}
	let shown: PanelState[ 'privacy' ];

	/** Whoever has a conversation, or waits for one, has agreed, also where nothing keeps when: for the safety team that is always so. */
	function hasAsked( { screen, hasAgreed: hasTicked }: PanelState ): boolean {
		return screen === 'conversation' || ( hasTicked && ( screen === 'login' || screen === 'opening' ) );
	}

	function hasAgreed( state: PanelState ): boolean {
		return state.agreedAtMs !== undefined || hasAsked( state ) || panel.session() !== undefined;
	}

	/** What they have agreed to; empty where that was in the chat with another team. */
	function agreedWords( state: PanelState ): string {
		const { agreedAtMs, team } = state;
		if ( agreedAtMs !== undefined ) {
			return messages( 'consent-given', formatDate( agreedAtMs ) );
		}
		return team === DEFAULT_TEAM ? messages( 'question-consent' ) : hasAsked( state ) ? messages( 'harassment-consent' ) : '';
	}

	return {
		element: root,
		update( state ) {
			const { privacy } = state;
			const isGiven = privacy !== 'taken-back' && hasAgreed( state );
			const text = isGiven ? agreedWords( state ) : messages( 'consent-none' );
			given.textContent = text;
			setVisible( given, privacy !== 'taken-back' && text !== '' );
			setVisible( what, isGiven );
			takeBack.toggle( isGiven );
			takeBack.setDisabled( privacy === 'taking-back' );
			if ( privacy !== shown ) {
				shown = privacy;
				const hadFocus = root.contains( document.activeElement );
				const said = privacy === 'shown' || privacy === undefined ? undefined : NOTICES[ privacy ];
				status.replaceChildren( ...( said ? [ notice( said[ 0 ], messages( said[ 1 ] ) ) ] : [] ) );
				if ( hadFocus && said ) {
					// What had it may be gone.
					status.focus( { preventScroll: true } );
				}
			}
		},
		focus: () => back.focus(),
		dispose() {}
	};
};
