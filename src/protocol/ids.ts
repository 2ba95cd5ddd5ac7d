/** Branded Matrix identifiers (Matrix specification, Appendices, "Identifier Grammar"). */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [ brand ]: Name };

export type RoomId = Branded<'RoomId'>;
export type UserId = Branded<'UserId'>;
export type EventId = Branded<'EventId'>;

/** True for `!opaque:server` and for `!opaque`, the form of room version 12. */
export function isRoomId( value: unknown ): value is RoomId {
	return typeof value === 'string' && value.length <= 255 && /^![^\s:]+(:\S+)?$/.test( value );
}

/** True for `@localpart:server`. */
export function isUserId( value: unknown ): value is UserId {
	return typeof value === 'string' && value.length <= 255 && /^@[^\s:]+:\S+$/.test( value );
}

/** True for `$opaque`. */
export function isEventId( value: unknown ): value is EventId {
	return typeof value === 'string' && value.length <= 255 && /^\$\S+$/.test( value );
}

/** True for a plain object: what every guard of this room starts with. */
export function isRecord( value: unknown ): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray( value );
}
