import type { OpenableEditor } from './actors/editors.ts';

/** One picture: where, and what of ours is to be seen on it. */
export type Shot = {
	readonly name: string;
	readonly skin: 'vector-2022' | 'vector' | 'minerva' | 'timeless' | 'monobook';
	readonly editor: OpenableEditor | 'none';
	/** `hidden`: what it says after "Hide this button". */
	readonly panel: 'none' | 'question' | 'conversation' | 'hidden';
	readonly theme?: 'day' | 'night' | 'os';
	readonly isSystemDark?: boolean;
	readonly isRtl?: boolean;
	/** Width and height of the window in px. */
	readonly size?: readonly [ number, number ];
	readonly title?: string;
	readonly query?: Readonly<Record<string, string>>;
	readonly isScrolledDown?: boolean;
	/** What the newcomer tries before the picture: a preview, or to save what the wiki does not accept. */
	readonly attempt?: 'preview' | 'captcha' | 'filter';
	/** Whether the wiki's launch settings mean pages that are read, and special pages, too. */
	readonly isEverywhere?: boolean;
	/** Whether the wiki has another help button in the corner. */
	readonly hasOtherHelp?: boolean;
	/** An extension without which there is no such picture. */
	readonly needs?: 'MobileFrontend';
};

const phone = [ 390, 800 ] as const;
const smallPhone = [ 360, 740 ] as const;
const desktopEditors = [ 'visualeditor', 'visualeditor-source', 'wikieditor', 'textarea' ] as const;
const mobileEditors = [ 'mobile-source', 'mobile-visual' ] as const;
const skins = [ 'vector-2022', 'vector', 'timeless', 'monobook' ] as const;
const special = 'Special:RecentChanges';
const missing = 'A goat that nobody has described';

/** Every editor on one skin; every skin with an editor or two, both directions, light and dark, wide and narrow. */
const editors: readonly Shot[] = [
	...desktopEditors.flatMap( ( editor ): Shot[] => [
		{ name: `${ editor }-button`, skin: 'vector-2022', editor, panel: 'none' },
		{ name: `${ editor }-question`, skin: 'vector-2022', editor, panel: 'question' },
		{ name: `${ editor }-narrow`, skin: 'vector-2022', editor, panel: 'question', size: [ 1000, 640 ] }
	] ),
	{ name: 'visualeditor-phone', skin: 'vector-2022', editor: 'visualeditor', panel: 'none', size: phone },
	{ name: 'wikieditor-phone', skin: 'vector-2022', editor: 'wikieditor', panel: 'none', size: phone },
	{ name: 'visualeditor-rtl', skin: 'vector-2022', editor: 'visualeditor', panel: 'none', isRtl: true },
	{ name: 'visualeditor-dark', skin: 'vector-2022', editor: 'visualeditor', panel: 'none', theme: 'night' },
	{ name: 'visualeditor-dark-rtl', skin: 'vector-2022', editor: 'visualeditor', panel: 'question', theme: 'night', isRtl: true },
	{ name: 'visualeditor-section', skin: 'vector-2022', editor: 'visualeditor', panel: 'none', query: { section: '1' } },
	{ name: 'wikieditor-section', skin: 'vector-2022', editor: 'wikieditor', panel: 'question', query: { section: '1' } },
	{ name: 'visualeditor-new-page', skin: 'vector-2022', editor: 'visualeditor', panel: 'question', title: missing },
	{ name: 'textarea-new-page', skin: 'vector-2022', editor: 'textarea', panel: 'none', title: missing },
	{ name: 'textarea-preview', skin: 'vector-2022', editor: 'textarea', panel: 'conversation', attempt: 'preview' },
	{ name: 'wikieditor-preview', skin: 'vector-2022', editor: 'wikieditor', panel: 'none', attempt: 'preview' },
	{ name: 'textarea-captcha', skin: 'vector-2022', editor: 'textarea', panel: 'conversation', attempt: 'captcha' },
	{ name: 'wikieditor-filter', skin: 'vector-2022', editor: 'wikieditor', panel: 'conversation', attempt: 'filter' },
	{ name: 'visualeditor-filter', skin: 'vector-2022', editor: 'visualeditor', panel: 'conversation', attempt: 'filter' },
	{ name: 'hidden', skin: 'vector-2022', editor: 'visualeditor', panel: 'hidden' },
	{ name: 'other-help', skin: 'vector-2022', editor: 'visualeditor', panel: 'question', hasOtherHelp: true },
	{ name: 'other-help-phone', skin: 'vector-2022', editor: 'visualeditor', panel: 'none', hasOtherHelp: true, size: phone }
];

