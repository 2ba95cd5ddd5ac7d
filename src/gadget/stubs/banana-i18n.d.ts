/** Parts of `banana-i18n` that are taken one by one, because the whole brings much that is never reached. */
declare module 'banana-i18n/src/parser.js' {
	export default class BananaParser {
		constructor( locale: string );
		parse( message: string, parameters: readonly ( string | number )[] ): string;
	}
}

declare module 'banana-i18n/src/languages/language.js' {
	export default class BananaLanguage {
		constructor( locale: string );
		convertPlural( count: number, forms: readonly string[] ): string;
		gender( gender: string, forms: readonly string[] ): string;
	}
}
