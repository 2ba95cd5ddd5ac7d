import type { EventId, RoomId } from '../../../../src/protocol/ids.ts';
import { writeMirrorMarker } from '../../../../src/protocol/mirror.ts';

/** What marks words as a helper's. */
export const markerOf = ( text: string, name = 'Nita B.', saidAtMs = 5 ): Record<string, unknown> => writeMirrorMarker( {
	source: { roomId: '!support:help.example' as RoomId, eventId: '$source' as EventId }, name, role: 'helper', saidAtMs, text
}, `profile of ${ name }` );
