import type { Availability } from '../../../protocol/availability.ts';
import type { QuestionContext } from '../../../protocol/question.ts';
import { messageProblem, writeQuestionContext } from '../../../protocol/question.ts';
import type { RememberedState } from './browser-memory.ts';
import type { MutableObservable } from './observable.ts';
import type { OutboxItem } from './outbox.ts';

export type QuestionProblem = 'empty' | 'too-long' | 'not-agreed';

/** What the question is made of, before it is sent. */
export type AskingState = {
	readonly draft: string;
	readonly context: QuestionContext | undefined;
	/** What was selected in the editor when the newcomer turned to the panel; empty for none. */
	readonly selection: string;
	/** Id of the topic that was chosen; empty for none. */
	readonly topic: string;
	readonly hasAgreed: boolean;
	/** When they have agreed before, in ms since 1970. */
	readonly agreedAtMs: number | undefined;
	readonly questionProblem: QuestionProblem | undefined;
	/** Titles of pages that may answer what is being written; `undefined` for none. */
	readonly suggestions: readonly string[] | undefined;
	/** What the wiki knows of helpers; `undefined` for nothing. */
	readonly availability: Availability | undefined;
};

export const FIRST_ASKING: AskingState = {
	draft: '', context: undefined, selection: '', topic: '', hasAgreed: false, agreedAtMs: undefined, questionProblem: undefined,
	suggestions: undefined, availability: undefined
};

/** What a newcomer can do before they ask. */
export interface AskingActions {
	setDraft( text: string ): void;
	setAgreed( hasAgreed: boolean ): void;
	removeContext(): void;
	/** Where they are now, and what is selected there, shall go with the question after all. */
	addContext(): void;
	removeSelection(): void;
	setTopic( id: string ): void;
	/** They turn from the page to the panel: they may be somewhere else now, or have selected something. */
	lookAround(): void;
}

export type AskingPorts = {
	readonly state: Pick<MutableObservable<AskingState>, 'value' | 'patch'>;
	/** Called after each change, to keep it for the next page. */
	readonly remember: () => void;
	/** Where the newcomer is now. */
	readonly readContext: () => QuestionContext;
	/** What is selected in the editor now; empty for none. */
	readonly readSelection: () => string;
	/** The name of a topic, in the helpers' language; empty for one that is not known. */
	readonly topicName: ( id: string ) => string;
	/** Where the newcomer is goes with the question only when they say so. */
	readonly isDiscreet: boolean;
	/** Called when another question is being written than before. */
	readonly onDraft: ( text: string ) => void;
	/** Called when they have agreed and asked. */
	readonly onAgreed: () => void;
};

/** A question as it goes into the outbox. */
export type Question = Pick<OutboxItem, 'kind' | 'text' | 'extra' | 'page'>;

export interface Asking {
	readonly actions: AskingActions;
	/** The newcomer has agreed and asked, and the question is not in the outbox yet. While this holds, `context` stays what it was. */
	readonly isAsking: boolean;
	/** Checks whether they agree. @returns whether the homeserver can be asked */
	agree(): boolean;
	/** Checks the question, and takes down where the newcomer is now. @returns whether it can be sent */
	ask(): boolean;
	/** The question is there to be asked again. */
	cancel(): void;
	/** Takes the question that was asked out of the form; `undefined` when none was. */
	take(): Question | undefined;
	/** The newcomer may be somewhere else now. */
	refreshContext(): void;
	/** Goes on with what is remembered. */
	restore( remembered: RememberedState ): void;
	/** Nothing that was written is left. */
	forget(): void;
	/** What has to survive a reload. */
	toRemember(): Pick<RememberedState, 'draft' | 'isAsking' | 'context' | 'isContextRemoved' | 'isContextAdded' | 'selection' | 'topic'>;
}

