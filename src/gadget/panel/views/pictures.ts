import type { Media } from '../../../protocol/media.ts';

/** Where a chosen picture is shown before it is sent. */
export type PicturePlace = {
	readonly slot: HTMLElement;
	/** Called when something is in the slot, which takes the place of the field for messages, and when it is empty again. */
	readonly onToggle: ( isOpen: boolean, hadFocus: boolean ) => void;
	/** Whether the newcomer waits for it, and has not gone elsewhere. */
	readonly takesFocus: boolean;
};

/** What the conversation does with pictures: a part that is loaded when there is one to send or to show. */
export interface Pictures {
	/** Shows a chosen picture, or says why it is none, until it is sent or given up; instead of one that was shown before. */
	openForm( file: Blob, place: PicturePlace ): void;
	/** Draws a received picture with its alternative (empty for none). */
	draw( media: Media, alternative: string ): HTMLElement;
}

/**
 * @param isUnasked the newcomer has not asked for it
 * @returns `undefined` when the part does not load
 */
export type LoadPictures = ( isUnasked?: boolean ) => Promise<Pictures | undefined>;
