import { element, widgetElement } from './dom.ts';
import type { ViewContext } from './view-context.ts';

/** The menu in the header, with what is needed rarely. Of parts of OOUI's core: its own such button is in a module more. */
export function createHeaderMenu( { panel, messages }: Pick<ViewContext, 'panel' | 'messages'> ): HTMLElement {
	const label = messages( 'menu' );
	const button = new OO.ui.ButtonWidget( { framed: false, icon: 'askforhelpMore', label, invisibleLabel: true, title: label } );
	const leave = new OO.ui.MenuOptionWidget( { data: 'leave', label: messages( 'leave' ) } );
	const menu = new OO.ui.MenuSelectWidget( {
		widget: button, $floatableContainer: button.$element, horizontalPosition: 'end',
		items: [ leave, new OO.ui.MenuOptionWidget( { data: 'hide', label: messages( 'hide' ) } ) ]
	} );
	// The types do not know it.
	( menu as unknown as { setFocusOwner( owner: unknown ): void } ).setFocusOwner( button.$button );
	menu.$element.attr( 'aria-label', label );
	button.$button.attr( { 'aria-haspopup': 'listbox', 'aria-expanded': 'false' } );
	menu.on( 'toggle', ( isOpen: boolean ) => button.$button.attr( 'aria-expanded', String( isOpen ) ) );
	button.on( 'click', () => {
		leave.toggle( panel.state.value.screen === 'conversation' );
		menu.toggle();
	} );
	menu.on( 'choose', ( item: { getData(): unknown } ) => {
		// It is a thing to do, not a choice that stays.
		menu.selectItem();
		if ( item.getData() === 'leave' ) {
			panel.askToLeave();
		} else {
			panel.hideButton();
		}
	} );
	const root = element( 'div', 'askforhelp-menu' );
	root.append( widgetElement( button ), widgetElement( menu ) );
	return root;
}
