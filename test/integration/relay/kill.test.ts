import { expect, inject, it, onTestFinished } from 'vitest';
import { startWikiStandIn } from '../../bench/wiki-stand-in.ts';
import { lineOf } from '../../soak/compare.ts';
import { runSoak } from '../../soak/run.ts';
import { scheduleOf } from '../../soak/schedule.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { storeKinds } from '../../support/store-places.ts';

const CONVERSATIONS = 6;
const KILLS = 4;
/** Things that each of a conversation's two main actors does at least. */
const LEAST_STEPS = 8;
/** Things done a second, by all together. */
const PACE = 12;
/** Nothing moves any more after so long. */
const SILENCE_MS = 30_000;
/** A slow machine is late and not wrong; this is only for one that never ends. */
const LONGEST_MS = 600_000;
const seed = Number( process.env.ASK_FOR_HELP_SEED ?? Date.now() % 1_000_000 );

const title = `with its store in %s loses, doubles and disorders nothing when it and the homeserver are killed ${ KILLS } times under load (ASK_FOR_HELP_SEED=${ seed })`;

it.each( storeKinds )( title, { timeout: LONGEST_MS }, async ( kind ) => {
	const wiki = await startWikiStandIn();
	onTestFinished( () => wiki.stop() );
	const stopper = new AbortController();
	const { comparison } = await runSoak( {
		seed, conversations: CONVERSATIONS, kills: scheduleOf( seed, KILLS ), leastSteps: LEAST_STEPS, pace: PACE, leastMs: 0,
		apiUrl: wiki.apiUrl, silenceMs: SILENCE_MS, signal: stopper.signal, say: () => {},
		...( kind === 'PostgreSQL' && { store: { postgres: await createTestDatabase( inject( 'postgresUrl' ) ) } } )
	}, async ( house ) => onTestFinished( () => {
		stopper.abort( new Error( 'the test has ended' ) );
		return house.stop();
	} ) );
	expect( comparison.findings.map( lineOf ) ).toEqual( [] );
	// What was compared was there: one card at least, and an answer, for everybody.
	expect( comparison.sent.text ).toBeGreaterThan( 2 * CONVERSATIONS );
} );
