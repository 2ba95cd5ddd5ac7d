import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { RoomId, UserId } from '../../protocol/ids.ts';
import { nearMiss } from './near-miss.ts';
import { configSchema } from './schema.ts';

export type ReceiverConfig = { readonly userId: UserId; readonly deviceId: string };

export type WikiConfig = {
	readonly name: string;
	readonly apiUrl: string;
	/** Address of an article; `$1` stands for the title. */
	readonly articleUrl: string;
	/** Whether newcomers' ids are CentralAuth's rather than this wiki's own. */
	readonly central: boolean;
	readonly language: string;
	/** With which account the status page is kept, and which page that is; `undefined` when there is none. */
	readonly status: StatusAccount | undefined;
};

/** A bot password, or the token of an owner-only consumer. */
export type StatusAccount = { readonly page: string } & (
	{ readonly user: string; readonly password: string } | { readonly token: string }
);

export type TeamConfig = {
	readonly supportRoom: RoomId;
	/** Whether nothing of it may show in what is told of others, or of all. */
	readonly isPrivate: boolean;
	/** Members of its Support room who are no helpers. */
	readonly bots: readonly UserId[];
};

/** The names of the teams that are private. */
export function privateTeams( teams: RelayConfig[ 'teams' ] ): string[] {
	return Object.keys( teams ).filter( ( team ) => teams[ team ]?.isPrivate );
}

/** A SQLite file, or a PostgreSQL database; `password` is `undefined` where the URL has it, or none is needed. */
export type StoreConfig =
	{ readonly kind: 'sqlite'; readonly path: string } |
	{ readonly kind: 'postgres'; readonly url: string; readonly password: string | undefined };

/** What is needed to act at the homeserver; enough to make a Support room. */
export type HomeserverConfig = {
	readonly homeserver: { readonly url: string; readonly serverName: string; readonly asToken: string };
	/** The first one is the bot. */
	readonly receivers: readonly [ ReceiverConfig, ...ReceiverConfig[] ];
	readonly botName: string;
	readonly teamNames: readonly string[];
	readonly log: { readonly level: string };
};

/** The whole configuration: checked, complete and frozen. */
export type RelayConfig = HomeserverConfig & {
	readonly store: StoreConfig;
	readonly wikis: Readonly<Record<string, WikiConfig>>;
	readonly teams: Readonly<Record<string, TeamConfig>>;
	/** Whom a wiki's operators may write to about the relay's requests. */
	readonly contact: string | undefined;
	/** Where to answer those who watch over the relay; `undefined` for nowhere. */
	readonly http: { readonly host: string; readonly port: number } | undefined;
	readonly limits: {
		readonly wikiLookupMs: number;
		readonly lanesAtOnce: number;
		readonly syncEvents: number;
		readonly messagesPerMinute: number;
		readonly conversationsPerNewcomer: number;
		readonly roomsPerMinute: number;
		readonly offSwitchMs: number;
		readonly statusEveryMs: number;
		readonly statusValidMs: number;
		readonly stopMs: number;
		readonly keepSetAsideDays: number;
		readonly mediaBytes: number;
		readonly mediaTypes: readonly string[];
	};
};

/** What is wrong with a configuration; `problems` holds one sentence each, beginning with the key. */
export class ConfigError extends Error {
	override readonly name = 'ConfigError';
	readonly code = 'bad-config';
	readonly problems: readonly string[];

	constructor( source: string, problems: readonly string[], options?: ErrorOptions ) {
		super( `${ source }: ${ problems.join( '; ' ) }`, options );
		this.problems = problems;
	}
}

type Environment = Readonly<Record<string, string | undefined>>;

function knownKeys( at: readonly PropertyKey[] ): string[] {
	let schema: unknown = configSchema;
	for ( const part of at ) {
		while ( schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional ) {
			schema = schema.unwrap();
		}
		if ( schema instanceof z.ZodObject ) {
			schema = schema.shape[ String( part ) ];
		} else if ( schema instanceof z.ZodArray ) {
			schema = schema.element;
		} else if ( schema instanceof z.ZodRecord ) {
			schema = schema.valueType;
		}
	}
	while ( schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional ) {
		schema = schema.unwrap();
	}
	return schema instanceof z.ZodObject ? Object.keys( schema.shape ) : [];
}

function keyName( at: readonly PropertyKey[] ): string {
	return at.reduce<string>( ( name, part ) => (
		typeof part === 'number' ? `${ name }[${ part }]` : name === '' ? String( part ) : `${ name }.${ String( part ) }`
	), '' );
}

