import type { Media } from '../../../protocol/media.ts';
import type { Messages } from '../../i18n/messages.ts';
import type { Look, ReceivedPicture, ReceivedPictures } from '../viewmodels/received-pictures.ts';
import { element, linkButton } from './dom.ts';
import { openPictureWindow } from './picture-window.ts';

/** Largest size of a picture in the conversation, in px. */
const BOX = { width: 240, height: 180 };

/** The size in which a picture is drawn, known before it is there, so that nothing moves when it comes. */
function drawnSize( width = 4, height = 3 ): { readonly width: number; readonly height: number } {
	const scale = Math.min( BOX.width / Math.max( 1, width ), BOX.height / Math.max( 1, height ), 1 );
	// A strip that is one pixel high could not be clicked.
	return { width: Math.max( 32, Math.round( width * scale ) ), height: Math.max( 32, Math.round( height * scale ) ) };
}

/** How far from what is seen a picture is fetched; browsers that do not know this of a list that scrolls begin when it is seen. */
const NEAR = { rootMargin: '200px', scrollMargin: '400px' };

/** Calls back when an element comes near to what is seen, and goes away from it; at once where the browser cannot tell. */
function watchNear( node: HTMLElement, callback: ( isNear: boolean ) => void ): void {
	if ( !window.IntersectionObserver ) {
		callback( true );
		return;
	}
	let wasNear = false;
	new IntersectionObserver( ( entries ) => {
		// One that is taken out of the page is not near any more either.
		const isNear = entries[ entries.length - 1 ]!.isIntersecting;
		if ( isNear !== wasNear ) {
			wasNear = isNear;
			callback( isNear );
		}
	}, NEAR ).observe( node );
}

/** Draws a picture of the conversation: a button that enlarges it, with its alternative; there as long as it is near. */
export function drawReceivedPicture(
	media: Media, alternative: string, { messages, pictures }: { readonly messages: Messages; readonly pictures: ReceivedPictures }
): HTMLElement {
	const name = alternative || messages( 'picture-without-alternative' );
	const root = element( 'div', 'askforhelp-picture' );
	const { width, height } = drawnSize( media.info.w, media.info.h );
	const button = element( 'button', 'askforhelp-picture-button' );
	button.type = 'button';
	button.style.inlineSize = `${ width }px`;
	button.style.blockSize = `${ height }px`;
	button.setAttribute( 'aria-label', messages( 'picture-enlarge', name ) );
	const caption = element( 'div', 'askforhelp-picture-caption', alternative );
	caption.dir = 'auto';
	root.append( button, ...( alternative === '' ? [] : [ caption ] ) );
	let shown: ReceivedPicture | undefined;
	let look: Look | undefined;

	/** Says in its place, which stays as large, why there is no picture. */
	function missing( problem: 'no-picture' | 'too-large' | 'unreachable' ): HTMLElement {
		const place = element( 'div', 'askforhelp-picture-missing askforhelp-small' );
		place.style.minBlockSize = `${ height }px`;
		place.append( element( 'span', '', messages( `picture-${ problem }` ) ) );
		if ( problem === 'unreachable' ) {
			place.append( linkButton( messages( 'try-again' ), () => {
				place.replaceWith( button );
				button.focus();
				void show();
			} ) );
		}
		return place;
	}

	async function show(): Promise<void> {
		const message = root.closest<HTMLElement>( '.askforhelp-message' );
		const mine = look = pictures.small( media );
		const picture = await mine.picture;
		if ( look !== mine ) {
			return;
		}
		shown = picture;
		if ( 'url' in shown ) {
			const image = element( 'img', '' );
			image.src = shown.url;
			image.alt = name;
			button.replaceChildren( image );
			// Tab stops at one message; in the others it goes past what is in them.
			button.tabIndex = message?.tabIndex ?? 0;
			// The name of the button says it already.
			caption.setAttribute( 'aria-hidden', 'true' );
			return;
		}
		const hadFocus = button === document.activeElement;
		const place = missing( shown.problem );
		button.replaceWith( place );
		if ( hadFocus ) {
			( place.querySelector( 'button' ) ?? message )?.focus();
		}
	}

	button.addEventListener( 'click', () => {
		const panel = root.closest<HTMLElement>( '.askforhelp-panel' );
		if ( panel && shown && 'url' in shown ) {
			const id = root.closest<HTMLElement>( '.askforhelp-message' )?.dataset.id ?? '';
			const whole = pictures.whole( media );
			openPictureWindow( panel, {
				messages, name, small: shown, whole: whole.picture, onClose: whole.end,
				onFocusLost: () => ( panel.querySelector<HTMLElement>( `[data-id="${ CSS.escape( id ) }"]` ) ?? panel ).focus()
			} );
		}
	} );
	watchNear( root, ( isNear ) => {
		// What says that there is none stays.
		if ( isNear && root.contains( button ) ) {
			void show();
		} else {
			look?.end();
			look = shown = undefined;
			// Its place stays as large.
			button.replaceChildren();
		}
	} );
	return root;
}
