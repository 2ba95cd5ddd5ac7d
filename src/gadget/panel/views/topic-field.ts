import type { AskingState } from '../viewmodels/asking.ts';
import { widgetElement } from './dom.ts';
import type { ViewContext } from './view-context.ts';

type DropdownWidget = Record<'$handle' | '$label', JQuery> & { readonly menu: OO.ui.MenuSelectWidget };

/** The wiki's topics, of which one may be chosen; `undefined` where the wiki has none. */
export function createTopicField( { panel, messages, settings, topicLabel }: ViewContext ): {
	readonly element: HTMLElement;
	update( state: Pick<AskingState, 'topic'> ): void;
} | undefined {
	if ( settings.topics.length === 0 ) {
		return undefined;
	}
	const choice = new OO.ui.DropdownInputWidget( {
		value: panel.state.value.topic,
		options: [ { data: '', label: messages( 'question-topic-none' ) } ].concat( settings.topics.map( ( topic ) => ( { data: topic.id, label: topicLabel( topic ) } ) ) )
	} );
	choice.on( 'change', ( id: string ) => panel.setTopic( id ) );
	const field = new OO.ui.FieldLayout( choice, { align: 'top', label: messages( 'question-topic' ), classes: [ 'askforhelp-topic' ] } );
	// OOUI gives the box no name, its text a role that wants one, and does not say as it has to be said which list it opens.
	const { $handle, $label, menu } = ( choice as unknown as { dropdownWidget: DropdownWidget } ).dropdownWidget;
	$label.removeAttr( 'role aria-readonly' );
	field.$label.attr( 'id', 'askforhelp-topic' );
	choice.setLabelledBy( 'askforhelp-topic' );
	$handle.attr( 'aria-controls', menu.getElementId() );
	return {
		element: widgetElement( field ),
		update: ( { topic } ) => void choice.setValue( topic )
	};
}
