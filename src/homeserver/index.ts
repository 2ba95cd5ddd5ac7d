export type { DatabaseSettings, HomeserverSecrets, HomeserverSettings, LoginSettings, WikiSettings } from './settings.ts';
export { NEWCOMER_LOCALPART_PREFIX } from './settings.ts';
export { homeserverFiles, renderHomeserver } from './render.ts';
export { writePrivate } from './private-file.ts';
export type { KeptSecrets } from './secrets.ts';
export { writeHomeserver } from './write.ts';
