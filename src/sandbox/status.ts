import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RoomId, UserId } from '../protocol/ids.ts';
import type { Ports } from './ports.ts';
import type { AddedExtension } from './wiki/extensions.ts';
import type { WikiAccount } from './wiki/seed.ts';

/** "harassment" is private: nothing of it shows in what is told of the other. */
export type SandboxTeam = 'general' | 'harassment';

export type MatrixAccount = {
	readonly role: 'helper' | 'moderator';
	/** Localpart: what one types as user name. */
	readonly name: string;
	readonly userId: UserId;
	readonly displayName: string;
	readonly password: string;
	/** In whose Support rooms they are. */
	readonly teams: readonly SandboxTeam[];
};

/** Everything that another program needs to attach to a running sandbox; all accounts exist on this machine only. */
export type SandboxStatus = {
	/** Of the process that runs the sandbox: SIGTERM ends it all. */
	readonly pid: number;
	readonly dataDir: string;
	readonly ports: Ports;
	readonly wiki: {
		readonly id: string;
		readonly url: string;
		readonly apiUrl: string;
		readonly accounts: readonly WikiAccount[];
		/** What this start added to the wiki, the real Extension:OAuth aside. */
		readonly extensions: readonly AddedExtension[];
		/** Who answers at the addresses of OAuth. */
		readonly oauth: 'stand-in' | 'extension';
		readonly logFile: string;
	};
	readonly homeserver: {
		readonly url: string;
		readonly serverName: string;
		readonly bot: UserId;
		readonly identityProvider: string;
		readonly accounts: readonly MatrixAccount[];
		readonly configFile: string;
		readonly logFile: string;
		readonly pid: number;
	};
	readonly relay: { readonly configFile: string; readonly logFile: string; readonly pid: number };
	/** Support rooms by team. */
	readonly supportRooms: Readonly<Record<SandboxTeam, RoomId>>;
};

/** Where the status of the sandbox in `dataDir` is while it runs. */
export function statusFileOf( dataDir: string ): string {
	return path.join( dataDir, 'status.json' );
}

/** Writes the status whole, so that a reader never sees half of it; returns what removes it again. */
export function writeStatus( status: SandboxStatus ): () => void {
	const file = statusFileOf( status.dataDir );
	mkdirSync( path.dirname( file ), { recursive: true } );
	writeFileSync( `${ file }.partial`, `${ JSON.stringify( status, undefined, '\t' ) }\n`, { mode: 0o600 } );
	renameSync( `${ file }.partial`, file );
	return () => rmSync( file, { force: true } );
}
