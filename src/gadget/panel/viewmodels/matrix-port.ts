/**
 * The Matrix client, and what talks by it, as the panel sees them: a bundle of its own, loaded only after the newcomer has
 * agreed. Types only, so that none of it is in the panel's bundle.
 */
import type * as matrix from '../../../matrix/index.ts';
import { isRecord } from '../../../protocol/ids.ts';
import type * as conversation from './conversation.ts';
import type * as timeline from './timeline.ts';

export type MatrixModule = Pick<typeof matrix,
	'createBackOff' | 'createMatrixClient' | 'fillEachGap' | 'loginWithToken' | 'sleepUnlessAborted' | 'startSyncLoop'> &
	Pick<typeof conversation, 'openConversation'> & Pick<typeof timeline, 'addEarlier' | 'addToTimeline'>;

export type LoadMatrix = () => Promise<MatrixModule>;

/** The code of a `MatrixFailure`, told by its shape because its class is in the other bundle; `undefined` for bugs. */
export function failureCode( error: unknown ): matrix.FailureCode | undefined {
	return isRecord( error ) && error.name === 'MatrixFailure' ? error.code as matrix.FailureCode : undefined;
}
