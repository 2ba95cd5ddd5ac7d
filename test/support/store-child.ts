/**
 * Opens a store and waits to be killed; a test's victim. Arguments: the location as JSON; how many statements of the
 * migrations it lives for (it kills itself before the next one); a statement that is put at the end of the migrations.
 */
import { migrations } from '../../src/relay/store/migrations.ts';
import type { StoreLocation } from '../../src/relay/store/store.ts';
import { createStore } from '../../src/relay/store/store.ts';
import { openDatabase } from './store-places.ts';

const [ location = '', life = 'Infinity', last = '' ] = process.argv.slice( 2 );
const database = await openDatabase( JSON.parse( location ) as StoreLocation );
let statementsLeft = Number( life );
await createStore( {
	...database,
	schema: {
		...database.schema,
		change( sql, statement ) {
			if ( statementsLeft-- <= 0 ) {
				process.kill( process.pid, 'SIGKILL' );
			}
			return database.schema.change( sql, statement );
		}
	}
}, { now: Date.now, keepSetAsideMs: 1_000 }, [ ...migrations, ...( last === '' ? [] : [ last ] ) ] );
process.stdout.write( 'ready\n' );
setInterval( () => {}, 1_000 );
