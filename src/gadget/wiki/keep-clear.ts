import type { Box } from '../panel/viewmodels/clear-place.ts';

/**
 * What the panel never covers, in whatever skin and editor; what is not there costs nothing.
 * The toolbar of VisualEditor and the sticky header count as a whole, the edit form only with its buttons.
 */
const NEVER_COVERED = [
	// The edit form of the wiki.
	'#wpSave', '#wpPreview', '#wpDiff',
	// VisualEditor's toolbar, floating or not, with its button to publish.
	'.ve-init-mw-desktopArticleTarget-toolbar .oo-ui-toolbar-bar',
	// Vector 2022.
	'.vector-sticky-header-visible .vector-sticky-header', '.vector-sticky-header.vector-sticky-header-visible',
	// MobileFrontend's overlay.
	'.overlay.visible .overlay-header', '.overlay.visible .header-container',
	// GrowthExperiments.
	'.mw-ge-help-panel-cta'
].join( ',' );

/** Where these things are in the window now, in px; only those of which something can be seen. */
export function boxesToKeepClear(): Box[] {
	return Array.from( document.querySelectorAll( NEVER_COVERED ) ).filter( ( element ) => (
		// An invisible one keeps its box.
		getComputedStyle( element ).visibility === 'visible'
	) ).map( ( element ) => element.getBoundingClientRect() ).filter( ( { top, bottom, left, right } ) => (
		right > left && bottom > top && bottom > 0 && right > 0 && top < window.innerHeight && left < window.innerWidth
	) );
}

/** What may move them without the window's size or scroll changing: editors that open and close. */
const EDITOR_HOOKS = [ 've.activationComplete', 've.deactivationComplete', 'wikipage.editform', 'mobileFrontend.editorOpened', 'mobileFrontend.editorClosed' ];

/** Calls back, at most once a frame, when one of these things may have come, gone or moved. */
export function watchBoxesToKeepClear( callback: () => void ): void {
	let isAsked = false;
	const ask = (): void => {
		if ( !isAsked ) {
			isAsked = true;
			requestAnimationFrame( () => {
				isAsked = false;
				callback();
			} );
		}
	};
	window.addEventListener( 'resize', ask );
	// An overlay scrolls, not the window; and sticky headers slide in when that is over.
	document.addEventListener( 'scroll', ask, { capture: true, passive: true } );
	document.addEventListener( 'transitionend', ask );
	if ( window.ResizeObserver ) {
		new ResizeObserver( ask ).observe( document.body );
	}
	EDITOR_HOOKS.forEach( ( name ) => mw.hook( name ).add( ask ) );
}

/** Where the page ends: Minerva's body is only as high as the window, and its page hangs out of it. */
export function endOfPage(): HTMLElement {
	return document.querySelector<HTMLElement>( '#mw-mf-page-center' ) ?? document.body;
}