function sentences( issue: z.core.$ZodIssue ): string[] {
	if ( issue.code === 'unrecognized_keys' ) {
		return issue.keys.map( ( key ) => {
			const meant = nearMiss( key, knownKeys( issue.path ) );
			return `${ keyName( [ ...issue.path, key ] ) }: no such key${ meant === undefined ? '' : ` (did you mean "${ meant }"?)` }`;
		} );
	}
	if ( issue.code === 'invalid_key' ) {
		return [ `${ keyName( issue.path ) }: the name ${ issue.issues[ 0 ]?.message ?? 'is malformed' }` ];
	}
	const isOurs = issue.message.startsWith( 'has to' ) || issue.message.startsWith( 'needs' );
	const isGroup = issue.code === 'invalid_type' && [ 'record', 'object' ].includes( issue.expected );
	const message = issue.input === undefined ? 'is missing' :
		isOurs ? issue.message :
			isGroup ? 'has to be a group of keys' :
				issue.code === 'invalid_type' ? `has to be a ${ issue.expected }` :
					issue.code === 'invalid_value' ? `has to be one of ${ issue.values.map( String ).join( ', ' ) }` :
						issue.message;
	return [ `${ keyName( issue.path ) || 'the file' }: ${ message }` ];
}

function deepFreeze<Value>( value: Value ): Value {
	if ( typeof value === 'object' && value !== null && !Object.isFrozen( value ) ) {
		Object.freeze( value );
		Object.values( value ).forEach( deepFreeze );
	}
	return value;
}

type CheckedFile = z.output<typeof configSchema>;
/** Where a configuration is from, and what its names of variables mean. */
type Place = { readonly source: string; readonly environment: Environment };

/** A secret in the file, in a file of its own, or in the environment; `keys` are the names for these, in this order. */
function readSecret<Key extends string>(
	group: string, values: { readonly [ Name in Key ]?: string | undefined }, keys: readonly [ Key, Key, Key ],
	{ source, environment }: Place
): string | undefined {
	const given = keys.filter( ( key ) => values[ key ] !== undefined );
	const [ key, second ] = given;
	if ( second !== undefined ) {
		throw new ConfigError( source, [ `${ group }.${ second }: only one of ${ given.join( ', ' ) } may be set` ] );
	}
	if ( key === undefined ) {
		return undefined;
	}
	const value = values[ key ] ?? '';
	const name = `${ group }.${ key }`;
	if ( key === keys[ 0 ] ) {
		return value;
	}
	if ( key === keys[ 2 ] ) {
		const secret = environment[ value ];
		if ( !secret ) {
			throw new ConfigError( source, [ `${ name }: the environment has no variable ${ value }` ] );
		}
		return secret;
	}
	const file = path.resolve( path.dirname( source ), value );
	let secret: string;
	try {
		secret = readFileSync( file, 'utf8' ).trim();
	} catch ( error ) {
		throw new ConfigError( source, [ `${ name }: cannot be read (${ file })` ], { cause: error } );
	}
	if ( secret === '' ) {
		throw new ConfigError( source, [ `${ name }: is empty (${ file })` ] );
	}
	return secret;
}

function readToken( { homeserver }: CheckedFile, place: Place ): string {
	const token = readSecret( 'homeserver', homeserver, [ 'asToken', 'asTokenFile', 'asTokenEnv' ], place );
	if ( token === undefined ) {
		throw new ConfigError( place.source, [ 'homeserver.asToken: is missing (or asTokenFile, or asTokenEnv)' ] );
	}
	return token;
}

function readStore( { store }: CheckedFile, place: Place ): StoreConfig {
	const { source } = place;
	const { path: file, postgres: url, passwordFile, passwordEnv } = store;
	if ( ( file === undefined ) === ( url === undefined ) ) {
		throw new ConfigError( source, [ file === undefined ?
			'store.path: is missing (or store.postgres)' :
			'store.postgres: only one of path, postgres may be set' ] );
	}
	if ( url === undefined ) {
		const needless = ( [ 'passwordFile', 'passwordEnv' ] as const ).find( ( key ) => store[ key ] !== undefined );
		if ( needless ) {
			throw new ConfigError( source, [ `store.${ needless }: belongs to store.postgres, which is not set` ] );
		}
		return { kind: 'sqlite', path: path.resolve( path.dirname( source ), file ?? '' ) };
	}
	const { password: inUrl, searchParams } = new URL( url );
	const hasPassword = inUrl !== '' || searchParams.has( 'password' );
	if ( hasPassword && ( passwordFile ?? passwordEnv ) !== undefined ) {
		throw new ConfigError( source, [ `store.${ passwordFile === undefined ? 'passwordEnv' : 'passwordFile' }: the address in store.postgres has a password already` ] );
	}
	return { kind: 'postgres', url, password: readSecret( 'store', { passwordFile, passwordEnv }, [ 'password', 'passwordFile', 'passwordEnv' ], place ) };
}

function readDocument( document: ReturnType<typeof parseDocument>, source: string ): unknown {
	try {
		return document.toJS();
	} catch ( error ) {
		throw new ConfigError( source, [ `not valid YAML: ${ error instanceof Error ? error.message : String( error ) }` ], { cause: error } );
	}
}

