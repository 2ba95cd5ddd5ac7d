import type { MessageKey } from '../../i18n/messages.ts';
import { readMedia } from '../../../protocol/media.ts';
import { firstPart } from '../../../protocol/question.ts';
import { cleanText } from '../viewmodels/clean-text.ts';
import type { OutboxItem } from '../viewmodels/outbox.ts';
import type { Pending } from '../viewmodels/pending.ts';
import { shownSigns } from '../viewmodels/pending.ts';
import { isPlain } from '../viewmodels/plain-words.ts';
import type { MessageRow } from '../viewmodels/rows.ts';
import type { Entry, HelperEntry, Words } from '../viewmodels/timeline.ts';
import { element, isolate } from './dom.ts';
import { drawPictureWhenLoaded } from './picture-dock.ts';
import type { FormattingPart } from './formatting.ts';
import type { ViewContext } from './view-context.ts';

/** What a click in a message is for; in `data-do`, and `data-of` names what it is about. */
export type MessageDeed = 'retry' | 'remove' | 'delete' | 'keep' | 'jump' | 'react' | 'unmute';

const HEADINGS: Readonly<Record<HelperEntry[ 'role' ], MessageKey>> = {
	helper: 'message-helper', moderator: 'message-moderator', newcomer: 'message-helper'
};
/** Beginning of what is answered, in characters. */
const QUOTE_LENGTH = 80;

/** What is not in the conversation yet, as it will be. */
function ownWords( { text, extra }: OutboxItem ): Words {
	const file = readMedia( extra );
	return file ? { text: file.caption, media: file.media } : { text };
}

export interface MessageDrawing {
	draw( row: MessageRow ): HTMLElement;
	/** What it says, in words. */
	wordsOf( entry: Entry ): string;
}

