import type { Media } from '../../../protocol/media.ts';

/** A chosen picture before it is sent. */
export interface PictureForm {
	readonly element: HTMLElement;
	focus(): void;
	dispose(): void;
}

/** What the conversation does with pictures: a part that is loaded when there is one to send or to show. */
export interface Pictures {
	/** Shows a chosen picture before it is sent; `onClose` when it is sent or given up. */
	openForm( file: Blob, onClose: () => void ): PictureForm;
	/** Draws a received picture with its alternative (empty for none). */
	draw( media: Media, alternative: string ): HTMLElement;
}

/** @returns `undefined` when the part does not load */
export type LoadPictures = () => Promise<Pictures | undefined>;
