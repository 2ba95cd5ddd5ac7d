import { MAX_MESSAGE_LENGTH } from '../../../protocol/question.ts';
import type { QuestionContext } from '../../../protocol/question.ts';
import { element, followDirection, isolate, outsideLink, setVisible, widgetElement } from './dom.ts';
import type { CreateView, ViewContext } from './view-context.ts';

/** A sentence, and a link when the wiki has a page for it. */
function sentence( { pageUrl }: ViewContext, text: string, linkText: string, page: string ): HTMLElement {
	const line = element( 'p', 'askforhelp-sentence', text );
	if ( page !== '' ) {
		line.append( ' ', outsideLink( linkText, pageUrl( page ) ) );
	}
	return line;
}

/** Before asking: what this is, the question, consent, one button. */
export const createQuestionView: CreateView = ( context ) => {
	const { panel, messages, settings, formatNumber } = context;
	const root = element( 'div', 'askforhelp-screen askforhelp-screen-question' );
	root.append(
		sentence( context, messages( 'question-about' ), messages( 'question-helpers' ), settings.helpersPage ),
		sentence( context, messages( 'question-readers' ), messages( 'question-privacy' ), settings.privacyPage )
	);

	const earlier = element( 'div', 'askforhelp-earlier', `${ messages( 'earlier' ) } ` );
	const earlierButton = new OO.ui.ButtonWidget( { label: messages( 'earlier-open' ) } );
	earlierButton.on( 'click', () => panel.openEarlierConversation() );
	earlier.append( widgetElement( earlierButton ) );

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

	const about = element( 'div', 'askforhelp-context' );
	const aboutText = element( 'bdi', 'askforhelp-context-text' );
	const removeButton = new OO.ui.ButtonWidget( {
		framed: false, icon: 'askforhelpClose', label: messages( 'context-remove' ), invisibleLabel: true, title: messages( 'context-remove' )
	} );
	removeButton.on( 'click', () => {
		panel.removeContext();
		field.focus();
	} );
	about.append( element( 'span', 'askforhelp-icon askforhelp-icon-page' ), aboutText, widgetElement( removeButton ) );

	const consent = new OO.ui.CheckboxInputWidget( { selected: panel.state.value.hasAgreed } );
	consent.on( 'change', ( isSelected ) => panel.setAgreed( Boolean( isSelected ) ) );
	const consentField = new OO.ui.FieldLayout( consent, {
		align: 'inline', label: messages( 'question-consent' ), classes: [ 'askforhelp-consent' ]
	} );

	const ask = new OO.ui.ButtonWidget( { label: messages( 'question-ask' ), flags: [ 'primary', 'progressive' ], classes: [ 'askforhelp-ask' ] } );
	ask.on( 'click', () => {
		panel.ask();
		const { questionProblem } = panel.state.value;
		if ( questionProblem ) {
			( questionProblem === 'not-agreed' ? consent : field ).focus();
		}
	} );

	const small = element( 'p', 'askforhelp-small', messages( 'question-private' ) );
	if ( settings.conductPage !== '' ) {
		small.append( ' ', outsideLink( messages( 'question-conduct' ), context.pageUrl( settings.conductPage ) ) );
	}
	root.append( earlier, labelLine, widgetElement( field ), about, small, widgetElement( consentField ), problem, widgetElement( ask ) );
	if ( settings.helpPage !== '' ) {
		const elsewhere = element( 'p', 'askforhelp-small askforhelp-link-line' );
		elsewhere.append( outsideLink( messages( 'help-page' ), context.pageUrl( settings.helpPage ) ) );
		root.append( elsewhere );
	}

	const describe = ( { page, section }: QuestionContext ): string => (
		section === '' ? messages( 'context-page', isolate( page ) ) : messages( 'context-section', isolate( page ), isolate( section ) )
	);

	return {
		element: root,
		update( { draft, context: place, hasConversation, questionProblem } ) {
			if ( field.getValue() !== draft ) {
				field.setValue( draft );
			}
			followDirection( textarea, context.direction );
			const excess = draft.length - MAX_MESSAGE_LENGTH;
			counter.textContent = messages( 'question-counter', formatNumber( draft.length ), formatNumber( MAX_MESSAGE_LENGTH ) );
			counter.classList.toggle( 'askforhelp-counter-over', excess > 0 );
			setVisible( earlier, hasConversation );
			setVisible( about, place !== undefined );
			aboutText.textContent = place ? describe( place ) : '';
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
