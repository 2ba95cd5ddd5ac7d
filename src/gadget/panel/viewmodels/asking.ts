import type { QuestionContext } from '../../../protocol/question.ts';
import { messageProblem, writeQuestionContext } from '../../../protocol/question.ts';
import type { RememberedState } from './browser-memory.ts';
import type { MutableObservable } from './observable.ts';

export type QuestionProblem = 'empty' | 'too-long' | 'not-agreed';

/** What the question is made of, before it is sent. */
export type AskingState = {
	readonly draft: string;
	readonly context: QuestionContext | undefined;
	readonly hasAgreed: boolean;
	readonly questionProblem: QuestionProblem | undefined;
};

export const FIRST_ASKING: AskingState = { draft: '', context: undefined, hasAgreed: false, questionProblem: undefined };

/** What a newcomer can do before they ask. */
export interface AskingActions {
	setDraft( text: string ): void;
	setAgreed( hasAgreed: boolean ): void;
	removeContext(): void;
}

export type AskingPorts = {
	readonly state: Pick<MutableObservable<AskingState>, 'value' | 'patch'>;
	readonly remembered: RememberedState;
	/** Called after each change, to keep it for the next page. */
	readonly remember: () => void;
	/** Where the newcomer is now. */
	readonly readContext: () => QuestionContext;
};

/** A question as it goes into the outbox. */
export type Question = { readonly text: string; readonly extra: Readonly<Record<string, unknown>> | undefined };

export interface Asking {
	readonly actions: AskingActions;
	/** The newcomer has agreed and asked, and the question is not in the outbox yet. While this holds, `context` stays what it was. */
	readonly isAsking: boolean;
	/** Checks the question, and takes down where the newcomer is now. @returns whether it can be sent */
	ask(): boolean;
	/** The question is there to be asked again. */
	cancel(): void;
	/** Takes the question that was asked out of the form; `undefined` when none was. */
	take(): Question | undefined;
	/** The newcomer may be somewhere else now. */
	refreshContext(): void;
	/** What has to survive a reload. */
	toRemember(): Pick<RememberedState, 'draft' | 'isAsking' | 'context' | 'isContextRemoved'>;
}

export function createAsking( { state, remembered, remember, readContext }: AskingPorts ): Asking {
	let isAsking = remembered.isAsking;
	let isContextRemoved = remembered.isContextRemoved;

	function patch( change: Partial<AskingState> ): void {
		state.patch( change );
		remember();
	}

	/** Where the newcomer is now, unless they do not want to say. */
	function refreshContext(): void {
		patch( { context: isContextRemoved ? undefined : readContext() } );
	}

	return {
		get isAsking() {
			return isAsking;
		},
		ask() {
			const { draft, hasAgreed } = state.value;
			const questionProblem = messageProblem( draft ) ?? ( hasAgreed ? undefined : 'not-agreed' );
			patch( { questionProblem } );
			if ( questionProblem ) {
				return false;
			}
			isAsking = true;
			// The cursor may have moved, or an editor opened, since the panel did.
			refreshContext();
			return true;
		},
		cancel() {
			isAsking = false;
		},
		take() {
			const { draft, context } = state.value;
			if ( !isAsking || draft === '' ) {
				return undefined;
			}
			isAsking = false;
			isContextRemoved = false;
			state.patch( { draft: '' } );
			return { text: draft, extra: context && writeQuestionContext( context ) };
		},
		refreshContext,
		toRemember() {
			const { draft, context } = state.value;
			return { draft, isAsking, ...( isAsking && context && { context } ), isContextRemoved: isContextRemoved && draft !== '' };
		},
		actions: {
			setDraft( draft ) {
				patch( { draft, questionProblem: undefined } );
			},
			setAgreed( hasAgreed ) {
				patch( { hasAgreed, questionProblem: undefined } );
			},
			removeContext() {
				isContextRemoved = true;
				patch( { context: undefined } );
			}
		}
	};
}
