import { stringify } from 'yaml';
import type { HomeserverSettings } from './settings.ts';

/**
 * Renders Synapse's logging: to standard error, where the supervisor collects it.
 * Requests are not logged, because the addresses of a login carry its codes.
 */
export function renderLogConfig( { logLevel }: Pick<HomeserverSettings, 'logLevel'> ): string {
	return stringify( {
		version: 1,
		disable_existing_loggers: false,
		formatters: { line: { format: '%(asctime)s %(levelname)s %(name)s %(request)s %(message)s' } },
		handlers: { console: { class: 'logging.StreamHandler', formatter: 'line' } },
		loggers: {
			'synapse.storage.SQL': { level: 'WARNING' },
			'synapse.access': { level: 'WARNING' }
		},
		root: { level: logLevel, handlers: [ 'console' ] }
	}, { lineWidth: 0 } );
}
