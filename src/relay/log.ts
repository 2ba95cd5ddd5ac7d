import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import { MatrixFailure } from '../matrix/index.ts';

/** Structured log, one JSON object a line. `event` is the correlation id: the event that set off what the line tells. */
export type Log = Logger;

/** Tells of an error what is safe to keep: codes and messages of our own, never what a request carried. */
function describeError( error: unknown ): Record<string, unknown> {
	if ( error instanceof MatrixFailure ) {
		return { code: error.code, errcode: error.errcode, message: error.message };
	}
	return error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : { message: String( error ) };
}

/** Makes the log; to standard output unless `destination` is given. */
export function createLog( level: string, destination?: DestinationStream ): Log {
	return pino( {
		level,
		base: null,
		timestamp: pino.stdTimeFunctions.isoTime,
		serializers: { error: describeError }
	}, ...( destination ? [ destination ] : [] ) );
}
