import BananaParser from 'banana-i18n/src/parser.js';
import { isRecord } from '../../protocol/ids.ts';
import type english from './en.json';

export type MessageKey = Exclude<keyof typeof english, '@metadata'> extends `askforhelp-${ infer Key }` ? Key : never;

/** Formats a message of ours in the reader's language; parameters become `$1`, `$2` …, as plain text. One that is counted is a number. */
export type Messages = ( key: MessageKey, ...parameters: readonly ( string | number )[] ) => string;

/** Messages of one language, as its JSON page holds them. */
export type LanguagePage = { readonly language: string; readonly messages: Readonly<Record<string, string>> };

/** Reads a language's JSON page; entries that are no text, or an empty one, are left out. */
export function readLanguagePage( language: string, raw: unknown ): LanguagePage {
	const entries = Object.entries( isRecord( raw ) ? raw : {} ).filter( ( entry ): entry is [ string, string ] => typeof entry[ 1 ] === 'string' && entry[ 1 ].trim() !== '' );
	return { language, messages: Object.fromEntries( entries ) };
}

/**
 * Makes a formatter. Each message is formatted by the rules of the language it is written in, so that English in place
 * of a missing translation counts as English does.
 *
 * @param pages the reader's language first, then what it falls back to
 * @param gender how the reader wants to be spoken of, for `{{GENDER:|…}}`: `male`, `female`, or anything else
 */
export function createMessages( pages: readonly LanguagePage[], gender = '' ): Messages {
	const all = pages.map( ( { language, messages } ) => ( { messages, parser: new BananaParser( language ) } ) );
	return ( key, ...parameters ) => {
		const fullKey = `askforhelp-${ key }`;
		const found = all.find( ( { messages } ) => messages[ fullKey ] !== undefined );
		return found ? found.parser.parse( found.messages[ fullKey ]!.replace( /(\{\{GENDER:)\|/gi, `$1${ gender }|` ), parameters ) : fullKey;
	};
}
