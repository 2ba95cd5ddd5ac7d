/** English messages that the build puts into a bundle; see EMBEDDED_MESSAGES in vite.config.ts. */
declare const EMBEDDED_MESSAGES: readonly string[];

/** The embedded messages, in English: what a bundle says before it knows any other language. */
export function embeddedEnglish(): readonly string[] {
	return EMBEDDED_MESSAGES;
}
