import type { Page } from '@playwright/test';
import type { MatrixEvent } from 'matrix-js-sdk';
import type { MatrixHelper } from './matrix-helper.ts';
import { shownBody, threadRootOf } from './matrix-helper.ts';

/**
 * Draws a card and its thread as a helper's Matrix client has received them: there is no such client in the sandbox, so
 * this is a page made of its data, and says so. The page runs no script; give it a context without JavaScript.
 */
export async function drawThread( page: Page, helper: MatrixHelper, roomId: string, cardId: string ): Promise<void> {
	const events = helper.events( roomId ).filter( ( event ) => event.getType() === 'm.room.message' );
	const card = events.find( ( event ) => event.getId() === cardId );
	const thread = events.filter( ( event ) => threadRootOf( event ) === cardId );
	const room = helper.room( roomId );
	const item = ( event: MatrixEvent ): string => {
		const name = room.getMember( event.getSender() ?? '' )?.name ?? event.getSender() ?? '';
		const isOwn = event.getSender() === helper.userId;
		return `<li class="${ isOwn ? 'own' : '' }"><div class="who"><bdi>${ escapeHtml( name ) }</bdi> <time>${ timeOf( event ) }</time></div>` +
			`<div dir="auto">${ shownHtml( event ) }</div></li>`;
	};
	await page.setContent( `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Support</title><style>
body { margin: 0; background: #fff; color: #202122; font: 15px/1.5 'Noto Sans', sans-serif; }
header { padding: 12px 24px; border-bottom: 1px solid #c8ccd1; }
h1 { margin: 0; font-size: 17px; }
header p { margin: 2px 0 0; color: #54595d; font-size: 13px; }
main { max-width: 760px; padding: 16px 24px; }
ul { margin: 0; padding: 0; list-style: none; }
li { margin: 0 0 12px; padding: 8px 12px; }
li.own { background: #f1f4fd; }
.card > li { border: 1px solid #c8ccd1; border-left: 4px solid #36c; }
.thread { margin-left: 24px; padding-left: 12px; border-left: 2px solid #eaecf0; }
.who { font-size: 13px; font-weight: bold; }
time { margin-left: 8px; color: #54595d; font-weight: normal; }
a { color: #36c; text-decoration: none; }
</style></head><body>
<header><h1># ${ escapeHtml( room.name ) }</h1>
<p>What ${ escapeHtml( room.getMember( helper.userId )?.name ?? helper.userId ) } has in a Matrix client, drawn from its data: the card and its thread.</p></header>
<main><ul class="card">${ card ? item( card ) : '' }</ul>
<ul class="thread">${ thread.map( item ).join( '\n' ) }</ul></main></body></html>` );
}

/** The formatted text as it came, or the plain one with its lines. */
function shownHtml( event: MatrixEvent ): string {
	const { format, formatted_body: html } = event.getContent() as { format?: string; formatted_body?: string };
	return format === 'org.matrix.custom.html' && html !== undefined ? html : escapeHtml( shownBody( event ) ).replaceAll( '\n', '<br>' );
}

function timeOf( event: MatrixEvent ): string {
	return new Date( event.getTs() ).toISOString().slice( 11, 16 );
}

function escapeHtml( text: string ): string {
	return text.replaceAll( /[&<>"']/g, ( character ) => `&#${ character.charCodeAt( 0 ) };` );
}
