import type { SandboxStatus } from './status.ts';

/** What a person reads when the sandbox runs: addresses, accounts, three things to try. */
export function summaryOf( { wiki, homeserver, supportRooms, dataDir }: SandboxStatus, defaultDataDir: string ): string {
	const demo = dataDir === defaultDataDir ? 'npm run demo' : `npm run demo -- --data ${ dataDir }`;
	const [ newcomer ] = wiki.accounts.filter( ( { role } ) => role === 'newcomer' );
	const [ helper ] = homeserver.accounts;
	const editUrl = `${ wiki.url }/index.php?title=American_Pygmy&veaction=edit`;
	return [
		'',
		'The sandbox runs.',
		'',
		`  Wiki          ${ wiki.url }/wiki/Main_Page`,
		...( wiki.extensions.length > 0 ? [ `  Added to it   ${ wiki.extensions.map( ( { name } ) => name ).join( ', ' ) }` ] : [] ),
		...( wiki.oauth === 'extension' ? [ '  Login         through the real Extension:OAuth' ] : [] ),
		...( wiki.extensions.some( ( { name } ) => name === 'MobileFrontend' ) ?
				[ `  On a phone    ${ wiki.url }/index.php?title=American_Pygmy&mobileaction=toggle_view_mobile` ] : [] ),
		`  Homeserver    ${ homeserver.url }  (ids end in :${ homeserver.serverName })`,
		`  Support rooms ${ supportRooms.general }, and for harassment ${ supportRooms.harassment }`,
		`  Data, logs    ${ dataDir }`,
		'',
		'Accounts of the wiki (name, password)',
		...table( wiki.accounts.map( ( { role, name, password } ) => [ role, name, password ] ) ),
		'',
		'Accounts of the homeserver, for any Matrix client (name, password)',
		...table( homeserver.accounts.map( ( { role, name, displayName, password } ) => [ role, `${ name } (${ displayName })`, password ] ) ),
		'',
		'Three things to try',
		`  1. Ask: log in to the wiki as ${ newcomer?.name ?? 'a newcomer' }, open ${ editUrl }`,
		'     and click "Ask for help" above the text.',
		`  2. Answer: open a Matrix client on this machine, log in to ${ homeserver.url } as ${ helper?.name ?? 'a helper' },`,
		'     and reply in the thread of the question, in the Support room.',
		`  3. Watch: in another terminal, "${ demo }" plays the whole story and leaves pictures of it.`,
		'',
		'Ctrl-C stops everything. What was said is there again at the next start.',
		''
	].join( '\n' );
}

function table( rows: readonly ( readonly string[] )[] ): string[] {
	const widths = ( rows[ 0 ] ?? [] ).map( ( _cell, column ) => Math.max( ...rows.map( ( row ) => ( row[ column ] ?? '' ).length ) ) );
	return rows.map( ( row ) => `  ${ row.map( ( cell, column ) => cell.padEnd( widths[ column ] ?? 0 ) ).join( '  ' ) }`.trimEnd() );
}
