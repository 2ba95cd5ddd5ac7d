const BUTTONS = '.askforhelp-launcher';

/** Signs outside of the panel that something is unread. */
export interface UnreadSigns {
	/**
	 * @param number as it is drawn; empty when all is read, then everything is as it was
	 * @param name of the buttons meanwhile
	 */
	show( number: string, name: string ): void;
	/** Called when there may be other buttons. */
	update(): void;
}

/** On every button of the launcher, and in the title of the window, also when others change that. */
export function createUnreadSigns(): UnreadSigns {
	let prefix = '';
	let buttonName = '';
	/** The button comes and goes with editors. */
	const buttons = new Set<Element>();
	const observer = new MutationObserver( () => {
		if ( !document.title.startsWith( prefix ) ) {
			document.title = prefix + document.title;
		}
	} );

	function update(): void {
		document.querySelectorAll( BUTTONS ).forEach( ( button ) => buttons.add( button ) );
		buttons.forEach( ( button ) => {
			if ( buttonName === '' ) {
				button.removeAttribute( 'aria-label' );
			} else {
				button.setAttribute( 'aria-label', buttonName );
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
			buttonName = number && name;
			update();
			const root = document.documentElement;
			root.classList.toggle( 'askforhelp-has-unread', number !== '' );
			// The style draws it on the buttons, wherever they are.
			root.style.setProperty( '--askforhelp-unread', JSON.stringify( number ) );
		}
	};
}
