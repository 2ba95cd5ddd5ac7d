import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GADGET_BUNDLES } from '../../vite.config.ts';
import { buildGadgets } from '../../src/deploy/build.ts';
import { softwareDir } from '../support/homeserver.ts';

const mediaWiki = path.join( softwareDir, 'mediawiki' );

/** The same parser, in the same mode, as ResourceLoader's (includes/ResourceLoader/Module.php), and its minifier. */
const CHECK = `
require $argv[1] . '/vendor/autoload.php';
$source = file_get_contents( $argv[2] );
Peast\\Peast::ES2016( $source )->parse();
$minified = Wikimedia\\Minify\\JavaScriptMinifier::minify( $source );
Peast\\Peast::ES2016( $minified )->parse();
echo strlen( $minified );
`;

function checkWithMediaWiki( file: string ): string {
	return execFileSync( 'php', [ '-r', CHECK, '--', mediaWiki, file ], { encoding: 'utf8', stdio: [ 'ignore', 'pipe', 'pipe' ] } );
}

describe( 'MediaWiki\'s own parser and minifier', () => {
	const outDir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-syntax-' ) );

	beforeAll( async () => {
		expect( existsSync( path.join( mediaWiki, 'vendor/autoload.php' ) ), `MediaWiki is not in ${ mediaWiki }; "npm start" installs it` ).toBe( true );
		await buildGadgets( { outDir } );
	} );
	afterAll( () => rmSync( outDir, { recursive: true, force: true } ) );

	it( 'accept every script of the gadget', () => {
		const scripts = readdirSync( outDir ).filter( ( file ) => file.endsWith( '.js' ) );
		expect( scripts ).toHaveLength( Object.keys( GADGET_BUNDLES ).length );
		for ( const script of scripts ) {
			expect( Number( checkWithMediaWiki( path.join( outDir, script ) ) ) ).toBeGreaterThan( 1000 );
		}
	} );

	it( 'would tell, because they refuse what is newer', () => {
		const file = path.join( outDir, 'newer.js' );
		writeFileSync( file, 'a?.b;' );
		expect( () => checkWithMediaWiki( file ) ).toThrow();
	} );
} );
