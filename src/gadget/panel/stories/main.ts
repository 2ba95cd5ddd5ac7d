/** Draws stories on a page of the wiki; built for tests and pictures, and published nowhere. */
import type { PanelSettings } from '../../../protocol/settings.ts';
import { createPageContext } from '../page-context.ts';
import type { MutableObservable } from '../viewmodels/observable.ts';
import { createObservable } from '../viewmodels/observable.ts';
import type { PanelState } from '../viewmodels/panel-state.ts';
import { FIRST_STATE } from '../viewmodels/panel-state.ts';
import type { PanelViewModel } from '../viewmodels/panel-actions.ts';
import type { Entry } from '../viewmodels/timeline.ts';
import { createConversationView } from '../views/conversation-view.ts';
import { mountPanelView } from '../views/panel-view.ts';
import type { ViewContext } from '../views/view-context.ts';
import { openEmojiPicker } from '../../extras/emoji.ts';
import * as control from '../../extras/control.ts';
import * as formattingPart from '../../extras/formatting.ts';
import * as hours from '../../extras/hours.ts';
import * as tools from '../../extras/tools.ts';
import { ALL_STORIES } from './all-stories.ts';
import { createStoryPictures, dropFile } from './story-pictures.ts';
import type { Story } from './story.ts';
import { QUESTION, STORY_NOW_MS } from './story.ts';
import { helper, own, unsent } from './talk.ts';
import { ARABIC_WORDS } from './words.ts';

/** Of a wiki that has set everything. */
const settings: PanelSettings = {
	helpersPage: 'Help:Helpers', privacyPage: 'Help:Privacy', conductPage: 'Help:Conduct', helpPage: 'Help desk', statusPage: '',
	helpLinks: [ 'Help:Citing a book', 'Help:Introduction to referencing' ],
	helpSearch: { namespaces: [ 4, 12 ], prefix: '' },
	topics: [ { id: 'references', labels: { en: 'References', ar: 'المراجع' } }, { id: 'pictures', labels: { en: 'Pictures', ar: 'الصور' } } ],
	openingHours: { timeZone: 'UTC', times: [ { from: '16:00', to: '23:00' } ] },
	notFor: [
		{ what: 'threats', address: 'mailto:emergency@wiki.example' }, { what: 'legal', address: 'Help:Legal' },
		{ what: 'private-data', address: 'Help:Oversight' }
	],
	harassment: { team: 'harassment', page: '' }
};

/** A panel that stays in its state, whatever the newcomer does. */
function fakePanel( state: MutableObservable<PanelState> ): PanelViewModel {
	return new Proxy( {}, { get: ( _target, name ) => name === 'state' ? state : () => {} } ) as PanelViewModel;
}

/** Puts the words of another language into plain data. */
function translate<Data>( data: Data, words: Readonly<Record<string, string>> ): Data {
	const of = ( value: unknown ): unknown => {
		if ( Array.isArray( value ) ) {
			return value.map( of );
		}
		if ( typeof value === 'object' && value !== null ) {
			return Object.fromEntries( Object.entries( value ).map( ( [ key, part ] ) => [ key, of( part ) ] ) );
		}
		return typeof value === 'string' ? words[ value ] ?? value : value;
	};
	return of( data ) as Data;
}

const talkPart = Promise.resolve( { createConversationView } );
let pageContext: Promise<ViewContext> | undefined;
let shown: MutableObservable<PanelState> | undefined;

const moment = (): Promise<void> => new Promise( ( resolve ) => {
	setTimeout( resolve );
} );

/** Names of all stories. */
export const names: readonly string[] = ALL_STORIES.map( ( { name } ) => name );

/** Draws one story in place of the one before. */
export async function show( name: string ): Promise<void> {
	const story = ALL_STORIES.find( ( one ) => one.name === name );
	if ( !story ) {
		throw new Error( `There is no story "${ name }".` );
	}
	await draw( story );
}

/** Numbers of messages in a long conversation: what the last one answers, and from where on nobody had looked. */
type Special = { readonly replyTo?: number; readonly firstNew?: number };

type Happening = { readonly heard?: string; readonly written?: string; readonly firstNew?: number };

