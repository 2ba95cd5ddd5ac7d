import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** An extension that says `greeting` to scripts (`wgTinyGreeting`), with a table and a picture; `changes` go over its extension.json. */
export async function writeTinyExtension( dir: string, greeting: string, changes: Record<string, unknown> = {} ): Promise<string> {
	await mkdir( path.join( dir, 'resources' ), { recursive: true } );
	await writeFile( path.join( dir, 'extension.json' ), JSON.stringify( {
		name: 'Tiny Extension',
		manifest_version: 2,
		AutoloadNamespaces: { 'TinyExtension\\': 'src/' },
		HookHandlers: { main: { class: 'TinyExtension\\Hooks' }, schema: { class: 'TinyExtension\\SchemaHooks' } },
		Hooks: { BeforePageDisplay: 'main', LoadExtensionSchemaUpdates: 'schema' },
		ResourceFileModulePaths: { localBasePath: 'resources', remoteExtPath: 'Tiny/resources' },
		ResourceModules: { 'ext.tiny': { scripts: 'tiny.js' } },
		...changes
	} ) );
	await mkdir( path.join( dir, 'src' ), { recursive: true } );
	await writeFile( path.join( dir, 'src/Hooks.php' ), `<?php
namespace TinyExtension;
class Hooks {
	public function onBeforePageDisplay( $out, $skin ): void {
		$rows = \\MediaWiki\\MediaWikiServices::getInstance()->getConnectionProvider()->getReplicaDatabase()
			->newSelectQueryBuilder()->select( 'tiny_id' )->from( 'tiny' )->caller( __METHOD__ )->fetchFieldValues();
		$out->addJsConfigVars( 'wgTinyGreeting', ${ JSON.stringify( greeting ) } . count( $rows ) );
	}
}
` );
	await writeFile( path.join( dir, 'src/SchemaHooks.php' ), `<?php
namespace TinyExtension;
class SchemaHooks {
	public function onLoadExtensionSchemaUpdates( $updater ) {
		$updater->addExtensionTable( 'tiny', __DIR__ . '/tiny.sql' );
	}
}
` );
	await writeFile( path.join( dir, 'src/tiny.sql' ), 'CREATE TABLE /*_*/tiny ( tiny_id INTEGER NOT NULL PRIMARY KEY );' );
	await writeFile( path.join( dir, 'resources/tiny.js' ), 'mw.tiny = 1;' );
	await writeFile( path.join( dir, 'resources/tiny.svg' ), '<svg xmlns="http://www.w3.org/2000/svg"/>' );
	return dir;
}
