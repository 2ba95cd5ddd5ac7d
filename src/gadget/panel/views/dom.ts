/// <reference types="oojs-ui" />

/** Makes an element with a class and, as text only, what it says. */
export function element<Name extends keyof HTMLElementTagNameMap>(
	name: Name,
	className: string,
	text?: string
): HTMLElementTagNameMap[ Name ] {
	const node = document.createElement( name );
	node.className = className;
	if ( text !== undefined ) {
		node.textContent = text;
	}
	return node;
}

/** Shows or hides an element without touching its place. */
export function setVisible( node: HTMLElement, isVisible: boolean ): void {
	node.hidden = !isVisible;
}

/** The element of an OOUI widget. */
export function widgetElement( widget: OO.ui.Element ): HTMLElement {
	return widget.$element[ 0 ]!;
}

/** Options of the one button that leads on. */
export const PRIMARY = { flags: [ 'primary', 'progressive' ] } satisfies OO.ui.ButtonWidget.ConfigOptions;

/** A button with words. */
export function wordButton( label: string, onClick: () => void, more: OO.ui.ButtonWidget.ConfigOptions = {} ): OO.ui.ButtonWidget {
	const button = new OO.ui.ButtonWidget( Object.assign( { label }, more ) );
	button.on( 'click', onClick );
	return button;
}

/** Buttons beside each other. */
export function buttonLine( ...buttons: readonly OO.ui.ButtonWidget[] ): HTMLElement {
	const line = element( 'div', 'askforhelp-buttons' );
	line.append( ...buttons.map( widgetElement ) );
	return line;
}

/** A button with an icon, whose name is its tooltip, too. */
export function iconButton(
	icon: string, label: string, onClick: () => void, more: OO.ui.ButtonWidget.ConfigOptions = {}
): OO.ui.ButtonWidget {
	return wordButton( label, onClick, Object.assign( { framed: false, icon, invisibleLabel: true, title: label }, more ) );
}

/** Keeps a name's writing direction to itself, where it stands inside a sentence (Unicode FSI and PDI). */
export function isolate( name: string ): string {
	return `\u2068${ name }\u2069`;
}

/** An empty field has no direction of its own yet; it takes that of its label. */
export function followDirection( field: HTMLTextAreaElement, direction: 'ltr' | 'rtl' ): void {
	const dir = field.value === '' ? direction : 'auto';
	if ( field.dir !== dir ) {
		field.dir = dir;
	}
}

/** A link that leaves the page alone, because the edit on it is not saved yet. */
export function outsideLink( text: string, href: string ): HTMLAnchorElement {
	const link = element( 'a', 'askforhelp-link', text );
	link.href = href;
	link.target = '_blank';
	link.rel = 'noopener';
	return link;
}

/** A button that looks like a link. */
export function linkButton( text: string, onClick: () => void ): HTMLButtonElement {
	const button = element( 'button', 'askforhelp-link', text );
	button.type = 'button';
	button.addEventListener( 'click', onClick );
	return button;
}
