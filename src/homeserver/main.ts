import path from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings, SettingsError } from './config.ts';
import { writeHomeserver } from './write.ts';

const usage = `Writes what Synapse needs, from settings that src/homeserver/example.yaml explains.

  npm run homeserver -- render --config FILE --out DIR

  --config FILE   the settings
  --out DIR       where homeserver.yaml and the other files go; secrets are made there once, and kept
`;

/** What the caller did wrong, as one sentence. */
class UsageError extends Error {}

async function main( args: readonly string[] ): Promise<void> {
	const { values, positionals } = parseArgs( {
		args: [ ...args ],
		allowPositionals: true,
		options: { config: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } }
	} );
	if ( values.help ) {
		process.stdout.write( usage );
		return;
	}
	const [ command, ...more ] = positionals;
	if ( command !== 'render' || more.length > 0 || values.config === undefined || values.out === undefined ) {
		throw new UsageError( 'It needs: render --config FILE --out DIR' );
	}
	const outDir = path.resolve( values.out );
	const { settings, secrets } = readSettings( values.config, outDir, process.env );
	await writeHomeserver( outDir, settings, secrets );
	process.stdout.write( [
		`Written to ${ outDir }. It starts with`,
		`  PYTHONPATH=${ path.join( settings.dataDir, 'rules' ) } python -m synapse.app.homeserver --config-path ${ path.join( settings.dataDir, 'homeserver.yaml' ) }`,
		`The relay's "asToken" is as_token in ${ path.join( outDir, 'registration-ask-for-help.yaml' ) }.`,
		''
	].join( '\n' ) );
}

main( process.argv.slice( 2 ) ).catch( ( error: unknown ) => {
	const isUsage = error instanceof UsageError || ( error instanceof Error && 'code' in error && String( error.code ).startsWith( 'ERR_PARSE_ARGS' ) );
	if ( error instanceof SettingsError ) {
		process.stderr.write( `The settings are not right.\n${ error.message.replace( /^/gm, '  ' ) }\n` );
	} else {
		process.stderr.write( `${ isUsage ? `${ error.message }\n\n${ usage }` : error instanceof Error ? error.message : String( error ) }\n` );
	}
	process.exitCode = 1;
} );
