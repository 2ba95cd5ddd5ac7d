import type { OpenWindowChannel } from '../../../../src/gadget/panel/viewmodels/session-sharing.ts';
import type { TabLocks } from '../../../../src/gadget/panel/viewmodels/tab-circle.ts';

type Waiting = { readonly tab: FakeTab; readonly onHeld: () => void; readonly onLost: ( () => void ) | undefined };

/** What a browser gives to one of its tabs. */
export type FakeTab = {
	readonly locks: TabLocks;
	readonly openTabChannel: ( name: string ) => OpenWindowChannel;
	/** Closed or crashed: it says and hears nothing any more, and has no locks. */
	kill(): void;
	/** A tab that the browser has put to sleep keeps its locks, and hears what was said when it wakes up. */
	freeze(): void;
	wake(): void;
};

/** Locks and channels of the tabs of one browser, as the platform's: both reach a tab a moment later. */
export function createFakeBrowser() {
	const queues = new Map<string, Waiting[]>();
	const channels = new Set<{ readonly tab: FakeTab; readonly name: string; readonly hear: ( message: unknown ) => void }>();
	const said: { readonly type: string; readonly content: unknown }[] = [];

	function grant( name: string ): void {
		const [ first ] = queues.get( name ) ?? [];
		void Promise.resolve().then( () => {
			if ( first && queues.get( name )?.[ 0 ] === first ) {
				first.onHeld();
			}
		} );
	}

	function leave( name: string, one: Waiting ): void {
		const queue = queues.get( name ) ?? [];
		const wasFirst = queue[ 0 ] === one;
		queues.set( name, queue.filter( ( other ) => other !== one ) );
		if ( wasFirst ) {
			grant( name );
		}
	}

	function openTab(): FakeTab {
		let isDead = false;
		let missed: ( () => void )[] | undefined;
		const whenAwake = ( work: () => void ): void => {
			if ( missed ) {
				missed.push( work );
			} else if ( !isDead ) {
				work();
			}
		};
		const tab: FakeTab = {
			locks: {
				hold( name, { onHeld, onLost }, isTakenAway = false ) {
					const one: Waiting = { tab, onHeld: () => whenAwake( onHeld ), onLost: onLost && ( () => whenAwake( onLost ) ) };
					const queue = queues.get( name ) ?? [];
					if ( isTakenAway ) {
						queues.set( name, [ one, ...queue.slice( 1 ) ] );
						queue[ 0 ]?.onLost?.();
						grant( name );
					} else {
						queues.set( name, [ ...queue, one ] );
						if ( queue.length === 0 ) {
							grant( name );
						}
					}
					return () => leave( name, one );
				}
			},
			openTabChannel: ( name ) => ( receive ) => {
				const channel = { tab, name, hear: ( message: unknown ) => whenAwake( () => receive( message ) ) };
				channels.add( channel );
				return {
					send( message ) {
						if ( isDead ) {
							return;
						}
						said.push( message as { type: string; content: unknown } );
						const copy: unknown = structuredClone( message );
						[ ...channels ].filter( ( other ) => other !== channel && other.name === name ).forEach( ( { hear } ) => (
							void Promise.resolve().then( () => hear( copy ) )
						) );
					},
					close: () => channels.delete( channel )
				};
			},
			kill() {
				isDead = true;
				[ ...channels ].filter( ( channel ) => channel.tab === tab ).forEach( ( channel ) => channels.delete( channel ) );
				for ( const [ name, queue ] of queues ) {
					queue.filter( ( one ) => one.tab === tab ).forEach( ( one ) => leave( name, one ) );
				}
			},
			freeze() {
				missed = [];
			},
			wake() {
				const works = missed ?? [];
				missed = undefined;
				works.forEach( ( work ) => work() );
			}
		};
		return tab;
	}

	return { openTab, said };
}
