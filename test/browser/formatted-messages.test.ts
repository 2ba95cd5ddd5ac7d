import { createServiceClient } from '../../src/matrix/index.ts';
import { article, askAndLogIn, expect, test } from './support/fixtures.ts';

/** What the panel may make of somebody's words. */
const elements = [ 'A', 'BDI', 'BLOCKQUOTE', 'BR', 'CODE', 'EM', 'LI', 'OL', 'P', 'PRE', 'S', 'STRONG', 'UL' ];
const attributes = [ 'class', 'dir', 'href', 'rel', 'start', 'tabindex', 'target' ];

/** Each says, as its text, the words that it should leave. */
const hostile: readonly ( readonly [ html: string, words: string ] )[] = [
	[ '<b>one</b><script>window.hacked = 1</script><img src="https://evil.example/1.png" onerror="window.hacked = 1">', 'one' ],
	[ '<b>two</b><svg onload="window.hacked = 1"><animate onbegin="window.hacked = 1"></svg><iframe srcdoc="&lt;script>parent.hacked=1&lt;/script>"></iframe>', 'two' ],
	[ '<i>three</i> <a href="javascript:window.hacked = 1" onmouseover="window.hacked = 1">here</a> <a href="data:text/html,x">there</a>', 'three here there' ],
	[ '<b style="position:fixed;inset:0;background:url(https://evil.example/2.png)" class="askforhelp-panel" id="askforhelp-question">four</b>', 'four' ],
	[ '<math><mtext><table><mglyph><style><img src onerror="window.hacked = 1"></style></mglyph></table></mtext></math><b>five</b>', 'five' ],
	[ '<form action="https://evil.example/"><input name="password" autofocus onfocus="window.hacked = 1"><b>six</b></form><base href="https://evil.example/">', 'six' ],
	[ '<b>seven</b><noscript><p title="</noscript><img src=x onerror=window.hacked=1>">', 'seven' ],
	[ `${ '<b><blockquote>'.repeat( 500 ) }eight`, 'eight' ],
	[ `<b>nine</b> \u202elatot Z${ '\u0301'.repeat( 200 ) }`, `nine \u202elatot Z${ '\u0301'.repeat( 200 ) }` ]
];

