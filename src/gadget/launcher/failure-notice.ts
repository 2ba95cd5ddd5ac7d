/**
 * Says politely that the chat could not be loaded, and where else to ask; in plain DOM, because what draws
 * everything else is what did not load.
 */
export function showFailureNotice( text: string, link: { readonly text: string; readonly href: string } | '' | undefined ): void {
	document.querySelector( '.askforhelp-failure' )?.remove();
	const notice = document.createElement( 'div' );
	notice.className = 'askforhelp-failure';
	notice.setAttribute( 'role', 'alert' );
	notice.append( text );
	if ( link ) {
		const anchor = document.createElement( 'a' );
		anchor.href = link.href;
		// The edit on this page is not saved yet.
		anchor.target = '_blank';
		anchor.textContent = link.text;
		notice.append( ' ', anchor );
	}
	notice.addEventListener( 'click', () => notice.remove() );
	document.body.append( notice );
}
