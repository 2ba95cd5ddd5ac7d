import type { UserId } from './ids.ts';
import { isRecord, isUserId } from './ids.ts';

/** `MediaWiki:Gadget-AskForHelp-hosts.js`: where the chat is. Only interface admins can edit it. */
export type HostSettings = {
	/** Base URL of the homeserver, without a slash at its end. */
	readonly homeserverUrl: string;
	readonly bot: UserId;
	/** Id of the wiki's login at the homeserver, as `GET /login` lists it. */
	readonly identityProvider: string;
};

/** `MediaWiki:Gadget-AskForHelp-launch.json`: who sees the button. A package file of the launcher. */
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
	/** `edit` (any open editor), `view`, `special`. */
	readonly actions: readonly string[];
	/** Percent of the accounts; the same ones every day. */
	readonly share: number;
};

/** `MediaWiki:Gadget-AskForHelp-config.json`: what the panel says and links to. Page names are titles on the wiki. */
export type PanelSettings = {
	readonly helpersPage: string;
	readonly privacyPage: string;
	readonly conductPage: string;
	/** Where to ask when the chat is out of reach. */
	readonly helpPage: string;
	/** Where the relay says who is there now (`availability.ts`). */
	readonly statusPage: string;
};

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
const LAUNCH_DEFAULTS: Omit<LaunchSettings, 'enabled'> = {
	helpPage: '', maxEdits: Infinity, maxAccountDays: Infinity, groups: [ '*' ], exceptGroups: [], namespaces: [], actions: [ 'edit' ], share: 100
};

/** Reads the launch page; `undefined` when it is malformed, and then nobody sees the button. */
export function readLaunchSettings( raw: unknown ): LaunchSettings | undefined {
	const all = Object.assign( {}, LAUNCH_DEFAULTS, raw ) as unknown as Record<string, unknown>;
	return typeof all.enabled === 'boolean' && Object.entries( LAUNCH_DEFAULTS ).every( ( [ key, byDefault ] ) => {
		const value = all[ key ];
		// Every reader's browser goes through a list on every page, so none may be long.
		return Array.isArray( byDefault ) ? Array.isArray( value ) && value.length <= 100 : typeof value === typeof byDefault;
	} ) ? all as unknown as LaunchSettings : undefined;
}

/** Reads the config page; a missing or malformed entry becomes empty, and the panel then shows no link there. */
export function readPanelSettings( raw: unknown ): PanelSettings {
	const title = ( key: string ): string => {
		const value = isRecord( raw ) ? raw[ key ] : undefined;
		return typeof value === 'string' ? value : '';
	};
	return {
		helpersPage: title( 'helpersPage' ),
		privacyPage: title( 'privacyPage' ),
		conductPage: title( 'conductPage' ),
		helpPage: title( 'helpPage' ),
		statusPage: title( 'statusPage' )
	};
}
