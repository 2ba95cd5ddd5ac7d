import type { Logger } from 'matrix-js-sdk/lib/logger.js';
import { logger } from 'matrix-js-sdk/lib/logger.js';

const silence = (): void => {};

/** matrix-js-sdk logs to the console, which is the screen here. */
export const quietLogger: Logger = {
	trace: silence, debug: silence, info: silence, warn: silence, error: silence, getChild: () => quietLogger
};

/** Some parts of matrix-js-sdk use one logger for all clients, whatever they are given; it is one of the library loglevel. */
export function silenceSharedLogger(): void {
	Object.assign( logger, { methodFactory: () => silence } );
	( logger as unknown as { rebuild(): void } ).rebuild();
}
