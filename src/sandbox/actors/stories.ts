import type { Page } from '@playwright/test';
import { bundleCode } from '../../deploy/build.ts';
import type { Newcomer } from './newcomer.ts';

/** How the panel's states are looked at. */
export type Look = {
	readonly name: string;
	readonly skin: 'vector-2022' | 'minerva';
	readonly theme: 'day' | 'night';
	/** Of Persian there are no messages. */
	readonly language: 'en' | 'ar' | 'de' | 'he' | 'hu' | 'fa';
	/** A touch screen of this width and height in px, or the window of a desktop. */
	readonly size: { readonly width: number; readonly height: number };
	readonly isPhone: boolean;
};

const desktop = { width: 1280, height: 800 };

export const looks: readonly Look[] = [
	{ name: 'vector-2022-light', skin: 'vector-2022', theme: 'day', language: 'en', size: desktop, isPhone: false },
	{ name: 'vector-2022-dark', skin: 'vector-2022', theme: 'night', language: 'en', size: desktop, isPhone: false },
	{ name: 'minerva-360', skin: 'minerva', theme: 'day', language: 'en', size: { width: 360, height: 740 }, isPhone: true },
	{ name: 'arabic', skin: 'vector-2022', theme: 'day', language: 'ar', size: desktop, isPhone: false }
];

/** What a context of the browser needs for a look, so that it is the same on each machine and day. */
export function contextOf( { size, isPhone }: Look ) {
	return { viewport: size, hasTouch: isPhone, isMobile: isPhone, timezoneId: 'UTC', locale: 'en-GB', reducedMotion: 'reduce' } as const;
}

/** Numbers of messages in a long conversation: what the last one answers, and from where on nobody had looked. */
type Special = { readonly replyTo?: number; readonly firstNew?: number };

/** A helper says something, the newcomer writes something, or somebody looks at what is new from this number on. */
type Happening = { readonly heard?: string; readonly written?: string; readonly firstNew?: number };

/** The states of the panel, drawn on a page of the wiki (`src/gadget/panel/stories/`). */
export interface Stories {
	readonly names: readonly string[];
	/** Draws one in place of the one before. In the page itself, that is `askForHelpStories.show( name )`. */
	show( name: string ): Promise<void>;
	/** Draws a conversation of so many messages, as it is read at its end. */
	showLong( count: number, special?: Special ): Promise<void>;
	/** Something happens in what is drawn. */
	happen( what: Happening ): Promise<void>;
}

/** The same as a script finds it in the page. */
export type StoriesModule = {
	readonly names: readonly string[];
	show( name: string ): Promise<void>;
	showLong( count: number, special?: Special ): Promise<void>;
	happen( what: Happening ): void;
};

/** Opens a page of the wiki in this look, with all that the stories need. Its styles are those that the wiki serves. */
export async function openStories( { page, setPreferences, read }: Pick<Newcomer, 'page' | 'setPreferences' | 'read'>, look: Look ): Promise<Stories> {
	await setPreferences( { skin: look.skin, 'vector-theme': look.theme, 'minerva-theme': look.theme } );
	await read( look.language === 'ar' ? 'الماعز القزم' : 'American Pygmy', { uselang: look.language } );
	return loadStories( page );
}

async function loadStories( page: Page ): Promise<Stories> {
	await page.waitForFunction( () => document.readyState === 'complete' && 'mw' in window && 'using' in mw.loader );
	await page.evaluate( async () => {
		const parts = [ 'panel', 'matrix', 'control', 'formatting', 'tools', 'media', 'emoji' ].map( ( part ) => `ext.gadget.AskForHelp-${ part }` );
		await mw.loader.using( [ 'oojs-ui-core', 'mediawiki.language', ...parts ] );
	} );
	await page.evaluate( `${ await bundleCode( 'AskForHelp-stories', 'src/gadget/panel/stories/main.ts' ) };window.askForHelpStories=askForHelp;` );
	type Global = typeof globalThis & { readonly askForHelpStories: StoriesModule };
	return {
		names: await page.evaluate( () => ( globalThis as Global ).askForHelpStories.names ),
		show: ( name ) => page.evaluate( ( wanted ) => ( globalThis as Global ).askForHelpStories.show( wanted ), name ),
		showLong: ( ...wanted ) => page.evaluate( ( args ) => ( globalThis as Global ).askForHelpStories.showLong( ...args ), wanted ),
		happen: ( what ) => page.evaluate( ( wanted ) => ( globalThis as Global ).askForHelpStories.happen( wanted ), what )
	};
}
