import type { AskingState } from '../viewmodels/asking.ts';
import { widgetElement } from './dom.ts';
import type { ViewContext } from './view-context.ts';

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
	// OOUI gives the box no name, and its text a role that wants one.
	const { $handle, $label } = ( choice as unknown as { dropdownWidget: Record<'$handle' | '$label', JQuery> } ).dropdownWidget;
	$label.removeAttr( 'role aria-readonly' ).attr( 'id', 'askforhelp-topic-value' );
	field.$label.attr( 'id', 'askforhelp-topic-label' );
	$handle.attr( 'aria-labelledby', 'askforhelp-topic-label askforhelp-topic-value' );
	return {
		element: widgetElement( field ),
		update( { topic } ) {
			if ( choice.getValue() !== topic ) {
				choice.setValue( topic );
			}
		}
	};
}
