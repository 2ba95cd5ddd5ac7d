import { widgetElement } from './dom.ts';
import type { ViewContext } from './view-context.ts';

/** The menu in the header, with what is needed rarely. */
export function createHeaderMenu( { panel, messages }: Pick<ViewContext, 'panel' | 'messages'> ): HTMLElement {
	const label = messages( 'menu' );
	const menu = new OO.ui.ButtonMenuSelectWidget( {
		framed: false, icon: 'askforhelpMore', label, invisibleLabel: true, title: label, classes: [ 'askforhelp-menu' ],
		menu: {
			horizontalPosition: 'end',
			items: [ new OO.ui.MenuOptionWidget( { data: 'hide', label: messages( 'hide' ) } ) ]
		}
	} );
	// There is one entry yet.
	menu.getMenu().on( 'choose', () => panel.hideButton() );
	return widgetElement( menu );
}
