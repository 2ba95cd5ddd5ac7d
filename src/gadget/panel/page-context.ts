import type { PanelSettings } from '../../protocol/settings.ts';
import { createMessages } from '../i18n/messages.ts';
import { releaseEditor, rememberFocus } from '../wiki/editor-focus.ts';
import { extraOnUse } from '../wiki/gadget-modules.ts';
import { boxesToKeepClear, endOfPage, watchBoxesToKeepClear } from '../wiki/keep-clear.ts';
import { pageUrl } from '../wiki/launch-page.ts';
import { absolutePageUrl, templateNamespace } from '../wiki/page-links.ts';
import { direction, fetchLanguages, gender, isTalkOrHistory, languageTag, readerLanguages } from '../wiki/panel-page.ts';
import { gadgetPreferencesUrl } from '../wiki/preference.ts';
import { readQuestionContext } from '../wiki/question-context.ts';
import type { PanelViewModel } from './viewmodels/panel-actions.ts';
import type { LinkPorts } from './viewmodels/text-links.ts';
import { topicLabel } from './viewmodels/topics.ts';
import { createDayFormat } from './views/day-line.ts';
import type { createEmojiPicker } from './views/emoji-picker.ts';
import type { ViewContext } from './views/view-context.ts';

type EmojiPart = { readonly openEmojiPicker: ReturnType<typeof createEmojiPicker> };
const loadEmoji = extraOnUse<EmojiPart>( 'emoji' );

/**
 * What messages may lead to; links are whole addresses, as helpers read them too.
 *
 * @param page where they were written
 */
export function wikiLinks( page = readQuestionContext().page ): LinkPorts {
	return {
		pageUrl: absolutePageUrl,
		templateNamespace: templateNamespace(),
		page
	};
}

/** What the views are handed on a page of the wiki, in the reader's language. */
export async function createPageContext(
	panel: PanelViewModel, settings: PanelSettings, parts: Pick<ViewContext, 'loadTalk' | 'formatting' | 'loadPictures'>, now: () => number
): Promise<ViewContext> {
	const pages = await fetchLanguages();
	const messages = createMessages( pages, gender() );
	const language = languageTag();
	const format = ( options: Intl.DateTimeFormatOptions ): ( ( timeMs: number ) => string ) => {
		const formatter = new Intl.DateTimeFormat( language, options );
		return ( timeMs ) => formatter.format( timeMs );
	};
	const numbers = new Intl.NumberFormat( language );
	return {
		panel,
		messages,
		settings,
		topicLabel: ( topic ) => topicLabel( topic, readerLanguages() ),
		isTalkOrHistory: isTalkOrHistory(),
		pageUrl,
		links: wikiLinks(),
		...parts,
		loadControl: extraOnUse( 'control' ),
		loadTools: extraOnUse( 'tools' ),
		loadHours: extraOnUse( 'hours' ),
		async pickEmoji( anchor, onChoose, field ) {
			const { activeElement } = document;
			const part = await loadEmoji();
			// Who writes elsewhere by now, as in the editor, goes on there.
			const isWanted = document.activeElement === activeElement && anchor.isConnected;
			return part && isWanted ? part.openEmojiPicker( { anchor, messages, onChoose, field } ) : part;
		},
		preferencesUrl: gadgetPreferencesUrl(),
		rememberFocus,
		releaseEditor,
		keepClear: { boxes: boxesToKeepClear, watch: watchBoxesToKeepClear },
		endOfPage: endOfPage(),
		direction: direction(),
		language: pages.find( ( page ) => 'askforhelp-title' in page.messages )!.language,
		formatTime: format( { hour: 'numeric', minute: '2-digit' } ),
		formatDay: createDayFormat( language, now ),
		formatDate: format( { dateStyle: 'long' } ),
		formatWeekday: format( { weekday: 'long' } ),
		now,
		formatNumber: ( value ) => numbers.format( value )
	};
}
