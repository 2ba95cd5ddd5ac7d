import { DatabaseSync } from 'node:sqlite';

/** An authorization code as it is kept until it is used or too old. */
export type CodeRecord = {
	code: string;
	userId: string;
	scopes: string[];
	redirectUri: string;
	codeChallenge: string | null;
	codeChallengeMethod: string | null;
	expiresAtMs: number;
};

/** An access token (by its JWT id) with the refresh token that goes with it. */
export type TokenRecord = {
	accessTokenId: string;
	refreshToken: string | null;
	userId: string;
	scopes: string[];
	/** The code that they descend from. */
	code: string | null;
	accessExpiresAtMs: number;
	refreshExpiresAtMs: number | null;
};

/** Keeps codes and tokens in one SQLite file, so that who was logged in stays so after a restart. */
export interface TokenStore {
	addCode( record: CodeRecord ): void;
	findCode( code: string ): CodeRecord | undefined;
	/** Whether this call was the first to use the code. */
	spendCode( code: string ): boolean;
	putToken( record: TokenRecord ): void;
	findByRefreshToken( refreshToken: string ): TokenRecord | undefined;
	hasAccessToken( accessTokenId: string ): boolean;
	removeToken( accessTokenId: string ): void;
	removeTokensOfCode( code: string ): void;
	close(): void;
}

const schema = `
	CREATE TABLE IF NOT EXISTS codes (
		code TEXT PRIMARY KEY, userId TEXT NOT NULL, scopes TEXT NOT NULL, redirectUri TEXT NOT NULL,
		codeChallenge TEXT, codeChallengeMethod TEXT, expiresAtMs INTEGER NOT NULL, spent INTEGER NOT NULL DEFAULT 0
	) STRICT;
	CREATE TABLE IF NOT EXISTS tokens (
		accessTokenId TEXT PRIMARY KEY, refreshToken TEXT UNIQUE, userId TEXT NOT NULL, scopes TEXT NOT NULL,
		code TEXT, accessExpiresAtMs INTEGER NOT NULL, refreshExpiresAtMs INTEGER
	) STRICT;
`;

type Row<T extends { scopes: string[] }> = Omit<T, 'scopes'> & { scopes: string };

/** Opens the store at `file`, which is made when it is not there, and forgets what is too old to be of use. */
export function openTokenStore( file: string, clock: { now(): number } ): TokenStore {
	const database = new DatabaseSync( file );
	database.exec( 'PRAGMA journal_mode = WAL' );
	database.exec( schema );
	const now = clock.now();
	database.prepare( 'DELETE FROM codes WHERE expiresAtMs < ?' ).run( now );
	database.prepare( 'DELETE FROM tokens WHERE accessExpiresAtMs < ? AND coalesce( refreshExpiresAtMs, 0 ) < ?' ).run( now, now );

	const statements = {
		addCode: database.prepare( `INSERT INTO codes ( code, userId, scopes, redirectUri, codeChallenge, codeChallengeMethod, expiresAtMs )
			VALUES ( ?, ?, ?, ?, ?, ?, ? )` ),
		findCode: database.prepare( 'SELECT * FROM codes WHERE code = ?' ),
		spendCode: database.prepare( 'UPDATE codes SET spent = 1 WHERE code = ? AND spent = 0' ),
		putToken: database.prepare( 'INSERT OR REPLACE INTO tokens VALUES ( ?, ?, ?, ?, ?, ?, ? )' ),
		findByRefreshToken: database.prepare( 'SELECT * FROM tokens WHERE refreshToken = ?' ),
		findAccessToken: database.prepare( 'SELECT 1 FROM tokens WHERE accessTokenId = ?' ),
		removeToken: database.prepare( 'DELETE FROM tokens WHERE accessTokenId = ?' ),
		removeTokensOfCode: database.prepare( 'DELETE FROM tokens WHERE code = ?' )
	};
	const record = <T extends { scopes: string[] }>( row: unknown ): T | undefined =>
		row ? { ...row as Row<T>, scopes: JSON.parse( ( row as Row<T> ).scopes ) as string[] } as unknown as T : undefined;

	return {
		addCode( { code, userId, scopes, redirectUri, codeChallenge, codeChallengeMethod, expiresAtMs } ) {
			statements.addCode.run( code, userId, JSON.stringify( scopes ), redirectUri, codeChallenge, codeChallengeMethod, expiresAtMs );
		},
		findCode: ( code ) => record<CodeRecord>( statements.findCode.get( code ) ),
		spendCode: ( code ) => statements.spendCode.run( code ).changes === 1,
		putToken( { accessTokenId, refreshToken, userId, scopes, code, accessExpiresAtMs, refreshExpiresAtMs } ) {
			statements.putToken.run(
				accessTokenId, refreshToken, userId, JSON.stringify( scopes ), code, accessExpiresAtMs, refreshExpiresAtMs
			);
		},
		findByRefreshToken: ( refreshToken ) => record<TokenRecord>( statements.findByRefreshToken.get( refreshToken ) ),
		hasAccessToken: ( accessTokenId ) => statements.findAccessToken.get( accessTokenId ) !== undefined,
		removeToken: ( accessTokenId ) => void statements.removeToken.run( accessTokenId ),
		removeTokensOfCode: ( code ) => void statements.removeTokensOfCode.run( code ),
		close: () => database.close()
	};
}
