import { describe, expect, it } from 'vitest';
import type { EventId } from '../../../../src/protocol/ids.ts';
import { addToTimeline, EMPTY_TIMELINE } from '../../../../src/gadget/panel/viewmodels/timeline.ts';
import type { ReadMark } from '../../../../src/gadget/panel/viewmodels/unread.ts';
import { countUnread, firstUnread } from '../../../../src/gadget/panel/viewmodels/unread.ts';
import { answer, bot, event, me } from '../fakes.ts';

const own = ( atMs: number ) => event( { sender: me, content: { msgtype: 'm.text', body: 'And?' }, origin_server_ts: atMs } );
const [ question, a, later, b, last ] = [
	own( 10 ), answer( 'a', { origin_server_ts: 20 } ), own( 30 ), answer( 'b', { origin_server_ts: 40 } ), own( 50 )
];
const { entries } = addToTimeline( EMPTY_TIMELINE, [ question, a, later, b, last ], { me, bot } );
const helper = entries.flatMap( ( entry ) => entry.kind === 'helper' ? entry.speaker : [] )[ 0 ]!;
const unknown = ( atMs: number ): ReadMark => ( { id: '$unknown' as EventId, atMs } );
const at = ( { event_id: id, origin_server_ts: atMs }: typeof a ): ReadMark => ( { id, atMs } );

describe( 'unread answers', () => {
	it.each( [
		[ 'nothing was read', undefined, [], 2, a ],
		[ 'the question was', at( question ), [], 2, a ],
		[ 'one answer was', at( a ), [], 1, b ],
		[ 'what came between was', at( later ), [], 1, b ],
		[ 'the last answer was', at( b ), [], 0, undefined ],
		[ 'what was read is older than all that is loaded', unknown( 5 ), [], 2, a ],
		[ 'what was read is not there any more', unknown( 25 ), [], 1, b ],
		[ 'the helper is muted', undefined, [ helper ], 0, undefined ]
	] )( 'are counted, and the first is found, where %s', ( _what, mark, muted, count, first ) => {
		expect( countUnread( entries, mark, muted ) ).toBe( count );
		expect( firstUnread( entries, mark, muted )?.id ).toBe( first?.event_id );
	} );
} );
