import { stringify } from 'yaml';
import type { HomeserverSecrets, HomeserverSettings } from './settings.ts';
import { SERVICE_LOCALPART } from './settings.ts';

/**
 * Renders the relay's registration (Matrix application service API, "Registration").
 * `url` is null because pushed transactions lose events over a restart; the relay receives by /sync.
 */
export function renderRegistration(
	settings: Pick<HomeserverSettings, 'bots' | 'serverName'>,
	secrets: Pick<HomeserverSecrets, 'appServiceToken' | 'homeserverToken'>
): string {
	return stringify( {
		id: 'ask-for-help',
		url: null,
		as_token: secrets.appServiceToken,
		hs_token: secrets.homeserverToken,
		sender_localpart: SERVICE_LOCALPART,
		rate_limited: false,
		namespaces: {
			users: settings.bots.map( ( localpart ) => ( {
				exclusive: true, regex: `@${ escapeRegExp( localpart ) }:${ escapeRegExp( settings.serverName ) }`
			} ) ),
			aliases: [],
			rooms: []
		}
	}, { lineWidth: 0 } );
}

function escapeRegExp( text: string ): string {
	return text.replace( /[.*+?^${}()|[\]\\/]/g, '\\$&' );
}
