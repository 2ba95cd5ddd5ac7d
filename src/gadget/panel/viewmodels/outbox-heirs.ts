import type { OutboxItem } from './outbox.ts';
import { readOutboxItems } from './outbox.ts';
import type { TabCircle } from './tab-circle.ts';

/**
 * Each tab sends its own messages. This tells the others what is not sent yet, and takes over what a tab that is gone has
 * left: under the same ids, so that it does no harm when two do, or when it was sent already.
 *
 * @returns tells the others; called with each change
 */
export function shareOutbox(
	circle: Pick<TabCircle, 'send' | 'hear' | 'whenGone'>, items: () => readonly OutboxItem[], adopt: ( item: OutboxItem ) => void
): () => void {
	const left = new Map<string, readonly OutboxItem[]>();
	let told = '[]';

	function tell(): void {
		const unsent = items().filter( ( { state } ) => state !== 'sent' );
		const telling = JSON.stringify( unsent.map( ( { id, state } ) => [ id, state ] ) );
		if ( telling !== told ) {
			told = telling;
			circle.send( 'outbox', unsent );
		}
	}

	circle.hear( 'outbox', ( raw, tab ) => {
		if ( !left.has( tab ) ) {
			circle.whenGone( tab, () => {
				left.get( tab )?.forEach( adopt );
				left.delete( tab );
			} );
		}
		left.set( tab, readOutboxItems( raw ) );
	} );
	circle.hear( 'hello', () => {
		told = '[]';
		tell();
	} );
	return tell;
}
