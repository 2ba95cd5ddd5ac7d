import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import { MAX_MESSAGE_LENGTH } from '../../../protocol/question.ts';
import type { QuestionContext } from '../../../protocol/question.ts';
import type { MessageKey } from '../../i18n/messages.ts';
import { element, followDirection, iconButton, isolate, linkButton, outsideLink, setVisible, widgetElement, wordButton } from './dom.ts';
import { createHarassmentEntry } from './harassment-entry.ts';
import { createHoursLine } from './hours-line.ts';
import { helpPageLink } from './help-page-link.ts';
import { createHelpList } from './help-list.ts';
import { createTopicField } from './topic-field.ts';
import type { CreateView, ViewContext } from './view-context.ts';

/** Links to those pages of a list that the wiki has, in small print. */
function links( { messages, pageUrl }: ViewContext, pages: readonly ( readonly [ MessageKey, string ] )[] ): HTMLElement[] {
	return pages.flatMap( ( [ key, page ] ) => page === '' ? [] : outsideLink( messages( key ), pageUrl( page ) ) );
}

/** A line of small print of which only parts may be there; `undefined` without any. */
function smallPrint( text: string, parts: readonly ( HTMLElement | '' | undefined )[] ): HTMLElement {
	const line = element( 'p', 'askforhelp-small', text );
	parts.forEach( ( part ) => part && line.append( ' ', part ) );
	return line;
}

/** A line that is a link: all of it can be hit. */
function linkLine( line: HTMLElement ): HTMLElement {
	line.classList.add( 'askforhelp-link-line' );
	return line;
}

/** A box with something that goes with the question, and a button that takes it out. */
function removable( className: string, content: readonly HTMLElement[], removeLabel: string, remove: () => void ): HTMLElement {
	const box = element( 'div', `askforhelp-context ${ className }` );
	box.append( ...content, widgetElement( iconButton( 'askforhelpClose', removeLabel, remove ) ) );
	return box;
}

/** What the chat is not for, each with its own address. */
function notFor( { messages, settings, pageUrl }: ViewContext ): HTMLElement | undefined {
	if ( settings.notFor.length === 0 ) {
		return undefined;
	}
	const words = { threats: messages( 'not-for-threats' ), legal: messages( 'not-for-legal' ), 'private-data': messages( 'not-for-private-data' ) };
	const list = element( 'ul', 'askforhelp-inline' );
	settings.notFor.forEach( ( { what, address } ) => {
		const item = element( 'li', '' );
		item.append( outsideLink( words[ what ], /^(https|mailto):/.test( address ) ? address : pageUrl( address ) ) );
		list.append( item );
	} );
	const line = element( 'div', 'askforhelp-small askforhelp-not-for', `${ messages( 'not-for' ) } ` );
	line.append( list );
	return line;
}