test( 'whatever a message holds, nothing of it runs or loads, and only what is in the list is drawn', async ( {
	newcomer, helper, supportRoom, sandbox
} ) => {
	const { page, panel, messages } = newcomer;
	const toElsewhere: string[] = [];
	page.context().on( 'request', ( request ) => {
		if ( request.url().includes( 'evil.example' ) ) {
			toElsewhere.push( request.url() );
		}
	} );
	await askAndLogIn( newcomer, `Is this safe? ${ newcomer.name }` );
	const card = await helper.waitForCard( supportRoom, newcomer.name );
	const say = ( content: Record<string, unknown> ) => helper.client.sendEvent( supportRoom, 'm.room.message' as never, {
		msgtype: 'm.text', ...content,
		'm.relates_to': { rel_type: 'm.thread', event_id: card.getId(), is_falling_back: true, 'm.in_reply_to': { event_id: card.getId() } }
	} as never );
	for ( const [ html, words ] of hostile ) {
		await say( { body: words, format: 'org.matrix.custom.html', formatted_body: html } );
	}
	// The relay cleans what helpers say. What the newcomer's own account says by another client comes as it is.
	const accessToken = await page.evaluate( () => (
		( JSON.parse( sessionStorage.getItem( 'askforhelp-session' ) ?? '{}' ) as { accessToken?: string } ).accessToken
	) );
	const client = createServiceClient( { homeserverUrl: sandbox.homeserver.url, accessToken: accessToken ?? '' } );
	const { joined_rooms: [ room = '' ] } = await client.request<{ joined_rooms: string[] }>( 'GET', '/v3/joined_rooms' );
	await client.request( 'PUT', `/v3/rooms/${ encodeURIComponent( room ) }/send/m.room.message/hostile`, {
		msgtype: 'm.text', body: 'all of mine', format: 'org.matrix.custom.html',
		formatted_body: `all of mine ${ hostile.map( ( [ html ] ) => html ).join( '<br>' ) }`
	} );
	await say( {
		body: '**Look** at the help', format: 'org.matrix.custom.html',
		formatted_body: '<strong>Look</strong> at <a href="https://wiki.example/Help">the help</a>'
	} );
	await newcomer.sees( 'Look at the help' );
	await newcomer.sees( 'all of mine' );
	await expect( messages.locator( 'strong', { hasText: 'Look' } ) ).toBeVisible();
	const link = messages.getByRole( 'link', { name: 'the help' } );
	await expect( link ).toHaveAttribute( 'href', 'https://wiki.example/Help' );
	await expect( link ).toHaveAttribute( 'rel', 'noopener noreferrer' );
	await expect( link ).toHaveAttribute( 'target', '_blank' );

	const drawn = await panel.locator( '.askforhelp-words' ).evaluateAll( ( bubbles ) => bubbles.flatMap( ( bubble ) => (
		[ ...bubble.querySelectorAll( '*' ) ].map( ( { nodeName, attributes: own } ) => ( {
			nodeName, names: [ ...own ].map( ( { name } ) => name ), href: own.getNamedItem( 'href' )?.value
		} ) )
	) ) );
	expect( drawn.length ).toBeGreaterThan( hostile.length );
	expect( drawn.filter( ( { nodeName } ) => !elements.includes( nodeName ) ) ).toEqual( [] );
	expect( drawn.filter( ( { names } ) => names.some( ( name ) => !attributes.includes( name ) ) ) ).toEqual( [] );
	expect( drawn.filter( ( { href } ) => href !== undefined && !/^(https?|mailto):/.test( href ) ) ).toEqual( [] );
	const said = await panel.locator( '.askforhelp-bubble' ).allInnerTexts();
	expect( said.join( '' ) ).not.toMatch( /\u202e|\p{M}{6}/u );
	for ( const [ , words ] of hostile ) {
		expect( said.filter( ( text ) => text.includes( words.slice( 0, 4 ) ) ).length, words ).toBeGreaterThan( 0 );
	}
	expect( await page.evaluate( () => ( window as unknown as Record<string, unknown> ).hacked ) ).toBeUndefined();
	expect( toElsewhere ).toEqual( [] );
} );

test( 'pages, templates and addresses that a helper names are links to this wiki, and open beside the edit', async ( {
	newcomer, helper, supportRoom, sandbox
} ) => {
	const { page, messages } = newcomer;
	await askAndLogIn( newcomer, `Which page? ${ newcomer.name }` );
	const card = await helper.waitForCard( supportRoom, newcomer.name );
	await helper.answer( supportRoom, card.getId()!, `See [[${ article.title }]], {{tl|Cite book}} and https://a.example/b. Not \`[[this]]\`.` );
	await newcomer.sees( 'See [[' );
	const links = messages.last().getByRole( 'link' );
	await expect( links ).toHaveText( [ `[[${ article.title }]]`, '{{tl|Cite book}}', 'https://a.example/b' ] );
	const [ toPage = '', toTemplate = '', elsewhere ] = await links.evaluateAll( ( all ) => all.map( ( link ) => ( link as HTMLAnchorElement ).href ) );
	expect( elsewhere ).toBe( 'https://a.example/b' );
	for ( const address of [ toPage, toTemplate ] ) {
		expect( address.startsWith( `${ sandbox.wiki.url }/` ), address ).toBe( true );
	}
	expect( decodeURIComponent( toTemplate ).replace( /_/g, ' ' ) ).toContain( 'Template:Cite book' );
	const before = page.url();
	const [ opened ] = await Promise.all( [ page.context().waitForEvent( 'page' ), links.first().click() ] );
	await expect( opened.locator( '#firstHeading' ) ).toHaveText( article.title );
	expect( page.url() ).toBe( before );
	await opened.close();
} );
