import path from 'node:path';
import { homeserverFiles, renderHomeserverYaml } from './homeserver-yaml.ts';
import { renderLogConfig } from './log-config.ts';
import { renderRegistration } from './registration.ts';
import type { HomeserverSecrets, HomeserverSettings } from './settings.ts';
import { renderLoginErrorTemplate } from './templates.ts';

export { homeserverFiles } from './homeserver-yaml.ts';

/** The Synapse module that `homeserver.yaml` names; Synapse finds it when `PYTHONPATH` holds its folder. */
export const rulesFile = path.join( import.meta.dirname, 'rules/ask_for_help_rules.py' );

/** Renders all files of a homeserver: path relative to the data folder -> content. Those with secrets must be readable by it alone. */
export function renderHomeserver( settings: HomeserverSettings, secrets: HomeserverSecrets ): Record<string, string> {
	return {
		[ homeserverFiles.config ]: renderHomeserverYaml( settings, secrets ),
		[ homeserverFiles.registration ]: renderRegistration( settings, secrets ),
		[ homeserverFiles.logging ]: renderLogConfig( settings ),
		[ `${ homeserverFiles.templates }/sso_error.html` ]: renderLoginErrorTemplate( settings )
	};
}
