import { z } from 'zod';
import { isRoomId, isUserId } from '../../protocol/ids.ts';
import type { RoomId, UserId } from '../../protocol/ids.ts';
import { DEFAULT_MEDIA_LIMITS } from '../../protocol/media.ts';

const userId = z.custom<UserId>( isUserId, 'has to be a full Matrix id such as "@ask-for-help:example.org"' );
const roomId = z.custom<RoomId>( isRoomId, 'has to be a room id such as "!abc:example.org" (not an alias)' );
const text = z.string().min( 1, 'must not be empty' );

const baseUrl = text.refine( ( value ) => /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*[^\s?#/])?$/.test( value ),
	'has to be an http: or https: address without a slash at its end' );

const webUrl = text.refine( ( value ) => URL.canParse( value ) && /^https?:\/\//.test( value ), 'has to be an http: or https: address' );

const postgresUrl = text.refine( ( value ) => /^postgres(ql)?:\/\//.test( value ) && URL.canParse( value ),
	'has to be an address such as "postgresql://relay@db.example.org:5432/relay"' );

const count = ( least: number, most: number ) => z.int( `has to be a whole number from ${ least } to ${ most }` )
	.min( least, `has to be at least ${ least }` ).max( most, `has to be at most ${ most }` );

const name = z.string().regex( /^[a-z0-9_-]{1,64}$/, 'has to consist of a-z, 0-9, _ and -' );

const wiki = z.strictObject( {
	name: text,
	apiUrl: webUrl,
	articleUrl: webUrl.refine( ( value ) => value.includes( '$1' ), 'has to contain $1, where the title goes' ),
	central: z.boolean( 'has to be true or false' ).default( false ),
	language: z.string().regex( /^[a-z][a-z0-9-]{1,34}$/, 'has to be a MediaWiki language code such as "en"' ).default( 'en' ),
	status: z.strictObject( {
		user: z.string().regex( /^[^@]+@[^@]+$/, 'has to be the name of a bot password, such as "Ask for Help@relay"' ).optional(),
		password: text.optional(),
		passwordFile: text.optional(),
		passwordEnv: text.optional(),
		token: text.optional(),
		tokenFile: text.optional(),
		tokenEnv: text.optional(),
		page: text.optional()
	} ).optional()
} );

const mediaType = z.string().regex( /^[a-z]+\/(\*|[a-z0-9.+-]+)$/, 'has to be a MIME type such as "image/png" or "image/*"' );

const limits = z.strictObject( {
	wikiLookupMs: count( 0, 10_000 ).default( 1500 ),
	lanesAtOnce: count( 1, 1000 ).default( 32 ),
	syncEvents: count( 1, 1000 ).default( 50 ),
	messagesPerMinute: count( 1, 100_000 ).default( 30 ),
	conversationsPerNewcomer: count( 1, 100_000 ).default( 10 ),
	roomsPerMinute: count( 1, 100_000 ).default( 5 ),
	offSwitchMs: count( 100, 3_600_000 ).default( 60_000 ),
	statusEveryMs: count( 100, 3_600_000 ).default( 180_000 ),
	statusValidMs: count( 1000, 86_400_000 ).default( 7_200_000 ),
	stopMs: count( 100, 60_000 ).default( 5000 ),
	keepSetAsideDays: count( 1, 3650 ).default( 90 ),
	mediaBytes: count( 0, 1_000_000_000 ).default( DEFAULT_MEDIA_LIMITS.maxBytes ),
	mediaTypes: z.array( mediaType ).default( [ ...DEFAULT_MEDIA_LIMITS.types ] )
} );

/** What the relay's configuration file holds; `example.yaml` beside this file explains every key. */
export const configSchema = z.strictObject( {
	homeserver: z.strictObject( {
		url: baseUrl,
		serverName: text,
		asToken: text.optional(),
		asTokenFile: text.optional(),
		asTokenEnv: text.optional()
	} ),
	receivers: z.array( z.strictObject( {
		userId,
		deviceId: z.string().regex( /^[A-Za-z0-9_-]{1,64}$/, 'has to consist of letters, digits, _ and -' ).default( 'RELAY' )
	} ) ).min( 1, 'needs at least one account: the bot' ),
	botName: text.default( 'Ask for Help' ),
	store: z.strictObject( {
		path: text.optional(),
		postgres: postgresUrl.optional(),
		passwordFile: text.optional(),
		passwordEnv: text.optional()
	} ),
	wikis: z.record( name, wiki ).refine( ( wikis ) => Object.keys( wikis ).length > 0, 'needs at least one wiki' ),
	teams: z.record( name, z.strictObject( {
		supportRoom: roomId.optional(),
		private: z.boolean( 'has to be true or false' ).optional(),
		bots: z.array( userId ).default( [] )
	} ) ),
	contact: text.optional(),
	http: z.strictObject( {
		host: text.default( '127.0.0.1' ),
		port: count( 0, 65_535 )
	} ).optional(),
	limits: limits.prefault( {} ),
	log: z.strictObject( {
		level: z.enum( [ 'trace', 'debug', 'info', 'warn', 'error', 'silent' ] ).default( 'info' )
	} ).prefault( {} )
} );

/** The file as one writes it: keys with a default may be left out. */
export type RelayConfigFile = z.input<typeof configSchema>;
