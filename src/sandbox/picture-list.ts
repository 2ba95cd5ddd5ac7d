import type { OpenableEditor } from './actors/editors.ts';

/** One picture: where, and what of ours is to be seen on it. */
export type Shot = {
	readonly name: string;
	readonly skin: 'vector-2022' | 'vector' | 'minerva' | 'timeless' | 'monobook';
	readonly editor: OpenableEditor | 'none';
	readonly panel: 'none' | 'question' | 'conversation';
	readonly theme?: 'day' | 'night' | 'os';
	readonly isSystemDark?: boolean;
	readonly isRtl?: boolean;
	/** Width and height of the window in px. */
	readonly size?: readonly [ number, number ];
	readonly query?: Readonly<Record<string, string>>;
	readonly isScrolledDown?: boolean;
};

const phone = [ 390, 800 ] as const;
const desktopEditors = [ 'visualeditor', 'visualeditor-source', 'wikieditor', 'textarea' ] as const;
const skins = [ 'vector-2022', 'vector', 'timeless', 'monobook' ] as const;

/** Every editor on one skin; every skin with an editor or two, both directions, light and dark, wide and narrow. */
export const shots: readonly Shot[] = [
	...desktopEditors.flatMap( ( editor ): Shot[] => [
		{ name: `${ editor }-button`, skin: 'vector-2022', editor, panel: 'none' },
		{ name: `${ editor }-question`, skin: 'vector-2022', editor, panel: 'question' },
		{ name: `${ editor }-narrow`, skin: 'vector-2022', editor, panel: 'question', size: [ 1000, 640 ] }
	] ),
	...skins.flatMap( ( skin ): Shot[] => [
		{ name: `${ skin }-question`, skin, editor: 'textarea', panel: 'question' },
		{ name: `${ skin }-conversation`, skin, editor: 'wikieditor', panel: 'conversation' },
		{ name: `${ skin }-visualeditor`, skin, editor: 'visualeditor', panel: 'conversation', isScrolledDown: true },
		{ name: `${ skin }-rtl`, skin, editor: 'wikieditor', panel: 'question', isRtl: true },
		{ name: `${ skin }-rtl-conversation`, skin, editor: 'textarea', panel: 'conversation', isRtl: true },
		{ name: `${ skin }-phone`, skin, editor: 'textarea', panel: 'conversation', size: phone, isScrolledDown: true },
		{ name: `${ skin }-reading`, skin, editor: 'none', panel: 'conversation' }
	] ),
	{ name: 'vector-2022-dark', skin: 'vector-2022', editor: 'wikieditor', panel: 'question', theme: 'night' },
	{ name: 'vector-2022-dark-conversation', skin: 'vector-2022', editor: 'visualeditor', panel: 'conversation', theme: 'night' },
	{ name: 'vector-2022-automatic-dark', skin: 'vector-2022', editor: 'visualeditor', panel: 'conversation', theme: 'os', isSystemDark: true },
	{ name: 'vector-2022-automatic-light', skin: 'vector-2022', editor: 'textarea', panel: 'question', theme: 'os' },
	{ name: 'minerva-phone-button', skin: 'minerva', editor: 'textarea', panel: 'none', size: phone },
	{ name: 'minerva-phone', skin: 'minerva', editor: 'textarea', panel: 'question', size: phone },
	{ name: 'minerva-phone-conversation', skin: 'minerva', editor: 'textarea', panel: 'conversation', size: phone, isScrolledDown: true },
	{ name: 'minerva-phone-rtl', skin: 'minerva', editor: 'textarea', panel: 'question', isRtl: true, size: phone },
	{ name: 'minerva-wide', skin: 'minerva', editor: 'textarea', panel: 'conversation' }
];
