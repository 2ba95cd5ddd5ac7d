import type { Page } from '@playwright/test';

/** Controls of the panel that can be seen, as a selector. */
export const CONTROLS = 'a[href], a[role=button], button, input:not([type=hidden]), textarea:not([aria-hidden=true]), [role=combobox], [role=option]';

/**
 * What is wrong with where things are in the panel that is drawn now: what sticks out of it, what is cut off, which
 * control is too small, or cannot be brought to where it can be hit.
 *
 * @param leastTarget how wide and high a control has to be in px; a link inside a sentence may be as high as its line
 */
export function panelFaults( page: Page, leastTarget: number ): Promise<string[]> {
	return page.evaluate( ( [ controls, least ] ) => {
		const found: string[] = [];
		const panel = document.querySelector<HTMLElement>( '.askforhelp-panel:not( [hidden] )' );
		if ( !panel ) {
			return found;
		}
		const nameOf = ( node: Element ): string => (
			`${ node.tagName.toLowerCase() }.${ node.className } "${ ( node.getAttribute( 'aria-label' ) ?? node.textContent ?? '' ).trim().slice( 0, 30 ) }"`
		);
		const isSeen = ( node: Element ): boolean => (
			// What only screen readers read is cut off on purpose.
			node.checkVisibility( { visibilityProperty: true } ) &&
			!node.closest( '.askforhelp-unseen, .askforhelp-announcer, .oo-ui-labelElement-invisible' ) &&
			node.getClientRects().length > 0
		);
		const box = panel.getBoundingClientRect();
		// A page that is too wide makes all of the window wider on a phone.
		const probe = document.body.appendChild( document.createElement( 'div' ) );
		probe.style.cssText = 'position:fixed;inset:0';
		const frame = probe.getBoundingClientRect();
		probe.remove();
		if ( box.left < frame.left || box.top < frame.top || box.right > frame.right || box.bottom > frame.bottom ) {
			found.push( `the panel is not within the window: ${ JSON.stringify( [ box, frame ] ) }` );
		}
		const all = [ panel, ...panel.querySelectorAll<HTMLElement>( '*' ) ].filter( isSeen );
		for ( const node of all ) {
			const { left, right, width } = node.getBoundingClientRect();
			if ( width > 0 && ( left < box.left - 1 || right > box.right + 1 ) ) {
				found.push( `sticks out: ${ nameOf( node ) }` );
			}
			const { overflowX, overflowY, display, textOverflow, webkitLineClamp } = getComputedStyle( node );
			// Code keeps its lines, and scrolls.
			// What has all of it in its title may end in dots.
			const isShortened = ( textOverflow === 'ellipsis' || webkitLineClamp !== 'none' ) && node.title !== '';
			if ( display !== 'inline' && overflowX !== 'visible' && node.tagName !== 'PRE' && !isShortened && node.scrollWidth > node.clientWidth + 1 ) {
				found.push( `is cut off at its side: ${ nameOf( node ) }` );
			}
			if ( display !== 'inline' && /hidden|clip/.test( overflowY ) && !isShortened && node.scrollHeight > node.clientHeight + 1 ) {
				found.push( `is cut off below: ${ nameOf( node ) }` );
			}
		}
		const scroller = panel.querySelector( '.askforhelp-scroller' );
		if ( scroller && isSeen( scroller ) && scroller.clientHeight < 64 ) {
			found.push( `the messages have only ${ scroller.clientHeight } px` );
		}
		for ( const control of panel.querySelectorAll<HTMLElement>( controls ) ) {
			if ( !isSeen( control ) ) {
				continue;
			}
			// A check box is as large as what belongs to it.
			const target = control.matches( '[type=checkbox]' ) ? control.closest( '.oo-ui-fieldLayout-body' ) ?? control : control;
			target.scrollIntoView( { block: 'nearest' } );
			const { width, height } = target.getBoundingClientRect();
			const isInSentence = getComputedStyle( control ).display === 'inline' &&
				[ ...control.parentNode!.childNodes ].some( ( node ) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== '' );
			if ( !isInSentence && ( width < least || height < least ) ) {
				found.push( `is only ${ Math.round( width ) } × ${ Math.round( height ) } px: ${ nameOf( control ) }` );
			}
			// Of a link in two lines, the middle may be beside it.
			const [ first ] = control.getClientRects();
			const { left: x, top: y, width: w, height: h } = isInSentence && first ? first : target.getBoundingClientRect();
			const at = document.elementFromPoint( x + w / 2, y + h / 2 );
			// What lies under an open menu can be hit when that is closed.
			const isUnderMenu = at?.closest( '[role=listbox]' ) && !target.closest( '[role=listbox]' );
			if ( !isUnderMenu && ( !at || !target.contains( at ) ) ) {
				found.push( `cannot be hit: ${ nameOf( control ) }, there is ${ at ? nameOf( at ) : 'nothing' }` );
			}
		}
		return found;
	}, [ CONTROLS, leastTarget ] as const );
}
