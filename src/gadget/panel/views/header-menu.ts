import { element, widgetElement } from './dom.ts';
import type { ViewContext } from './view-context.ts';

/** The menu in the header, with what is needed rarely. Of parts of OOUI's core: its own such button is in a module more. */
export function createHeaderMenu(
	{ panel, messages, settings, pageUrl }: Pick<ViewContext, 'panel' | 'messages' | 'settings' | 'pageUrl'>
): HTMLElement {
	const label = messages( 'menu' );
	const button = new OO.ui.ButtonWidget( { framed: false, icon: 'askforhelpMore', label, invisibleLabel: true, title: label } );
	const { team, page } = settings.harassment;
	const entries: Readonly<Record<string, readonly [ label: string, choose: () => void ]>> = Object.assign(
		{
			leave: [ messages( 'leave' ), () => panel.askToLeave() ],
			privacy: [ messages( 'menu-privacy' ), () => panel.showPrivacy() ],
			hide: [ messages( 'hide' ), () => panel.hideButton() ]
		} as const,
		team === '' && page === '' ? {} : { harassment: [ messages( 'harassment' ), () => {
			if ( team !== '' ) {
				panel.showTeam( team );
			} else {
				window.open( pageUrl( page ), '_blank', 'noopener' );
			}
		} ] as const }
	);
	const menu = new OO.ui.MenuSelectWidget( {
		widget: button, $floatableContainer: button.$element, horizontalPosition: 'end',
		items: Object.keys( entries ).map( ( data ) => new OO.ui.MenuOptionWidget( { data, label: entries[ data ]![ 0 ] } ) )
	} );
	// The types do not know it.
	( menu as unknown as { setFocusOwner( owner: unknown ): void } ).setFocusOwner( button.$button );
	menu.$element.attr( 'aria-label', label );
	button.$button.attr( { 'aria-haspopup': 'listbox', 'aria-expanded': 'false' } );
	menu.on( 'toggle', ( isOpen: boolean ) => button.$button.attr( 'aria-expanded', String( isOpen ) ) );
	button.on( 'click', () => {
		menu.findItemFromData( 'leave' )?.toggle( panel.state.value.screen === 'conversation' );
		menu.toggle();
	} );
	menu.on( 'choose', ( item: OO.ui.OptionWidget ) => {
		// It is a thing to do, not a choice that stays.
		menu.selectItem();
		entries[ String( item.getData() ) ]?.[ 1 ]();
	} );
	const root = element( 'div', 'askforhelp-menu' );
	root.append( widgetElement( button ), widgetElement( menu ) );
	return root;
}
