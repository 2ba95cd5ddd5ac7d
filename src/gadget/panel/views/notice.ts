import { element } from './dom.ts';

export type NoticeKind = 'warning' | 'error' | 'success' | 'neutral';

/** A box that says something, with an icon; `title` in bold before it. */
export function notice( kind: NoticeKind, text: string, title?: string ): HTMLElement {
	const box = element( 'div', `askforhelp-notice askforhelp-notice-${ kind }` );
	const body = element( 'div', 'askforhelp-notice-body' );
	if ( title !== undefined ) {
		body.append( element( 'strong', '', title ) );
	}
	body.append( element( 'span', 'askforhelp-notice-text', text ) );
	const icon = element( 'span', `askforhelp-icon askforhelp-icon-${ kind }` );
	icon.setAttribute( 'aria-hidden', 'true' );
	box.append( icon, body );
	return box;
}
