import { element, widgetElement } from './dom.ts';
import { createMenuButton } from './menu-button.ts';
import { SHEET } from './movable.ts';
import type { ViewContext } from './view-context.ts';

/**
 * The menu in the header, with what is needed rarely.
 *
 * @param moveAside moves the panel to the other side of the window
 */
export function createHeaderMenu(
	{ panel, messages, settings, pageUrl }: Pick<ViewContext, 'panel' | 'messages' | 'settings' | 'pageUrl'>,
	moveAside: () => void
): HTMLElement {
	const { team, page } = settings.harassment;
	const entries: Readonly<Record<string, readonly [ label: string, choose: () => void ]>> = Object.assign(
		{
			leave: [ messages( 'leave' ), () => panel.askToLeave() ],
			privacy: [ messages( 'menu-privacy' ), () => panel.showPrivacy() ],
			move: [ messages( 'move' ), moveAside ],
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
	const { button, menu } = createMenuButton( { label: messages( 'menu' ), onChoose: ( data ) => entries[ data ]?.[ 1 ]() } );
	menu.addItems( Object.keys( entries ).map( ( data ) => new OO.ui.MenuOptionWidget( { data, label: entries[ data ]![ 0 ] } ) ) );
	button.on( 'click', () => {
		menu.findItemFromData( 'leave' )?.toggle( panel.state.value.screen === 'conversation' );
		menu.findItemFromData( 'move' )?.toggle( !window.matchMedia( SHEET ).matches );
		menu.toggle();
	} );
	const root = element( 'div', 'askforhelp-menu' );
	root.append( widgetElement( button ), widgetElement( menu ) );
	return root;
}
