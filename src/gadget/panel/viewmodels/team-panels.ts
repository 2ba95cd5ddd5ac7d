import { createObservable } from './observable.ts';
import type { PanelState } from './panel-state.ts';
import type { PanelViewModel, TeamPanel } from './panel.ts';

type Action = ( ...parameters: readonly unknown[] ) => void;

/**
 * Puts the panels of several teams behind one: what is done is done to the one that is shown, and its state is drawn.
 * Each is made when it is first shown; one that is not shown is closed, and listens on.
 *
 * @param first the team that is shown first
 * @param onShown called with each team that is shown after it
 */
export function createTeamPanels( make: ( team: string ) => TeamPanel, first: string, onShown: ( team: string ) => void ): PanelViewModel {
	let current = make( first );
	const panels: Record<string, TeamPanel> = { [ first ]: current };
	const state = createObservable<PanelState>( current.state.value );

	function draw( panel: TeamPanel ): void {
		panel.state.subscribe( ( next ) => {
			if ( panel === current ) {
				state.patch( next );
			}
		} );
	}
	draw( current );

	function showTeam( team: string ): void {
		if ( state.value.team === team ) {
			return;
		}
		const { place } = state.value;
		current.close();
		if ( !panels[ team ] ) {
			draw( panels[ team ] = make( team ) );
		}
		current = panels[ team ]!;
		onShown( team );
		current.moveTo( place );
		current.open();
		state.patch( current.state.value );
	}

	const actions: Record<string, Action> = {};
	Object.keys( current ).filter( ( name ) => name !== 'state' ).forEach( ( name ) => {
		actions[ name ] = ( ...parameters ) => ( current as unknown as Record<string, Action> )[ name ]!( ...parameters );
	} );
	return Object.assign( {}, actions as unknown as TeamPanel, {
		state, showTeam,
		/** The newcomer logs out of the wiki: nothing of any team is left. */
		logOut: () => Object.keys( panels ).forEach( ( team ) => panels[ team ]!.logOut() )
	} );
}