export function createAsking( ports: AskingPorts ): Asking {
	const { state, remember, isDiscreet } = ports;
	let isAsking = false;
	let hasContext = !isDiscreet;
	/** What they do not want to quote. */
	let removedSelection = '';

	function patch( change: Partial<AskingState> ): void {
		state.patch( change );
		remember();
	}

	/** Where the newcomer is now, unless they do not want to say. */
	function refreshContext(): void {
		patch( { context: hasContext ? ports.readContext() : undefined } );
	}

	/** What is selected now; as long as that is nothing, what was selected before. */
	function refreshSelection(): void {
		const selection = isDiscreet && !hasContext ? '' : ports.readSelection();
		if ( selection !== '' && selection !== removedSelection ) {
			patch( { selection } );
		}
	}

	/** All that goes with the question; without the page, what is left. */
	function extra(): OutboxItem[ 'extra' ] {
		const { context, selection, topic } = state.value;
		const topicName = ports.topicName( topic );
		if ( !context && selection === '' && topicName === '' ) {
			return {};
		}
		const place = context ?? Object.assign( ports.readContext(), { page: '', pageId: 0, section: '', revision: 0 } );
		return writeQuestionContext( Object.assign( {}, place, selection !== '' && { selection }, topicName !== '' && { topic: topicName } ) );
	}

	function clear(): void {
		hasContext = !isDiscreet;
		removedSelection = '';
		state.patch( { draft: '', selection: '', topic: '', suggestions: undefined } );
	}

	function agree( problem?: QuestionProblem ): boolean {
		const { hasAgreed, agreedAtMs } = state.value;
		const questionProblem = problem ?? ( hasAgreed || agreedAtMs !== undefined ? undefined : 'not-agreed' );
		patch( { questionProblem } );
		if ( questionProblem ) {
			return false;
		}
		ports.onAgreed();
		return true;
	}

	return {
		get isAsking() {
			return isAsking;
		},
		agree: () => agree(),
		ask() {
			if ( !agree( messageProblem( state.value.draft ) ) ) {
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
			const { draft } = state.value;
			if ( !isAsking || draft === '' ) {
				return undefined;
			}
			const question = { kind: 'message', text: draft, extra: extra(), page: state.value.context?.page } as const;
			isAsking = false;
			clear();
			return question;
		},
		refreshContext() {
			refreshContext();
			refreshSelection();
		},
		restore( remembered ) {
			( { isAsking } = remembered );
			hasContext = isDiscreet ? remembered.isContextAdded === true : !remembered.isContextRemoved;
			const { context, selection = '', topic = '' } = remembered;
			state.patch( { context, selection, topic } );
		},
		forget() {
			isAsking = false;
			clear();
			state.patch( { hasAgreed: false } );
		},
		toRemember() {
			const { draft, context, selection, topic } = state.value;
			const hasDraft = draft !== '';
			return {
				draft, isAsking, ...( isAsking && context && { context } ),
				isContextRemoved: !isDiscreet && !hasContext && hasDraft,
				...( isDiscreet && hasContext && hasDraft && { isContextAdded: true } ),
				...( hasDraft && selection !== '' && { selection } ),
				...( hasDraft && topic !== '' && { topic } )
			};
		},
		actions: {
			setDraft( draft ) {
				if ( draft !== state.value.draft ) {
					patch( { draft, questionProblem: undefined } );
					ports.onDraft( draft );
				}
			},
			setAgreed( hasAgreed ) {
				patch( { hasAgreed, questionProblem: undefined } );
			},
			removeContext() {
				hasContext = false;
				patch( { context: undefined } );
			},
			addContext() {
				hasContext = true;
				refreshContext();
				refreshSelection();
			},
			removeSelection() {
				removedSelection = state.value.selection;
				patch( { selection: '' } );
			},
			setTopic( topic ) {
				patch( { topic } );
			},
			lookAround() {
				if ( !isAsking ) {
					refreshContext();
					refreshSelection();
				}
			}
		}
	};
}
