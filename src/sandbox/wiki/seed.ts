/** Who an account stands for, in the words of the tests and of what the sandbox prints. */
export type AccountRole = 'newcomer' | 'experienced editor' | 'interface admin' | 'blocked newcomer' | 'suppressed newcomer' | 'relay';

/** An account of the sandbox's wiki. Its password is public: the wiki is there for this machine only. */
export type WikiAccount = {
	role: AccountRole;
	name: string;
	password: string;
	/** For programs (`action=login`): name and password with which they act as this account. */
	botLogin?: { username: string; password: string };
};

/** What php/seed.php needs beside the account itself. */
type AccountSeed = WikiAccount & {
	groups: string[];
	confirmedEmail: boolean;
	editCount?: number;
	/** 14 digits, as MediaWiki keeps times. */
	registered?: string;
	block?: 'blocked' | 'suppressed';
};

type PageSeed = { title: string; author: string; file: string };

const password = 'ask-for-help-demo';
const administrator = 'Interface Admin';
const editor = 'Nita Baker';
/** MediaWiki knows the password of a program by its 32 characters or more of 0-9 and a-w. */
const botPassword = 'askforhelpdemo0askforhelpdemo012';
const botAppId = 'deploy';
const botGrants = [
	'basic', 'highvolume', 'editpage', 'editprotected', 'editinterface', 'editsiteconfig', 'createeditmovepage', 'viewdeleted', 'blockusers'
];

const relayAccount = 'Ask for Help';
const relayAppId = 'relay';
const relayGrants = [ 'basic', 'highvolume', 'editpage', 'createeditmovepage', 'editmycssjs' ];
/** Where the relay says who is there; a JSON page of its account, which others cannot edit. */
export const statusPage = `User:${ relayAccount }/status.json`;

const accountSeeds: AccountSeed[] = [
	{
		role: 'interface admin', name: administrator, password, groups: [ 'sysop', 'interface-admin', 'bureaucrat' ],
		botLogin: { username: `${ administrator }@${ botAppId }`, password: botPassword },
		confirmedEmail: true, editCount: 3120, registered: '20150304081500'
	},
	{
		role: 'experienced editor', name: editor, password, groups: [],
		confirmedEmail: true, editCount: 1240, registered: '20190611102000'
	},
	{ role: 'newcomer', name: 'Pygmy Fan', password, groups: [], confirmedEmail: true },
	{ role: 'newcomer', name: 'سارة المحررة', password, groups: [], confirmedEmail: false },
	{ role: 'blocked newcomer', name: 'Blocked Newcomer', password, groups: [], confirmedEmail: true, block: 'blocked' },
	{ role: 'suppressed newcomer', name: 'Suppressed Newcomer', password, groups: [], confirmedEmail: true, block: 'suppressed' },
	{
		role: 'relay', name: relayAccount, password, groups: [ 'bot' ], confirmedEmail: true,
		botLogin: { username: `${ relayAccount }@${ relayAppId }`, password: botPassword }
	}
];

const pageSeeds: PageSeed[] = [
	{ title: 'Template:Cite breed', author: editor, file: 'cite-breed.wikitext' },
	{ title: 'Template:Nowrap', author: editor, file: 'nowrap.wikitext' },
	{ title: 'Main Page', author: administrator, file: 'main-page.wikitext' },
	{ title: 'American Pygmy', author: editor, file: 'american-pygmy.wikitext' },
	{ title: 'Domestic goat', author: editor, file: 'domestic-goat.wikitext' },
	{ title: 'الماعز القزم', author: editor, file: 'arabic.wikitext' },
	{ title: '"Quotes" & \'slashes\'/of a/page 🐐', author: editor, file: 'long-title.wikitext' },
	{ title: 'Help:Citing a book', author: editor, file: 'citing-a-book.wikitext' },
	{ title: 'Help:Introduction to referencing', author: editor, file: 'introduction-to-referencing.wikitext' },
	{ title: 'Help:Pictures', author: editor, file: 'pictures.wikitext' },
	{ title: 'Help:When an edit is undone', author: editor, file: 'undone.wikitext' },
	{ title: 'Project:Legal matters', author: administrator, file: 'legal-matters.wikitext' },
	{ title: 'Project:Hiding private data', author: administrator, file: 'hiding-private-data.wikitext' },
	{ title: 'Project:Safety', author: administrator, file: 'safety.wikitext' },
	{ title: 'Project:Help desk', author: administrator, file: 'help-desk.wikitext' },
	{ title: 'Project:Ask for help/Conduct', author: administrator, file: 'code-of-conduct.wikitext' },
	{ title: 'Project:Ask for help/Privacy', author: administrator, file: 'privacy-notice.wikitext' },
	{ title: 'Project:Ask for help/Helpers', author: administrator, file: 'who-answers.wikitext' }
];

/** The accounts that every sandbox wiki has. */
export const wikiAccounts: WikiAccount[] = accountSeeds.map( ( { role, name, password, botLogin } ) =>
	botLogin ? { role, name, password, botLogin } : { role, name, password } );

/** The page titles that every sandbox wiki has. */
export const wikiPageTitles: string[] = pageSeeds.map( ( { title } ) => title );

/** The account that installs the wiki, before the others are there. */
export const installer = { name: administrator, password };

/** A word that the wiki's edit filter lets nobody save. */
export const disallowedWord = 'ask-for-help-vandalism';

const filterSeed = {
	name: 'A word to test the edit filter with',
	author: administrator,
	rules: `action == "edit" & added_lines irlike "${ disallowedWord }"`
};

function botPasswordOf( role: AccountRole, secret: string ): { appId: string; password: string; grants: string[] } {
	return role === 'relay' ?
			{ appId: relayAppId, password: secret, grants: relayGrants } :
			{ appId: botAppId, password: secret, grants: botGrants };
}

/** The argument of php/seed.php; `readPage` gets the name of a file in pages/. */
export async function seedData( readPage: ( file: string ) => Promise<string> ): Promise<unknown> {
	const accounts = accountSeeds.map( ( { botLogin, ...account } ) => ( {
		...account,
		...( botLogin ? { botPassword: botPasswordOf( account.role, botLogin.password ) } : {} )
	} ) );
	const pages = await Promise.all( pageSeeds.map( async ( { title, author, file } ) =>
		( { title, author, text: await readPage( file ) } ) ) );
	return { blockedBy: administrator, accounts, pages, filter: filterSeed };
}
