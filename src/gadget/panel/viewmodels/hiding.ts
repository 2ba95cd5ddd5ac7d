/**
 * - `logged-out`: the wiki knows somebody else here by now, or nobody
 * - `unreachable`: it does not answer, or not as it should
 */
export type PreferenceOutcome = 'done' | 'logged-out' | 'unreachable';

/**
 *     hide ──> hiding ──> hidden ──undo──> undoing ──> (as before)
 *                 │          ^                │
 *                 v          │                v
 *             not-hidden, not-hidden-logged-out   not-undone: hidden still
 */
export type Hiding = 'hiding' | 'hidden' | 'not-hidden' | 'not-hidden-logged-out' | 'undoing' | 'not-undone';

/** Whether the newcomer's preference says that there is no button. */
export function isHidden( hiding: Hiding | undefined ): boolean {
	return hiding === 'hidden' || hiding === 'undoing' || hiding === 'not-undone';
}

/**
 * Makes the two steps of "hide this": both change the preference that follows the newcomer's account.
 *
 * @param savePreference switches the button on or off for good
 * @param onChange `undefined` when all is as before
 */
export function createHiding(
	savePreference: ( isOn: boolean ) => Promise<PreferenceOutcome>, onChange: ( hiding: Hiding | undefined ) => void
): { hide(): void; undo(): void } {
	return {
		hide() {
			onChange( 'hiding' );
			void savePreference( false ).then( ( outcome ) => (
				onChange( outcome === 'done' ? 'hidden' : outcome === 'logged-out' ? 'not-hidden-logged-out' : 'not-hidden' )
			) );
		},
		undo() {
			onChange( 'undoing' );
			void savePreference( true ).then( ( outcome ) => onChange( outcome === 'done' ? undefined : 'not-undone' ) );
		}
	};
}
