/** Messages by language code that the build puts into a bundle; see EMBEDDED_MESSAGES in vite.config.ts. */
declare const EMBEDDED_MESSAGES: Readonly<Record<string, readonly string[]>>;

/** The embedded messages in a language, or in the language that its code begins with, or in English. */
export function embeddedMessages( language: string ): readonly string[] {
	// The build replaces each mention of the name by all messages.
	const all = EMBEDDED_MESSAGES;
	return all[ language ] || all[ language.replace( /-.*/, '' ) ] || all.en!;
}
