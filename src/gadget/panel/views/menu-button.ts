/// <reference types="oojs-ui" />
import { iconButton } from './dom.ts';

export type MenuButton = { readonly button: OO.ui.ButtonWidget; readonly menu: OO.ui.MenuSelectWidget };

export type MenuButtonOptions = {
	readonly label: string;
	readonly classes?: readonly string[];
	readonly menuClasses?: readonly string[];
	/** Called with the `data` of the entry that was chosen. */
	readonly onChoose: ( data: string ) => void;
};

/**
 * Makes a button with a menu of things to do, of parts of OOUI's core: its own such button is in a module more. Whoever
 * makes it opens the menu at a click, and puts both on the page.
 */
export function createMenuButton( { label, classes = [], menuClasses = [], onChoose }: MenuButtonOptions ): MenuButton {
	const button = iconButton( 'askforhelpMore', label, () => {}, { classes: [ ...classes ] } );
	const menu = new OO.ui.MenuSelectWidget( {
		widget: button, $floatableContainer: button.$element, horizontalPosition: 'end', classes: [ ...menuClasses ]
	} );
	// The types do not know it.
	( menu as unknown as { setFocusOwner( owner: unknown ): void } ).setFocusOwner( button.$button );
	menu.$element.attr( 'aria-label', label );
	button.$button.attr( { 'aria-haspopup': 'listbox', 'aria-expanded': 'false' } );
	menu.on( 'toggle', ( isOpen: boolean ) => button.$button.attr( 'aria-expanded', String( isOpen ) ) );
	menu.on( 'choose', ( item: OO.ui.OptionWidget ) => {
		// It is a thing to do, not a choice that stays.
		menu.selectItem();
		onChoose( String( item.getData() ) );
	} );
	return { button, menu };
}