/** Draws a conversation of so many messages, each with its number, as it is read at its end: for measuring, not for looking at. */
export async function showLong( count: number, { replyTo, firstNew }: Special = {} ): Promise<void> {
	const entries: Entry[] = [];
	for ( let index = 0; index < count; index++ ) {
		const minutes = count - index;
		const text = `${ QUESTION } ${ 'A few words more. '.repeat( index % 7 ) }(${ index })`;
		const answered = index === count - 1 && replyTo !== undefined && { replyTo: entries[ replyTo ]!.id };
		entries.push( index % 3 === 0 ? own( minutes, text, { ...answered } ) : helper( minutes, text, { ...answered } ) );
	}
	const state = { screen: 'conversation', earlier: 'all', entries, firstNew: entries[ firstNew ?? count ]?.id } as const;
	await draw( { name: 'conversation-long', state } );
}

/** Something happens in what is drawn: a helper answers, the newcomer writes, or looks at what is new from a message on. */
export function happen( { heard, written, firstNew }: Happening ): void {
	const { entries, outbox } = shown!.value;
	shown!.patch( {
		...( heard !== undefined && { entries: [ ...entries, helper( 0, heard ) ] } ),
		...( written !== undefined && { outbox: [ ...outbox, unsent( 'sending', written ) ] } ),
		...( firstNew !== undefined && { firstNew: entries[ firstNew ]!.id } )
	} );
}

async function draw( story: Story ): Promise<void> {
	document.querySelectorAll( '.askforhelp-panel, .askforhelp-room' ).forEach( ( node ) => node.remove() );
	const words = document.documentElement.lang.startsWith( 'ar' ) ? ARABIC_WORDS : {};
	const state = createObservable<PanelState>( { ...FIRST_STATE, window: 'open', ...translate( story.state, words ) } );
	shown = state;
	const panel = fakePanel( state );
	pageContext ??= createPageContext( panel, settings, {
		loadTalk: () => talkPart,
		formatting: { part: formattingPart, load: () => Promise.resolve( formattingPart ) },
		loadPictures: () => Promise.resolve( undefined )
	}, () => STORY_NOW_MS );
	const context = await pageContext;
	const pictures = story.pictures && await createStoryPictures( story.pictures, context );
	mountPanelView( {
		...context,
		panel,
		loadPictures: () => Promise.resolve( pictures ),
		pickEmoji: ( anchor, onChoose, field ) => (
			Promise.resolve( openEmojiPicker( { anchor, messages: context.messages, onChoose, field } ) )
		),
		settings: { ...settings, ...story.settings },
		// Nothing on the page is in its way, so that it is always in the same place.
		keepClear: { boxes: () => [], watch() {} },
		loadControl: () => Promise.resolve( control ),
		loadTools: () => Promise.resolve( tools ),
		loadHours: () => Promise.resolve( hours ),
		...story.context
	}, document.body );
	// Parts are drawn behind what they are waiting for.
	await moment();
	if ( story.pictures?.form ) {
		dropFile();
		await moment();
	} else if ( story.pictures && story.pictures.received !== 'loading' ) {
		while ( !document.querySelector( '.askforhelp-picture img, .askforhelp-picture-missing' ) ) {
			await moment();
		}
	}
	await Promise.all( [ ...document.querySelectorAll<HTMLImageElement>( '.askforhelp-panel img' ) ].map( ( image ) => image.decode().catch( () => {} ) ) );
	if ( story.isScrolledUp ) {
		const scroller = document.querySelector( '.askforhelp-scroller' )!;
		scroller.scrollTop = 0;
		scroller.dispatchEvent( new Event( 'scroll' ) );
	}
	state.patch( translate( story.then ?? {}, words ) );
	if ( story.click !== undefined ) {
		document.querySelector<HTMLElement>( `.askforhelp-panel ${ story.click }` )!.click();
	}
	if ( story.keys ) {
		useKeys( story.keys );
		// OOUI looks at what was typed a moment later; then a part may load.
		await moment();
		await moment();
	}
}

function useKeys( { on, ...keys }: NonNullable<Story[ 'keys' ]> ): void {
	const nodes = document.querySelectorAll<HTMLElement>( `.askforhelp-panel ${ on }` );
	const node = nodes[ nodes.length - 1 ]!;
	node.focus();
	if ( 'press' in keys ) {
		node.dispatchEvent( new KeyboardEvent( 'keydown', { key: keys.press, bubbles: true, cancelable: true } ) );
	} else {
		( node as HTMLTextAreaElement ).setRangeText( keys.type, 0, 0, 'end' );
		node.dispatchEvent( new InputEvent( 'input', { bubbles: true } ) );
	}
}
