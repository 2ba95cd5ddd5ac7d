import type { Intake } from '../routing/intake.ts';
import type { All } from './reports.ts';

/** Runs a statement; resolves with how many rows it changed. */
export type Run = ( sql: string, ...values: ( string | number )[] ) => Promise<number>;

const HOUR_MS = 3_600_000;

/** The statements for pauses and for how fast newcomers write; SQL that every database understands. */
export function createIntakeStatements( all: All, run: Run, now: () => number ): Intake {
	return {
		async pauses() {
			const rows = await all<{ scope: string; reason: string; since: number }>( 'SELECT scope, reason, since FROM pause ORDER BY scope' );
			return rows.map( ( { scope, reason, since } ) => ( { scope, reason, sinceMs: Number( since ) } ) );
		},
		async setPause( scope, reason ) {
			await run( `INSERT INTO pause ( scope, reason, since ) VALUES ( ?, ?, ? )
				ON CONFLICT ( scope ) DO UPDATE SET reason = excluded.reason`, scope, reason, now() );
		},
		async removePause( scope ) {
			return await run( 'DELETE FROM pause WHERE scope = ?', scope ) > 0;
		},
		async pace( newcomer ) {
			const [ row ] = await all<{ begun_at: number; said: number }>( 'SELECT begun_at, said FROM pace WHERE newcomer = ?', newcomer );
			return row && { begunAtMs: Number( row.begun_at ), said: Number( row.said ) };
		},
		async setPace( newcomer, { begunAtMs, said } ) {
			if ( said === 1 ) {
				// Minutes that are long over say nothing any more.
				await run( 'DELETE FROM pace WHERE begun_at < ?', begunAtMs - HOUR_MS );
			}
			await run( `INSERT INTO pace ( newcomer, begun_at, said ) VALUES ( ?, ?, ? )
				ON CONFLICT ( newcomer ) DO UPDATE SET begun_at = excluded.begun_at, said = excluded.said`, newcomer, begunAtMs, said );
		}
	};
}