/** Before asking: what this is, the question and what goes with it, pages that may answer it, consent, one button. */
export const createQuestionView: CreateView = ( context ) => {
	const { panel, messages, settings, formatNumber, formatDate } = context;
	const isGeneral = panel.state.value.team === DEFAULT_TEAM;
	const draftAtFirst = panel.state.value.draft;
	const screen = element( 'div', 'askforhelp-screen askforhelp-screen-question' );
	const root = element( 'div', 'askforhelp-asking' );
	root.append( element( 'p', 'askforhelp-sentence', messages( isGeneral ? 'question-about' : 'harassment-about' ) ) );
	const hours = createHoursLine( context );
	root.append( hours.element );

	const earlier = element( 'div', 'askforhelp-earlier', `${ messages( isGeneral ? 'earlier' : 'harassment-earlier' ) } ` );
	earlier.append( widgetElement( wordButton( messages( 'earlier-open' ), () => {
		panel.openEarlierConversation();
		focusProblem();
	} ) ) );

	let isWrong = false;
	const field = new OO.ui.MultilineTextInputWidget( {
		rows: 3, value: panel.state.value.draft, classes: [ 'askforhelp-question' ],
		// OOUI asks by itself at each change, and keeps aria-invalid.
		validate: () => !isWrong
	} );
	const textarea = field.$input[ 0 ] as HTMLTextAreaElement;
	textarea.id = 'askforhelp-question';
	field.on( 'change', ( value: string ) => panel.setDraft( value ) );
	const label = element( 'label', 'askforhelp-label', messages( 'question-label' ) );
	label.htmlFor = textarea.id;
	const counter = element( 'span', 'askforhelp-counter' );
	const labelLine = element( 'div', 'askforhelp-label-line' );
	labelLine.append( label, counter );

	const problem = element( 'div', 'askforhelp-field-problem' );
	problem.id = 'askforhelp-problem';
	problem.setAttribute( 'role', 'alert' );
	textarea.setAttribute( 'aria-describedby', problem.id );

	const aboutText = element( 'bdi', 'askforhelp-context-text askforhelp-clamped' );
	const about = removable( 'askforhelp-page', [ element( 'span', 'askforhelp-icon askforhelp-icon-page' ), aboutText ], messages( 'context-remove' ), () => {
		panel.removeContext();
		field.focus();
	} );
	const quoteText = element( 'q', 'askforhelp-context-text' );
	// A long one scrolls, with the keyboard, too.
	quoteText.tabIndex = 0;
	quoteText.dir = 'auto';
	quoteText.setAttribute( 'aria-label', messages( 'selection-label' ) );
	const quote = removable( 'askforhelp-selection', [ quoteText ], messages( 'selection-remove' ), () => {
		panel.removeSelection();
		field.focus();
	} );
	const add = smallPrint( '', [ linkButton( messages( 'context-add' ), () => {
		panel.addContext();
		field.focus();
	} ) ] );

	const consent = new OO.ui.CheckboxInputWidget( { selected: panel.state.value.hasAgreed } );
	consent.on( 'change', ( isSelected ) => panel.setAgreed( Boolean( isSelected ) ) );
	const consentField = widgetElement( new OO.ui.FieldLayout( consent, {
		align: 'inline', label: messages( isGeneral ? 'question-consent' : 'harassment-consent' ), classes: [ 'askforhelp-consent' ]
	} ) );
	const given = element( 'span', '' );
	const agreed = smallPrint( '', [ given, linkButton( messages( 'consent-take-back' ), () => panel.showPrivacy() ) ] );
	agreed.classList.add( 'askforhelp-agreed' );
	const reading = smallPrint( messages( 'question-private' ), links( context, [
		[ 'question-helpers', isGeneral ? settings.helpersPage : settings.harassment.page ], [ 'question-privacy', settings.privacyPage ], [ 'question-conduct', settings.conductPage ]
	] ) );

	const ask = wordButton( messages( 'question-ask' ), () => {
		panel.ask();
		focusProblem();
	}, { flags: [ 'primary', 'progressive' ], classes: [ 'askforhelp-ask' ] } );
	const askBar = element( 'div', 'askforhelp-ask-bar' );
	askBar.append( problem, widgetElement( ask ) );
	function focusProblem(): void {
		const { questionProblem } = panel.state.value;
		if ( questionProblem ) {
			( questionProblem === 'not-agreed' ? consent : field ).focus();
		}
	}

	const helpList = isGeneral ? createHelpList( context ) : undefined;
	const topic = isGeneral ? createTopicField( context ) : undefined;
	// On talk pages and histories it stands above every screen.
	const harassment = isGeneral && !context.isTalkOrHistory ? createHarassmentEntry( context ) : undefined;
	[
		earlier, labelLine, widgetElement( field ), about, quote, add, topic?.element, helpList?.element,
		consentField, agreed, reading, notFor( context ),
		harassment && linkLine( smallPrint( '', [ harassment ] ) ),
		isGeneral ? linkLine( smallPrint( '', [ helpPageLink( context ) ] ) ) : undefined
	].forEach( ( part ) => part && root.append( part ) );
	screen.append( root, askBar );

	const describe = ( { page, section }: QuestionContext ): string => (
		section === '' ? messages( 'context-page', isolate( page ) ) : messages( 'context-section', isolate( page ), isolate( section ) )
	);

	return {
		element: screen,
		update( state ) {
			const { draft, context: place, selection, hasConversation, questionProblem, agreedAtMs } = state;
			if ( field.getValue() !== draft ) {
				field.setValue( draft );
			}
			followDirection( textarea, context.direction );
			const excess = draft.length - MAX_MESSAGE_LENGTH;
			counter.textContent = messages( 'question-counter', formatNumber( draft.length ), formatNumber( MAX_MESSAGE_LENGTH ) );
			counter.classList.toggle( 'askforhelp-counter-over', excess > 0 );
			// Nothing moves under the hands of somebody who writes.
			void hours.update( () => panel.state.value.draft === draftAtFirst || !hours.element.isConnected );
			setVisible( earlier, hasConversation );
			setVisible( about, place !== undefined );
			aboutText.textContent = aboutText.title = place ? describe( place ) : '';
			setVisible( quote, selection !== '' );
			quoteText.textContent = selection;
			setVisible( add, !isGeneral && !place );
			topic?.update( state );
			helpList?.update( state );
			setVisible( consentField, agreedAtMs === undefined );
			setVisible( agreed, agreedAtMs !== undefined );
			given.textContent = agreedAtMs === undefined ? '' : messages( 'consent-given', formatDate( agreedAtMs ) );
			const shown = excess > 0 ? 'too-long' : questionProblem;
			const text = shown === undefined ? '' : messages( `question-${ shown }`, Math.max( 1, excess ) );
			if ( problem.textContent !== text ) {
				problem.textContent = text;
			}
			isWrong = shown === 'empty' || shown === 'too-long';
			field.setValidityFlag( !isWrong );
		},
		focus: () => field.focus(),
		dispose() {}
	};
};