/** Draws single messages. Nothing in them listens: clicks are told by `data-do`. */
export function createMessageDrawing( context: ViewContext ): MessageDrawing {
	const { messages, formatTime, formatNumber, links, formatting, loadPictures } = context;
	let ids = 0;

	/**
	 * Of what helpers say, the formatting is in HTML; of what the newcomer types, in the text, unless that means the page on
	 * which it was typed.
	 */
	const read = ( { readMessage, readWrittenText }: FormattingPart, { text, html }: Words, isHelper: boolean ) => (
		isHelper || ( html && text.includes( '[[#' ) ) ? readMessage( { body: text, formattedBody: html }, links ) : readWrittenText( text, links )
	);

	function wordsOf( entry: Entry ): string {
		const words: Words = entry.kind === 'own' || entry.kind === 'helper' ? entry : { text: '' };
		if ( words.media ) {
			return cleanText( words.text ).trim() || messages( 'picture-without-alternative' );
		}
		const { part } = formatting;
		return ( part && !isPlain( words ) ? part.plainText( read( part, words, entry.kind === 'helper' ) ) : cleanText( words.text ) ).trim();
	}

	function drawWords( place: HTMLElement, words: Words, isHelper: boolean ): void {
		const { media, text } = words;
		const draw = ( part: FormattingPart ): void => {
			place.classList.remove( 'askforhelp-plain' );
			place.replaceChildren( part.drawRichText( read( part, words, isHelper ) ) );
		};
		if ( media?.msgtype === 'm.image' ) {
			place.append( drawPictureWhenLoaded( media, cleanText( text ).trim(), { messages, loadPictures } ) );
		} else if ( formatting.part && !media && !isPlain( words ) ) {
			draw( formatting.part );
		} else {
			const name = media ? `${ messages( 'file', isolate( cleanText( media.fileName ) ) ) } ` : '';
			place.classList.add( 'askforhelp-plain' );
			place.append( name, cleanText( text ).trim() );
			if ( !media && !isPlain( words ) ) {
				void formatting.load().then( ( part ) => part && draw( part ) );
			}
		}
	}

	function deedButton( label: string, deed: MessageDeed, of: string ): HTMLButtonElement {
		const button = element( 'button', 'askforhelp-link', label );
		button.type = 'button';
		button.dataset.do = deed;
		button.dataset.of = of;
		return button;
	}

	/** The name is isolated, because it can be written in the other direction. */
	function heading( { role, name, saidAtMs }: HelperEntry, isShown: boolean ): HTMLElement {
		const node = element( 'div', `askforhelp-message-heading${ isShown ? '' : ' askforhelp-unseen' }` );
		const [ before = '', after = '' ] = messages( HEADINGS[ role ], '\u0000', formatTime( saidAtMs ) ).split( '\u0000' );
		node.append( before, element( 'bdi', 'askforhelp-name', name ), after );
		return node;
	}

	function quote( answered: Entry | 'unknown' ): HTMLElement {
		if ( answered === 'unknown' || ( answered.kind !== 'own' && answered.kind !== 'helper' ) ) {
			const key = answered === 'unknown' ? 'quote-earlier' : 'quote-deleted';
			return element( 'div', 'askforhelp-quote', messages( key ) );
		}
		const words = wordsOf( answered ).replace( /\s+/g, ' ' );
		const text = words.length > QUOTE_LENGTH ? `${ firstPart( words, QUOTE_LENGTH ) }…` : words;
		const button = deedButton( '', 'jump', answered.id );
		button.className = 'askforhelp-quote';
		button.title = text;
		button.textContent = answered.kind === 'own' ?
				messages( 'quote-own', isolate( text ) ) :
				messages( 'quote', isolate( answered.name ), isolate( text ) );
		return button;
	}

	/** What became of something that is not in the conversation yet. */
	function stateOf( item: OutboxItem, { connection }: MessageRow, says: readonly [ string, string, string ] ): HTMLElement {
		const [ working, failed, drop ] = says;
		const state = item.state === 'sending' && connection !== 'online' ? 'waiting' : item.state;
		const line = element( 'div', `askforhelp-state askforhelp-state-${ state }` );
		if ( state === 'sending' || state === 'sent' ) {
			line.textContent = working;
			return line;
		}
		line.append( element( 'span', 'askforhelp-not-sent', failed ), ' · ' );
		if ( connection === 'online' || connection === 'offline' ) {
			line.append( deedButton( messages( 'try-again' ), 'retry', item.id ), ' · ' );
		}
		line.append( deedButton( drop, 'remove', item.id ) );
		return line;
	}

	function pendingStates( { edit, deletion, signs }: Pending, row: MessageRow ): HTMLElement[] {
		const troubled = signs.filter( ( { state } ) => state === 'refused' || state === 'waiting' );
		const discard = messages( 'edit-discard' );
		const states = troubled.map( ( item ) => stateOf( item, row, [ '', messages( 'sign-not-sent', item.text ), discard ] ) );
		if ( deletion ) {
			states.unshift( stateOf( deletion, row, [
				messages( 'deletion-sending' ), messages( 'deletion-not-sent' ), messages( 'deletion-keep' )
			] ) );
		}
		if ( edit ) {
			states.unshift( stateOf( edit, row, [ messages( 'message-sending' ), messages( 'edit-not-sent' ), discard ] ) );
		}
		return states;
	}

	function signs( row: MessageRow ): HTMLElement[] {
		const shown = row.entry ? shownSigns( row.entry, row.pending ) : [];
		if ( shown.length === 0 ) {
			return [];
		}
		const line = element( 'div', 'askforhelp-signs' );
		for ( const { key, count, isMine } of shown ) {
			const button = deedButton( `${ key } ${ formatNumber( count ) }`, 'react', key );
			button.className = 'askforhelp-sign';
			button.setAttribute( 'aria-label', messages( isMine ? 'sign-mine' : 'sign', isolate( key ), count ) );
			button.setAttribute( 'aria-pressed', String( isMine ) );
			line.append( button );
		}
		return [ line ];
	}

	function ownState( row: MessageRow ): HTMLElement {
		const { entry, item } = row;
		if ( item && item.state !== 'sent' ) {
			return stateOf( item, row, [ messages( 'message-sending' ), messages( 'message-not-sent' ), messages( 'message-delete' ) ] );
		}
		const time = formatTime( item ? item.writtenAtMs : entry!.saidAtMs );
		const isSeen = entry?.kind === 'own' && entry.isSeen;
		return element( 'div', 'askforhelp-state', messages( isSeen ? 'message-seen' : 'message-sent', time ) );
	}

	function question( { key }: MessageRow ): HTMLElement {
		const box = element( 'div', 'askforhelp-sure' );
		box.append(
			element( 'span', '', messages( 'deletion-sure' ) ), ' ', deedButton( messages( 'message-delete' ), 'delete', key ), ' · ',
			deedButton( messages( 'deletion-keep' ), 'keep', key )
		);
		return box;
	}

	function muted( key: string, { name, speaker }: HelperEntry ): HTMLElement {
		const node = element( 'li', 'askforhelp-message askforhelp-message-helper askforhelp-small' );
		node.dataset.id = key;
		node.append( messages( 'muted', isolate( name ) ), ' ', deedButton( messages( 'unmute' ), 'unmute', speaker ) );
		return node;
	}

	return {
		wordsOf,
		draw( row ) {
			if ( row.isMuted ) {
				return muted( row.key, row.entry as HelperEntry );
			}
			const { entry, item, pending, key } = row;
			const kind = entry?.kind === 'helper' ? 'helper' : 'own';
			const node = element( 'li', `askforhelp-message askforhelp-message-${ kind }` );
			node.dataset.id = key;
			const saidAtMs = entry ? entry.saidAtMs : item!.writtenAtMs;
			const head = entry?.kind === 'helper' ?
					heading( entry, row.hasHeading ) :
					element( 'span', 'askforhelp-unseen', messages( 'message-own', formatTime( saidAtMs ) ) );
			const bubble = element( 'div', `askforhelp-bubble askforhelp-bubble-${ kind }` );
			bubble.dir = 'auto';
			const edit = pending?.edit;
			const words = element( 'div', 'askforhelp-words' );
			words.dir = 'auto';
			drawWords( words, edit ?? entry ?? ownWords( item! ), kind === 'helper' );
			bubble.append( ...( row.answered ? [ quote( row.answered ) ] : [] ), words );
			head.id = `askforhelp-head-${ ++ids }`;
			words.id = `askforhelp-words-${ ids }`;
			node.setAttribute( 'aria-labelledby', `${ head.id } ${ words.id }` );
			const isEdited = edit !== undefined || ( entry && entry.versions.length > 1 );
			const states = pending ? pendingStates( pending, row ) : [];
			if ( kind === 'own' && !pending?.deletion ) {
				states.unshift( ownState( row ) );
			}
			if ( isEdited ) {
				const mark = element( 'span', 'askforhelp-edited', messages( 'message-edited' ) );
				const [ first ] = states;
				if ( first ) {
					first.append( ' · ', mark );
				} else {
					mark.classList.add( 'askforhelp-state' );
					states.push( mark );
				}
			}
			node.append( head, bubble, ...signs( row ), ...( row.isAsked ? [ question( row ) ] : states ) );
			node.classList.toggle( 'askforhelp-fading', pending?.deletion !== undefined );
			return node;
		}
	};
}
