const BUTTONS = '.askforhelp-launcher';

/** Signs outside of the panel that something is unread. */
export interface UnreadSigns {
	/**
	 * @param number as it is drawn; empty when all is read, then everything is as it was
	 * @param name of the buttons meanwhile, with their label in it
	 */
	show( number: string, name: ( label: string ) => string ): void;
	/** Called when there may be other buttons. */
	update(): void;
}

/** On every button of the launcher, and in the title of the window, also when others change that. */
export function createUnreadSigns(): UnreadSigns {
	let prefix = '';
	let buttonName: ( ( label: string ) => string ) | undefined;
	/** The button comes and goes with editors. */
	const buttons = new Set<HTMLElement>();
	const observer = new MutationObserver( () => {
		if ( !document.title.startsWith( prefix ) ) {
			document.title = prefix + document.title;
		}
	} );

	function update(): void {
		document.querySelectorAll<HTMLElement>( BUTTONS ).forEach( ( button ) => buttons.add( button ) );
		buttons.forEach( ( button ) => {
			if ( buttonName ) {
				button.setAttribute( 'aria-label', buttonName( button.title ) );
			} else {
				button.removeAttribute( 'aria-label' );
			}
		} );
	}

	return {
		update,
		show( number, name ) {
			observer.disconnect();
			const title = document.title.startsWith( prefix ) ? document.title.slice( prefix.length ) : document.title;
			prefix = number && `(${ number }) `;
			document.title = prefix + title;
			if ( number ) {
				observer.observe( document.head, { childList: true, characterData: true, subtree: true } );
			}
			buttonName = number ? name : undefined;
			update();
			const root = document.documentElement;
			root.classList.toggle( 'askforhelp-has-unread', number !== '' );
			// The style draws it on the buttons, wherever they are.
			root.style.setProperty( '--askforhelp-unread', JSON.stringify( number ) );
		}
	};
}
