import { DEFAULT_TEAM, isTeamName } from './conversation.ts';
import type { UserId } from './ids.ts';
import { isRecord, isUserId } from './ids.ts';
import { list, record, text } from './loose-values.ts';

/** `MediaWiki:Gadget-AskForHelp-hosts.js`: where the chat is. Only interface admins can edit it. */
export type HostSettings = {
	/** Base URL of the homeserver, without a slash at its end. */
	readonly homeserverUrl: string;
	readonly bot: UserId;
	/** Id of the wiki's login at the homeserver, as `GET /login` lists it. */
	readonly identityProvider: string;
};

/** `MediaWiki:Gadget-AskForHelp-launch.json`: who sees the button, and what it says. A package file of the launcher. */
export type LaunchSettings = {
	/** The off switch, and the only key that must be there. */
	readonly enabled: boolean;
	/** Where to ask when the chat does not even load; empty for nowhere. */
	readonly helpPage: string;
	readonly maxEdits: number;
	readonly maxAccountDays: number;
	/** User groups: being in one of them is enough. */
	readonly groups: readonly string[];
	/** User groups: being in one of them is too much. */
	readonly exceptGroups: readonly string[];
	/** Ids of namespaces; none for all. */
	readonly namespaces: readonly number[];
	/** `edit` (any open editor), `view`, `talk`, `history`, `special`. */
	readonly actions: readonly string[];
	/** Percent of the accounts; the same ones every day. */
	readonly share: number;
	/** What the launcher says, as it is on the page; to be read by `launcherText`. */
	readonly texts?: unknown;
};

/** What the launcher says: the name of its button, and that the chat did not load. */
export type LauncherTexts = { readonly label: string; readonly failed: string };

/** `MediaWiki:Gadget-AskForHelp-config.json`: what the panel says and links to. Page names are titles on the wiki; each may be empty. */
export type PanelSettings = {
	readonly helpersPage: string;
	readonly privacyPage: string;
	readonly conductPage: string;
	/** Where to ask when the chat is out of reach. */
	readonly helpPage: string;
	/** Where the relay says who is there now (`availability.ts`). */
	readonly statusPage: string;
	/** Titles of pages that answer what is asked most. */
	readonly helpLinks: readonly string[];
	/** Where to search while a question is written; `undefined`: nowhere. */
	readonly helpSearch: HelpSearch | undefined;
	readonly topics: readonly Topic[];
	/** As the page has it, for `readOpeningHours`. */
	readonly openingHours: unknown;
	readonly notFor: readonly NotFor[];
	readonly harassment: Harassment;
};

/** Only in these namespaces (their ids), and only pages whose titles begin so. */
export type HelpSearch = { readonly namespaces: readonly number[]; readonly prefix: string };

/** What a question can be about; `labels` by language code, under `''` for every language. */
export type Topic = { readonly id: string; readonly labels: Readonly<Record<string, string>> };

/** What the chat is not for, and where to go with it: a title, or an `https:` or `mailto:` address. */
export type NotFor = { readonly what: NotForKind; readonly address: string };
export type NotForKind = ( typeof NOT_FOR )[ number ];

const NOT_FOR = [ 'threats', 'legal', 'private-data' ] as const;

/** Who hears those who are harassed: a team of its own, or else a page; both may be empty. */
export type Harassment = { readonly team: string; readonly page: string };

