import { isRecord } from './ids.ts';

/** No list of the config page is read any further. */
const MAX_ENTRIES = 20;
/** Longest title, label or address, in UTF-16 code units. */
const MAX_TEXT_LENGTH = 512;

/** What is no object is an empty one. */
export const record = ( value: unknown ): Record<string, unknown> => isRecord( value ) ? value : {};
/** What is no list is an empty one. */
export const list = ( value: unknown ): unknown[] => Array.isArray( value ) ? value.slice( 0, MAX_ENTRIES ) : [];
/** What is no text, or too long for one, is an empty one. */
export const text = ( value: unknown ): string => typeof value === 'string' && value.length <= MAX_TEXT_LENGTH ? value.trim() : '';