function parseFile( yaml: string, source: string ): CheckedFile {
	const document = parseDocument( yaml );
	const [ fault ] = document.errors;
	if ( fault ) {
		throw new ConfigError( source, [ `not valid YAML: ${ fault.message.split( '\n' )[ 0 ] }` ] );
	}
	const result = configSchema.safeParse( readDocument( document, source ) ?? {}, { reportInput: true } );
	if ( !result.success ) {
		throw new ConfigError( source, result.error.issues.flatMap( sentences ) );
	}
	const { receivers } = result.data;
	const twice = receivers.findIndex( ( { userId }, index ) => receivers.findIndex( ( other ) => other.userId === userId ) !== index );
	if ( twice >= 0 ) {
		throw new ConfigError( source, [ `receivers[${ twice }].userId: is there twice` ] );
	}
	const foreign = receivers.findIndex( ( { userId } ) => !userId.endsWith( `:${ result.data.homeserver.serverName }` ) );
	if ( foreign >= 0 ) {
		throw new ConfigError( source, [
			`receivers[${ foreign }].userId: has to end in ":${ result.data.homeserver.serverName }", which is homeserver.serverName`
		] );
	}
	return result.data;
}

/** The team that is private unless the file says otherwise. */
const PRIVATE_BY_NAME = 'harassment';

function readStatusAccount(
	group: string, values: NonNullable<CheckedFile[ 'wikis' ][ string ][ 'status' ]>, place: Place
): StatusAccount {
	const { user, page } = values;
	const password = readSecret( group, values, [ 'password', 'passwordFile', 'passwordEnv' ], place );
	const token = readSecret( group, values, [ 'token', 'tokenFile', 'tokenEnv' ], place );
	const problem = token !== undefined ?
			( user !== undefined || password !== undefined ? 'user: belongs to a bot password; with a token there is none' :
				page === undefined ? 'page: is missing; a token does not tell whose page it is' : undefined ) :
		user === undefined ? 'user: is missing (or token, tokenFile, tokenEnv)' :
			password === undefined ? 'password: is missing (or passwordFile, passwordEnv)' : undefined;
	if ( problem !== undefined ) {
		throw new ConfigError( place.source, [ `${ group }.${ problem }` ] );
	}
	return token !== undefined ?
			{ token, page: page! } :
			{ user: user!, password: password!, page: page ?? `User:${ user!.slice( 0, user!.indexOf( '@' ) ) }/status.json` };
}

function homeserverPart( file: CheckedFile, source: string, environment: Environment ): HomeserverConfig {
	const { homeserver: { url, serverName }, receivers, botName, log } = file;
	return {
		homeserver: { url, serverName, asToken: readToken( file, { source, environment } ) },
		receivers: receivers as [ ReceiverConfig, ...ReceiverConfig[] ],
		botName,
		teamNames: Object.keys( file.teams ),
		log
	};
}

/**
 * Checks a configuration and makes it complete. Paths in it are relative to the file.
 *
 * @param source path of the file
 * @throws ConfigError
 */
export function parseConfig( yaml: string, source: string, environment: Environment = {} ): RelayConfig {
	const file = parseFile( yaml, source );
	const teams: Record<string, TeamConfig> = {};
	for ( const [ team, { supportRoom, private: isPrivate, bots } ] of Object.entries( file.teams ) ) {
		if ( supportRoom === undefined ) {
			throw new ConfigError( source, [ `teams.${ team }.supportRoom: is missing; "create-room --team ${ team }" makes the room` ] );
		}
		const other = Object.keys( teams ).find( ( name ) => teams[ name ]?.supportRoom === supportRoom );
		if ( other !== undefined ) {
			throw new ConfigError( source, [ `teams.${ team }.supportRoom: is the room of the team ${ other } already; each team needs its own` ] );
		}
		// By its name too: whoever forgets the key must not find out by what shows.
		teams[ team ] = { supportRoom, isPrivate: isPrivate ?? team === PRIVATE_BY_NAME, bots };
	}
	if ( Object.keys( teams ).length === 0 ) {
		throw new ConfigError( source, [ 'teams: needs at least one team' ] );
	}
	return deepFreeze( {
		...homeserverPart( file, source, environment ),
		store: readStore( file, { source, environment } ),
		wikis: Object.fromEntries( Object.entries( file.wikis ).map( ( [ wiki, { status, ...facts } ] ) => [
			wiki, { ...facts, status: status && readStatusAccount( `wikis.${ wiki }.status`, status, { source, environment } ) }
		] ) ),
		teams,
		contact: file.contact,
		http: file.http,
		limits: file.limits
	} );
}

/** As `parseConfig`, for the time before the teams have their Support rooms. */
export function parseHomeserverConfig( yaml: string, source: string, environment: Environment = {} ): HomeserverConfig {
	return deepFreeze( homeserverPart( parseFile( yaml, source ), source, environment ) );
}

/** Reads the file at `source`. @throws ConfigError */
export function readConfigFile( source: string ): string {
	try {
		return readFileSync( source, 'utf8' );
	} catch ( error ) {
		throw new ConfigError( source, [ `the configuration file cannot be read (${ source })` ], { cause: error } );
	}
}
