import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import { createObservable } from './observable.ts';
import type { PanelState } from './panel-state.ts';
import type { PanelViewModel, TeamPanel } from './panel-actions.ts';

/** The team to show first: the one that was shown last, if it is there yet. */
export function firstTeam( shownLast: string, teams: readonly string[] ): string {
	return shownLast !== '' && teams.includes( shownLast ) ? shownLast : DEFAULT_TEAM;
}

type Action = ( ...parameters: readonly unknown[] ) => void;

/** What happens to the page or to the newcomer's session happens to all teams. */
const OF_ALL: readonly string[] = [ 'logOut', 'leave', 'setPageVisible', 'setPaused', 'retryNow', 'checkConnection', 'checkPerson', 'freeze' ];

/**
 * Puts the panels of several teams behind one: what is done is done to the one that is shown, and its state is drawn.
 * Each is made when it is first shown; one that is not shown is closed, and listens on.
 *
 * @param first the team that is shown first
 * @param onShown called with each team that is shown after it
 * @param others teams that have told of answers on the page before, and go on
 */
export function createTeamPanels(
	make: ( team: string ) => TeamPanel, first: string, onShown: ( team: string ) => void, others: readonly string[] = []
): PanelViewModel {
	let current = make( first );
	const panels: Record<string, TeamPanel> = { [ first ]: current };
	const state = createObservable<PanelState>( current.state.value );

	const all = (): readonly TeamPanel[] => Object.keys( panels ).map( ( team ) => panels[ team ]! );

	function update(): void {
		const unreadElsewhere = all().reduce( ( sum, panel ) => panel === current ? sum : sum + panel.state.value.unread, 0 );
		state.patch( Object.assign( {}, current.state.value, { unreadElsewhere } ) );
	}

	function draw( panel: TeamPanel ): void {
		panel.state.subscribe( update );
	}
	draw( current );
	function listen( team: string ): void {
		const panel = panels[ team ] = make( team );
		draw( panel );
		panel.open( false );
		panel.close();
	}
	others.filter( ( team ) => team !== first ).forEach( listen );

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
		update();
	}

	const actions: Record<string, Action> = {};
	Object.keys( current ).filter( ( name ) => name !== 'state' ).forEach( ( name ) => {
		actions[ name ] = ( ...parameters ) => ( OF_ALL.includes( name ) ? all() : [ current ] ).forEach( ( panel ) => (
			( panel as unknown as Record<string, Action> )[ name ]!( ...parameters )
		) );
	} );
	return Object.assign( {}, actions as unknown as TeamPanel, {
		state, showTeam,
		session: () => current.session(),
		thaw() {
			all().forEach( ( panel ) => {
				panel.thaw();
				// Another one than here may have been shown last.
				if ( panel.state.value.window !== 'closed' ) {
					showTeam( panel.state.value.team );
				}
			} );
		},
		open( isWanted = true ) {
			current.open( isWanted );
			// The button has told of an answer: it is what they come for.
			const answered = isWanted && all().find( ( panel ) => panel.state.value.unread > 0 );
			if ( answered ) {
				showTeam( answered.state.value.team );
			}
		}
	} );
}
