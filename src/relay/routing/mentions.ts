import type { UserId } from '../../protocol/ids.ts';
import type { Member } from './model.ts';
import { shownName } from './words.ts';

const fold = ( text: string ): string => text.normalize( 'NFC' ).toLowerCase();

/**
 * The members of a Support room whom a newcomer's text names, as `@Display Name`. Of names that begin alike the longest
 * counts; a name that two members have names neither.
 */
export function mentionedMembers( text: string, members: readonly Member[] ): UserId[] {
	const folded = fold( shownName( text ) );
	const byName = Map.groupBy( members, ( { userId, displayName } ) => (
		fold( shownName( displayName ?? '' ) || userId.slice( 1, userId.indexOf( ':' ) ) )
	) );
	const longestFirst = [ ...byName ].sort( ( [ a ], [ b ] ) => b.length - a.length );
	const found = new Set<UserId>();
	for ( const { index } of folded.matchAll( /@/g ) ) {
		const rest = folded.slice( index + 1 );
		const [ , named ] = longestFirst.find( ( [ name ] ) => (
			rest.startsWith( name ) && !/^[\p{L}\p{N}]/u.test( rest.slice( name.length ) )
		) ) ?? [];
		const [ only, ...others ] = named ?? [];
		if ( only && others.length === 0 ) {
			found.add( only.userId );
		}
	}
	return [ ...found ];
}
