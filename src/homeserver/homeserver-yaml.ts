import { stringify } from 'yaml';
import type { DatabaseSettings, HomeserverSecrets, HomeserverSettings } from './settings.ts';
import { NEWCOMER_LOCALPART_PREFIX } from './settings.ts';

/** Names of the files that belong together, relative to the data folder. */
export const homeserverFiles = {
	config: 'homeserver.yaml',
	registration: 'registration-ask-for-help.yaml',
	logging: 'logging.yaml',
	templates: 'templates',
	signingKey: 'signing.key',
	media: 'media',
	rules: 'rules'
} as const;

type Section = { readonly why: string; readonly values: Readonly<Record<string, unknown>> };

/** Renders `homeserver.yaml` (Synapse 1.163, "Configuration manual"); every group of settings carries its reason. */
export function renderHomeserverYaml( settings: HomeserverSettings, secrets: HomeserverSecrets ): string {
	const sections = [
		...place( settings, secrets ),
		...login( settings, secrets ),
		...newcomers( settings ),
		...privacy( settings ),
		...rateLimits()
	];
	return sections.map( ( { why, values } ) => `${ comment( why ) }${ stringify( values, { lineWidth: 0 } ) }` ).join( '\n' );
}

function comment( why: string ): string {
	return why.split( '\n' ).map( ( line ) => `# ${ line }\n` ).join( '' );
}

function place( settings: HomeserverSettings, secrets: HomeserverSecrets ): Section[] {
	const { listen, dataDir } = settings;
	return [
		{
			why: 'Who and where this homeserver is. The server name is part of every id and can never be changed.',
			values: {
				server_name: settings.serverName,
				public_baseurl: `${ settings.publicUrl }/`,
				listeners: [ {
					port: listen.port,
					type: 'http',
					tls: false,
					bind_addresses: [ listen.address ],
					x_forwarded: listen.behindProxy,
					resources: [ { names: settings.federation ? [ 'client', 'federation' ] : [ 'client' ], compress: false } ]
				} ],
				serve_server_wellknown: false,
				log_config: `${ dataDir }/${ homeserverFiles.logging }`,
				signing_key_path: `${ dataDir }/${ homeserverFiles.signingKey }`,
				media_store_path: `${ dataDir }/${ homeserverFiles.media }`,
				templates: { custom_template_directory: `${ dataDir }/${ homeserverFiles.templates }` },
				database: database( settings.database, secrets )
			}
		},
		{
			why: 'Secrets. This file must be readable by the homeserver alone.',
			values: {
				macaroon_secret_key: secrets.macaroonSecretKey,
				form_secret: secrets.formSecret,
				...( secrets.registrationSharedSecret !== undefined && { registration_shared_secret: secrets.registrationSharedSecret } )
			}
		},
		{
			why: 'The relay: an application service that receives by /sync.',
			values: { app_service_config_files: [ `${ dataDir }/${ homeserverFiles.registration }` ] }
		},
		settings.federation ? {
			why: 'Federation is on, so that helpers can take part from their own homeservers. Conversations are made without it.',
			values: { allow_public_rooms_over_federation: false, allow_profile_lookup_over_federation: false }
		} : {
			why: 'No federation: no listener for it, no domain to talk to, no key server to ask.',
			values: {
				federation_domain_whitelist: [],
				allow_public_rooms_over_federation: false,
				allow_profile_lookup_over_federation: false,
				trusted_key_servers: []
			}
		}
	];
}

function database( settings: DatabaseSettings, secrets: HomeserverSecrets ): Record<string, unknown> {
	if ( settings.kind === 'sqlite' ) {
		return { name: 'sqlite3', args: { database: settings.file } };
	}
	const { host, port, user, database: dbname } = settings;
	return { name: 'psycopg2', args: {
		host, port, user, dbname, cp_min: 5, cp_max: 10,
		...( secrets.databasePassword !== undefined && { password: secrets.databasePassword } )
	} };
}

function login( settings: HomeserverSettings, secrets: HomeserverSecrets ): Section[] {
	const { login: wiki } = settings;
	const oauth = `${ wiki.scriptUrl }/rest.php/oauth2`;
	const refusal = wiki.refuseBlocked ? '{% if user.blocked %}{{ refused_because_this_user_is_blocked() }}{% endif %}' : '';
	return [
		{
			why: [
				"Newcomers log in through the wiki's OAuth 2.0 and no other way.",
				'The id comes from the central user id, because names are renamed and do not fit into ids.',
				'Both attributes are required because Synapse ignores the status of the profile answer: an error without "sub" would log',
				'different people into one account, and a suppressed user has no "username".',
				'A blocked user is refused by calling what does not exist: requirements compare strings only.'
			].join( '\n' ),
			values: {
				oidc_providers: [ {
					idp_id: wiki.providerId,
					idp_name: wiki.name,
					discover: false,
					issuer: wiki.scriptUrl,
					client_id: wiki.clientId,
					client_secret: secrets.oauthClientSecret,
					client_auth_method: 'client_secret_post',
					pkce_method: 'always',
					scopes: [],
					authorization_endpoint: `${ wiki.browserScriptUrl ?? wiki.scriptUrl }/rest.php/oauth2/authorize`,
					token_endpoint: `${ oauth }/access_token`,
					userinfo_endpoint: `${ oauth }/resource/profile`,
					user_profile_method: 'userinfo_endpoint',
					// Synapse demands https otherwise; only a wiki on the same machine is plain http.
					skip_verification: wiki.scriptUrl.startsWith( 'http:' ),
					attribute_requirements: [ { attribute: 'sub' }, { attribute: 'username' } ],
					user_mapping_provider: { config: {
						subject_template: '{{ user.sub }}',
						localpart_template: `${ NEWCOMER_LOCALPART_PREFIX }{{ user.sub }}-${ refusal }`,
						display_name_template: '{{ user.username }}'
					} }
				} ]
			}
		},
		{
			why: [
				'A renamed wiki user gets the new display name at the next login (and a new block is noticed by the same mapping).',
				'The login may return to these wikis without a page that asks. The slash matters: it is a comparison of beginnings.'
			].join( '\n' ),
			values: {
				sso: {
					client_whitelist: settings.wikis.map( ( { scriptUrl } ) => `${ scriptUrl }/` ),
					update_profile_information: true
				}
			}
		},
		{
			why: 'Helpers log in with name and password; their accounts are made by the operator. Nobody can register.',
			values: {
				enable_registration: false,
				allow_guest_access: false,
				password_config: { enabled: true },
				login_via_existing_session: { enabled: false },
				enable_3pid_lookup: false
			}
		}
	];
}

