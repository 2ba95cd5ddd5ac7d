import type { RelayConfig } from './config/config.ts';
import { privateTeams } from './config/config.ts';
import { ALL_WIKIS } from './routing/intake.ts';
import type { StoreTransaction } from './routing/ports.ts';
import { THANKS_LATELY_MS } from './routing/thanks.ts';
import { statusText } from './status-text.ts';
import { openStoreBeside } from './store/store.ts';

/** What an operator's command works with. */
export type CommandContext = {
	readonly config: Pick<RelayConfig, 'store' | 'teams'>;
	readonly now: () => number;
	readonly print: ( text: string ) => void;
};

const MOST_SET_ASIDE = 1_000;

async function besideRelay<Result>( { config, now }: CommandContext, work: ( tx: StoreTransaction ) => Promise<Result> ): Promise<Result> {
	const store = await openStoreBeside( config.store, { now, keepSetAsideMs: Infinity, privateTeams: privateTeams( config.teams ) } );
	try {
		return await store.transaction( work );
	} finally {
		await store.close();
	}
}

/** Prints how the relay of a store stands, whether it runs or not. @throws StoreError */
export async function printStatus( context: CommandContext, { json }: { readonly json: boolean } ): Promise<void> {
	const status = await besideRelay( context, async ( tx ) => ( {
		figures: await tx.figures(), lanes: await tx.waitingLanes(),
		setAside: await tx.setAsideItems( MOST_SET_ASIDE ), pauses: await tx.pauses(),
		thanks: await tx.countThanks( context.now() - THANKS_LATELY_MS )
	} ) );
	context.print( json ? JSON.stringify( status ) : statusText( status, context.now() ) );
}

/** Lets no new requests be opened until `resume`; the relay, running or not, finds it in its store. @throws StoreError */
export async function pause( context: CommandContext, reason: string ): Promise<void> {
	await besideRelay( context, ( tx ) => tx.setPause( ALL_WIKIS, reason ) );
	context.print( 'Paused: no new requests are opened, and newcomers who ask are told so. Running ones go on. "resume" ends it.' );
}

/** Ends what `pause` began. @throws StoreError */
export async function resume( context: CommandContext ): Promise<void> {
	const { wasPaused, others } = await besideRelay( context, async ( tx ) => (
		{ wasPaused: await tx.removePause( ALL_WIKIS ), others: await tx.pauses() }
	) );
	context.print( wasPaused ? 'New requests are opened again.' : 'It was not paused.' );
	for ( const { scope } of others ) {
		context.print( `${ scope } is still switched off on the wiki itself, in MediaWiki:Gadget-AskForHelp-launch.json.` );
	}
}
