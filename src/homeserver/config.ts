import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { HomeserverSettings } from './settings.ts';
import type { GivenSecrets } from './write.ts';

const text = z.string().min( 1, 'must not be empty' );
const baseUrl = text.refine( ( value ) => /^https?:\/\/[^\s/?#@"']+(\/[^\s?#"']*[^\s?#/"'])?$/.test( value ),
	'has to be an http: or https: address without a slash at its end' );
const localpart = z.string().regex( /^[a-z0-9._=/+-]{1,200}$/, 'has to consist of a-z, 0-9 and ._=/+-' );
const port = z.int().min( 1 ).max( 65_535 );
const size = z.string().regex( /^\d+[KMG]?$/, 'has to be a size such as 10M' );
const duration = z.string().regex( /^\d+[smhdwy]$/, 'has to be a duration such as 7d' );
const absolutePath = text.refine( ( value ) => path.isAbsolute( value ), 'has to be an absolute path' );
const wiki = z.strictObject( { name: text, scriptUrl: baseUrl } );

/** What the operator's file holds; `example.yaml` beside this file explains every key. */
const schema = z.strictObject( {
	serverName: z.string().regex( /^[a-z0-9.-]+(:\d+)?$/, 'has to be a name such as help.example.org' ),
	publicUrl: baseUrl,
	listen: z.strictObject( {
		address: text.default( '127.0.0.1' ), port: port.default( 8008 ), behindProxy: z.boolean().default( true )
	} ).prefault( {} ),
	dataDir: absolutePath.optional(),
	database: z.discriminatedUnion( 'kind', [
		z.strictObject( { kind: z.literal( 'sqlite' ), file: absolutePath } ),
		z.strictObject( { kind: z.literal( 'postgresql' ), host: text, port: port.default( 5432 ), user: text, database: text } )
	] ).optional(),
	databasePasswordFile: text.optional(),
	databasePasswordEnv: text.optional(),
	login: wiki.extend( {
		browserScriptUrl: baseUrl.optional(),
		providerId: z.string().regex( /^[A-Za-z0-9._~-]+$/, 'has to consist of letters, digits and ._~-' ).default( 'mediawiki' ),
		clientId: text,
		clientSecretFile: text.optional(),
		clientSecretEnv: text.optional(),
		refuseBlocked: z.boolean().default( true )
	} ),
	wikis: z.array( wiki ).min( 1, 'needs at least one wiki' ),
	bots: z.array( localpart ).min( 1, 'needs at least one account' ).default( [ 'ask-for-help' ] ),
	federation: z.boolean().default( false ),
	redactionRetention: duration.default( '7d' ),
	maxUploadSize: size.default( '10M' ),
	logLevel: z.enum( [ 'DEBUG', 'INFO', 'WARNING', 'ERROR' ] ).default( 'WARNING' )
} );

/** What is wrong with a settings file; the message has a line for each key. */
export class SettingsError extends Error {
	override readonly name = 'SettingsError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads and checks an operator's file; throws a {@link SettingsError} that names each wrong key. */
export function readSettings(
	file: string, outDir: string, environment: Environment
): { settings: HomeserverSettings; secrets: GivenSecrets } {
	const result = schema.safeParse( parseYaml( file ) );
	if ( !result.success ) {
		throw new SettingsError( result.error.issues.map( ( issue ) => {
			const keys = issue.code === 'unrecognized_keys' ? issue.keys.map( ( key ) => [ ...issue.path, key ].join( '.' ) ) : [ issue.path.join( '.' ) ];
			return `${ keys.join( ', ' ) }: ${ issue.code === 'unrecognized_keys' ? 'is not known' : issue.message }`;
		} ).join( '\n' ) );
	}
	const { databasePasswordFile, databasePasswordEnv, login, database, dataDir = outDir, ...rest } = result.data;
	const { clientSecretFile, clientSecretEnv, browserScriptUrl, ...loginRest } = login;
	const oauthClientSecret = secretFrom( 'login.clientSecret', clientSecretFile, clientSecretEnv, file, environment );
	if ( oauthClientSecret === undefined ) {
		throw new SettingsError( 'login.clientSecretFile: is missing (or login.clientSecretEnv)' );
	}
	const databasePassword = secretFrom( 'databasePassword', databasePasswordFile, databasePasswordEnv, file, environment );
	return {
		settings: {
			...rest,
			dataDir,
			database: database ?? { kind: 'sqlite', file: path.join( dataDir, 'homeserver.db' ) },
			login: { ...loginRest, ...( browserScriptUrl !== undefined && { browserScriptUrl } ) }
		},
		secrets: { oauthClientSecret, ...( databasePassword !== undefined && { databasePassword } ) }
	};
}

function parseYaml( file: string ): unknown {
	try {
		return parse( readFileSync( file, 'utf8' ) );
	} catch ( error ) {
		throw new SettingsError( `${ file } cannot be read: ${ error instanceof Error ? error.message : String( error ) }`, { cause: error } );
	}
}

function secretFrom(
	key: string, secretFile: string | undefined, variable: string | undefined, configFile: string, environment: Environment
): string | undefined {
	if ( secretFile !== undefined && variable !== undefined ) {
		throw new SettingsError( `${ key }Env: is given beside ${ key }File; give one of them` );
	}
	if ( variable !== undefined ) {
		const value = environment[ variable ];
		if ( !value ) {
			throw new SettingsError( `${ key }Env: the environment has no ${ variable }` );
		}
		return value;
	}
	if ( secretFile === undefined ) {
		return undefined;
	}
	try {
		return readFileSync( path.resolve( path.dirname( configFile ), secretFile ), 'utf8' ).trim();
	} catch ( error ) {
		throw new SettingsError( `${ key }File: ${ secretFile } cannot be read`, { cause: error } );
	}
}
