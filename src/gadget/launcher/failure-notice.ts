/**
 * Says politely that the chat could not be loaded, and where else to ask; in plain DOM, because what draws
 * everything else is what did not load.
 *
 * @param page title of the page where else to ask; empty for none
 */
export function showFailureNotice( text: string, page: string, href: string ): void {
	const notice = Object.assign( document.createElement( 'div' ), {
		className: 'askforhelp-failure',
		textContent: text,
		onclick: () => notice.remove()
	} );
	notice.setAttribute( 'role', 'alert' );
	// In another window: the edit on this page is not saved yet.
	notice.append( Object.assign( document.createElement( 'a' ), { textContent: page, href, target: '_blank' } ) );
	document.body.append( notice );
}