function newcomers( settings: HomeserverSettings ): Section[] {
	const id = ( localpart: string ): string => `@${ localpart }:${ settings.serverName }`;
	return [
		{
			why: [
				'Names come from the wiki (for helpers: from the operator), so nobody can pose as somebody else, in one room either.',
				'Synapse lets an account without a picture set a first one; only the relay would see it.'
			].join( '\n' ),
			values: {
				enable_set_displayname: false,
				enable_set_avatar_url: false,
				allow_per_room_profiles: false,
				enable_3pid_changes: false
			}
		},
		{
			why: 'Newcomers make no addresses, and nobody publishes rooms or looks through a directory of rooms or people.',
			values: {
				alias_creation_rules: [
					{ user_id: id( `${ NEWCOMER_LOCALPART_PREFIX }*` ), action: 'deny' },
					{ user_id: '*', action: 'allow' }
				],
				room_list_publication_rules: [ { action: 'deny' } ],
				enable_room_list_search: false,
				allow_public_rooms_without_auth: false,
				user_directory: { enabled: false },
				require_auth_for_profile_requests: true,
				limit_profile_requests_to_users_who_share_rooms: true
			}
		},
		{
			why: [
				'What settings cannot say: newcomers have no password, invite nobody but the relay, and join no room unasked;',
				'and nobody but the relay invites a newcomer. The module lies in the folder "rules" beside this file, which PYTHONPATH has to name.'
			].join( '\n' ),
			values: {
				modules: [ {
					module: 'ask_for_help_rules.AskForHelpRules',
					config: {
						newcomer_prefix: `@${ NEWCOMER_LOCALPART_PREFIX }`,
						bots: settings.bots.map( id )
					}
				} ]
			}
		},
		{
			why: "Version 11: in later ones a room's creator keeps unlimited power for ever, so the relay could not lock a conversation.",
			values: { default_room_version: '11', encryption_enabled_by_default_for_room_type: 'off' }
		}
	];
}

function privacy( settings: HomeserverSettings ): Section[] {
	return [
		{
			why: 'Texts go to no push gateway, addresses are forgotten, nothing is reported, no link is fetched.',
			values: {
				push: { enabled: true, include_content: false },
				user_ips_max_age: '7d',
				report_stats: false,
				url_preview_enabled: false
			}
		},
		{
			why: 'How long a deleted message stays in the database.',
			values: { redaction_retention_period: settings.redactionRetention }
		},
		{
			why: 'Files: pictures of a screen, not films; so much for each account in an hour.',
			values: {
				max_upload_size: settings.maxUploadSize,
				max_image_pixels: '32M',
				media_upload_limits: [ { time_period: '1h', max_size: '100M' } ]
			}
		}
	];
}

function rateLimits(): Section[] {
	return [
		{
			why: [
				'An edit-a-thon sits behind one address: a hundred people log in for the first time within minutes.',
				"Synapse's own limits (five logins, three accounts, then one in minutes) would lock out nearly all of them.",
				'Guessing a password stays slow: failed attempts are counted for each account.'
			].join( '\n' ),
			values: {
				rc_login: {
					address: { per_second: 5, burst_count: 150 },
					account: { per_second: 0.1, burst_count: 20 },
					failed_attempts: { per_second: 0.1, burst_count: 5 }
				},
				rc_registration: { per_second: 5, burst_count: 150 }
			}
		},
		{
			why: 'One person who types fast, sends a few pictures and reacts; the relay itself is not limited.',
			values: { rc_message: { per_second: 1, burst_count: 30 } }
		},
		{
			why: 'Helpers join their Support room; a newcomer is in a handful of conversations.',
			values: {
				rc_joins: { local: { per_second: 0.5, burst_count: 20 } },
				rc_joins_per_room: { per_second: 2, burst_count: 50 },
				rc_room_creation: { per_second: 0.02, burst_count: 10 }
			}
		},
		{
			why: 'Every conversation invites the same relay account, so the limit for each invited account has to be wide.',
			values: {
				rc_invites: {
					per_room: { per_second: 0.5, burst_count: 50 },
					per_user: { per_second: 5, burst_count: 150 },
					per_issuer: { per_second: 0.5, burst_count: 50 }
				}
			}
		}
	];
}