const everySkin: readonly Shot[] = [
	...skins.flatMap( ( skin ): Shot[] => [
		{ name: `${ skin }-question`, skin, editor: 'textarea', panel: 'question' },
		{ name: `${ skin }-conversation`, skin, editor: 'wikieditor', panel: 'conversation' },
		{ name: `${ skin }-visualeditor`, skin, editor: 'visualeditor', panel: 'conversation', isScrolledDown: true },
		{ name: `${ skin }-rtl`, skin, editor: 'wikieditor', panel: 'question', isRtl: true },
		{ name: `${ skin }-rtl-visualeditor`, skin, editor: 'visualeditor', panel: 'conversation', isRtl: true },
		{ name: `${ skin }-rtl-conversation`, skin, editor: 'textarea', panel: 'conversation', isRtl: true },
		{ name: `${ skin }-phone`, skin, editor: 'textarea', panel: 'conversation', size: phone, isScrolledDown: true },
		{ name: `${ skin }-reading`, skin, editor: 'none', panel: 'conversation' },
		{ name: `${ skin }-reading-button`, skin, editor: 'none', panel: 'none', isEverywhere: true }
	] ),
	{ name: 'vector-2022-special-button', skin: 'vector-2022', editor: 'none', panel: 'none', title: special, isEverywhere: true },
	{ name: 'vector-2022-dark', skin: 'vector-2022', editor: 'wikieditor', panel: 'question', theme: 'night' },
	{ name: 'vector-2022-dark-conversation', skin: 'vector-2022', editor: 'visualeditor', panel: 'conversation', theme: 'night' },
	{ name: 'vector-2022-dark-reading-button', skin: 'vector-2022', editor: 'none', panel: 'none', theme: 'night', isEverywhere: true },
	{ name: 'vector-2022-rtl-reading-button', skin: 'vector-2022', editor: 'none', panel: 'none', isRtl: true, isEverywhere: true },
	{ name: 'vector-2022-reading-other-help', skin: 'vector-2022', editor: 'none', panel: 'none', isEverywhere: true, hasOtherHelp: true },
	{ name: 'vector-2022-automatic-dark', skin: 'vector-2022', editor: 'visualeditor', panel: 'conversation', theme: 'os', isSystemDark: true },
	{ name: 'vector-2022-automatic-light', skin: 'vector-2022', editor: 'textarea', panel: 'question', theme: 'os' }
];

/** Minerva asks for its dark side where MobileFrontend does not. */
const dark = { theme: 'night', query: { minervanightmode: '1' } } as const;

const minerva: readonly Shot[] = [
	{ name: 'minerva-phone-button', skin: 'minerva', editor: 'textarea', panel: 'none', size: phone },
	{ name: 'minerva-phone-scrolled', skin: 'minerva', editor: 'textarea', panel: 'none', size: phone, isScrolledDown: true },
	{ name: 'minerva-phone-german', skin: 'minerva', editor: 'textarea', panel: 'none', size: smallPhone, query: { uselang: 'de' } },
	{ name: 'minerva-phone', skin: 'minerva', editor: 'textarea', panel: 'question', size: phone },
	{ name: 'minerva-phone-conversation', skin: 'minerva', editor: 'textarea', panel: 'conversation', size: phone, isScrolledDown: true },
	{ name: 'minerva-phone-rtl', skin: 'minerva', editor: 'textarea', panel: 'question', isRtl: true, size: phone },
	{ name: 'minerva-phone-rtl-button', skin: 'minerva', editor: 'textarea', panel: 'none', isRtl: true, size: phone },
	{ name: 'minerva-phone-dark-button', skin: 'minerva', editor: 'textarea', panel: 'none', size: phone, ...dark },
	{ name: 'minerva-phone-dark', skin: 'minerva', editor: 'textarea', panel: 'conversation', size: phone, ...dark },
	{ name: 'minerva-phone-filter', skin: 'minerva', editor: 'textarea', panel: 'none', size: phone, attempt: 'filter' },
	{ name: 'minerva-phone-hidden', skin: 'minerva', editor: 'textarea', panel: 'hidden', size: phone },
	{ name: 'minerva-phone-visualeditor', skin: 'minerva', editor: 'visualeditor', panel: 'none', size: phone },
	{ name: 'minerva-phone-reading-button', skin: 'minerva', editor: 'none', panel: 'none', size: phone, isEverywhere: true },
	{ name: 'minerva-wide', skin: 'minerva', editor: 'textarea', panel: 'conversation' },
	{ name: 'minerva-wide-dark', skin: 'minerva', editor: 'wikieditor', panel: 'question', ...dark }
];

/** The last ones, because a browser stays on the mobile site. */
const mobileSite: readonly Shot[] = mobileEditors.flatMap( ( editor ): Shot[] => {
	const shot = { skin: 'minerva', editor, size: phone, needs: 'MobileFrontend' } as const;
	return [
		{ ...shot, name: `${ editor }-button`, panel: 'none' },
		{ ...shot, name: `${ editor }-german`, panel: 'none', size: smallPhone, query: { uselang: 'de' } },
		{ ...shot, name: `${ editor }-question`, panel: 'question' },
		{ ...shot, name: `${ editor }-conversation`, panel: 'conversation' },
		{ ...shot, name: `${ editor }-rtl`, panel: 'none', isRtl: true },
		{ ...shot, name: `${ editor }-dark`, panel: 'none', theme: 'night' },
		{ ...shot, name: `${ editor }-wide`, panel: 'none', size: [ 1000, 740 ] }
	];
} );

export const shots: readonly Shot[] = [ ...editors, ...everySkin, ...minerva, ...mobileSite ];
