import { element } from './dom.ts';
import { helpPageLink } from './help-page-link.ts';
import { notice } from './notice.ts';
import type { ViewContext } from './view-context.ts';

/** Handed to a loader of something that nobody has asked for: what is said already is not said again then. */
export const UNASKED = true;

/**
 * Says that a part of the conversation did not load, and the way that is there without it; until the next try, or until
 * one comes.
 *
 * @returns where that is said, and what makes a loader that tells of one that does not
 */
export function createMissingPart( context: ViewContext ) {
	const root = element( 'div', 'askforhelp-banner' );
	root.setAttribute( 'role', 'alert' );
	type Load<Args extends readonly unknown[], Part> = ( ...args: Args ) => Promise<Part>;
	const telling = <Args extends readonly unknown[], Part>( load: Load<Args, Part> ): Load<Args, Part> => async ( ...args ) => {
		if ( args[ 0 ] !== UNASKED ) {
			root.replaceChildren();
		}
		const part = await load( ...args );
		if ( part ) {
			root.replaceChildren();
		} else if ( !root.firstChild ) {
			root.append( notice( 'error', context.messages( 'problem-not-loaded' ) ), helpPageLink( context ) );
		}
		return part;
	};
	return [ root, telling ] as const;
}
