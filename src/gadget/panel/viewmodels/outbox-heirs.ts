import type { OutboxItem } from './outbox.ts';
import { readOutboxItems } from './outbox.ts';
import type { TabCircle } from './tab-circle.ts';

/** A page that comes back on another one tells of what it has within that time, and sees to it itself. */
const COMING_BACK_MS = 5_000;
const NOTHING = '[]';

/**
 * Each tab sends its own messages. This tells the others what is not sent yet, and takes over what a tab that is gone has
 * left: under the same ids, so that it does no harm when two do, or when it was sent already.
 *
 * @returns tells the others; called with each change
 */
export function shareOutbox(
	circle: Pick<TabCircle, 'send' | 'hear' | 'whenGone'>,
	after: ( delayMs: number, callback: () => void ) => void,
	items: () => readonly OutboxItem[],
	adopt: ( item: OutboxItem ) => void
): () => void {
	const left = new Map<string, readonly OutboxItem[]>();
	let told = NOTHING;

	function tell(): void {
		const unsent = items().filter( ( { state } ) => state !== 'sent' );
		const telling = JSON.stringify( unsent );
		if ( telling !== told ) {
			told = telling;
			circle.send( 'outbox', unsent );
		}
	}

	circle.hear( 'outbox', ( raw, tab ) => {
		if ( !left.has( tab ) ) {
			circle.whenGone( tab, () => after( COMING_BACK_MS, () => {
				left.get( tab )?.forEach( adopt );
				left.delete( tab );
			} ) );
		}
		const theirs = readOutboxItems( raw );
		left.forEach( ( others, other ) => left.set( other, others.filter( ( { id } ) => !theirs.some( ( item ) => item.id === id ) ) ) );
		left.set( tab, theirs );
	} );
	circle.hear( 'hello', () => {
		told = NOTHING;
		tell();
	} );
	return tell;
}
