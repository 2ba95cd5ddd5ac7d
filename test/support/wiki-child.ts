/** Runs a wiki with the options of its argument until it is killed; a test's victim. */
import type { WikiOptions } from '../../src/sandbox/wiki/start-wiki.ts';
import { startWiki } from '../../src/sandbox/wiki/start-wiki.ts';

const options = JSON.parse( process.argv[ 2 ] ?? '' ) as Omit<WikiOptions, 'progress'>;
await startWiki( { ...options, progress: { step: ( _title, work ) => work(), say: () => {} } } );
process.stdout.write( 'ready\n' );