/** `https:` everywhere; plain `http:` on the machine itself, for the sandbox. */
function isHomeserverUrl( value: unknown ): value is string {
	return typeof value === 'string' &&
		/^(https:\/\/[^\s/?#@]+|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?)(\/[^\s?#]*[^\s?#/])?$/.test( value );
}

/** Reads the hosts page; `undefined` when anything in it is missing or malformed. */
export function readHostSettings( raw: unknown ): HostSettings | undefined {
	if ( !isRecord( raw ) || !isHomeserverUrl( raw.homeserverUrl ) || !isUserId( raw.bot ) ||
		typeof raw.identityProvider !== 'string' || !/^[a-z0-9._-]+$/i.test( raw.identityProvider ) ) {
		return undefined;
	}
	return { homeserverUrl: raw.homeserverUrl, bot: raw.bot, identityProvider: raw.identityProvider };
}

/** What a key says that the launch page leaves out; it is also of the type that the key must have. */
const LAUNCH_DEFAULTS: Omit<LaunchSettings, 'texts'> = {
	enabled: true, helpPage: '', maxEdits: Infinity, maxAccountDays: Infinity, groups: [ '*' ], exceptGroups: [], namespaces: [], actions: [ 'edit' ], share: 100
};

/** Reads the launch page; `undefined` when it is malformed, and then nobody sees the button. */
export function readLaunchSettings( raw: unknown ): LaunchSettings | undefined {
	const all = Object.assign( {}, LAUNCH_DEFAULTS, { enabled: undefined }, raw ) as unknown as Record<string, unknown>;
	return Object.entries( LAUNCH_DEFAULTS ).every( ( [ key, byDefault ] ) => {
		const value = all[ key ];
		// Every reader's browser goes through a list on every page, so none may be long.
		return Array.isArray( byDefault ) ? Array.isArray( value ) && value.length <= 100 : typeof value === typeof byDefault;
	} ) ? all as unknown as LaunchSettings : undefined;
}

/** One line of plain text that turns nothing around it, in UTF-16 code units no longer than a sentence. */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const LAUNCHER_TEXT = /^(?=.*\S)[^<>\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]{1,300}$/;
/** The button stands in a line with others. */
const MAX_LABEL_LENGTH = 50;

/**
 * A text of the launcher in a language, or in the one that its code begins with, as the launch page has it under `texts`;
 * `undefined` where that is missing or cannot be shown, and then it is said in English.
 */
export function launcherText( { texts }: Pick<LaunchSettings, 'texts'>, language: string, key: keyof LauncherTexts ): string | undefined {
	const all = Object( texts ) as Record<string, unknown>;
	const text = ( Object( all[ language ] || all[ language.replace( /-.*/, '' ) ] ) as Record<string, unknown> )[ key ];
	return typeof text === 'string' && LAUNCHER_TEXT.test( text ) && ( key === 'failed' || text.length <= MAX_LABEL_LENGTH ) ? text : undefined;
}

function readHelpSearch( raw: unknown ): HelpSearch | undefined {
	if ( raw === 'off' ) {
		return undefined;
	}
	const { namespaces, prefix } = record( raw );
	const ids = list( namespaces ).filter( ( id ): id is number => Number.isInteger( id ) && id as number >= 0 );
	// Project and Help.
	return { namespaces: ids.length > 0 ? ids : [ 4, 12 ], prefix: text( prefix ) };
}

function readTopic( raw: unknown ): Topic | [] {
	const { id, label } = record( raw );
	const labels = Object.entries( isRecord( label ) ? label : { '': label } ).slice( 0, 500 )
		.flatMap( ( [ language, value ] ) => text( value ) === '' ? [] : [ [ language, text( value ) ] as const ] );
	return text( id ) === '' || labels.length === 0 ? [] : { id: text( id ), labels: Object.fromEntries( labels ) };
}

function readNotFor( raw: unknown ): NotFor | [] {
	const what = NOT_FOR.find( ( kind ) => kind === record( raw ).what );
	const address = text( record( raw ).address );
	return what && address !== '' ? { what, address } : [];
}

/** Reads the config page; whatever is missing or malformed in it becomes empty, each for itself, and the panel shows nothing there. */
export function readPanelSettings( raw: unknown ): PanelSettings {
	const all = record( raw );
	const { team, page } = record( all.harassment );
	return {
		helpersPage: text( all.helpersPage ),
		privacyPage: text( all.privacyPage ),
		conductPage: text( all.conductPage ),
		helpPage: text( all.helpPage ),
		statusPage: text( all.statusPage ),
		helpLinks: list( all.helpLinks ).map( text ).filter( Boolean ),
		helpSearch: readHelpSearch( all.helpSearch ),
		topics: list( all.topics ).flatMap( readTopic ),
		openingHours: all.openingHours,
		notFor: list( all.notFor ).flatMap( readNotFor ),
		harassment: { team: isTeamName( team ) && team !== DEFAULT_TEAM ? team : '', page: text( page ) }
	};
}
