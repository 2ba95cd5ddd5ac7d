import type * as readMessage from '../viewmodels/read-message.ts';
import type * as richText from '../viewmodels/rich-text.ts';
import type * as writtenText from '../viewmodels/written-text.ts';
import type * as drawing from './rich-text.ts';

/** Formatting and links in messages: a part that is loaded when there are any. */
export type FormattingPart =
	Pick<typeof readMessage, 'readMessage'> & Pick<typeof richText, 'plainText'> &
	Pick<typeof writtenText, 'readWrittenText' | 'writeFormatting'> & Pick<typeof drawing, 'drawRichText'>;

/** Until it is loaded, or without it, words are shown as they were typed. */
export interface Formatting {
	readonly part: FormattingPart | undefined;
	load(): Promise<FormattingPart | undefined>;
}
