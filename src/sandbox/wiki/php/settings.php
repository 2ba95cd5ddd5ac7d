<?php
/**
 * The settings of the sandbox's wiki. The LocalSettings.php of each state folder defines $sandbox and requires this file:
 *   url          the address at which browsers see the wiki
 *   stateDir     where this wiki keeps its database and caches
 *   secretKey    a secret of this wiki
 *
 * @see https://www.mediawiki.org/wiki/Manual:Configuration_settings
 */
if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}

$wgSitename = 'Sandbox Wiki';
$wgMetaNamespace = 'Project';
$wgLanguageCode = 'en';
$wgServer = $sandbox['url'];
$wgScriptPath = '';
$wgArticlePath = '/wiki/$1';
$wgUsePathInfo = true;
$wgResourceBasePath = '';
$wgSecretKey = $sandbox['secretKey'];
// The default is a request to put a logo there, which would be on every picture of the demo.
$sandboxLogo = 'data:image/svg+xml,' . rawurlencode(
	'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 50 50"><circle cx="25" cy="25" r="23" fill="#36c"/>' .
	'<path d="M13 20q12-12 24 0v12q-12 10-24 0z" fill="#fff"/><circle cx="20" cy="25" r="3"/><circle cx="30" cy="25" r="3"/></svg>'
);
$wgLogos = [ 'icon' => $sandboxLogo, '1x' => $sandboxLogo ];
$wgFavicon = $sandboxLogo;

// Storage: SQLite as the installer lays it out, one file for each kind of load.
$wgDBtype = 'sqlite';
$wgDBname = 'sandboxwiki';
$wgSQLiteDataDir = $sandbox['stateDir'] . '/database';
$sandboxDatabase = static fn ( string $name ) => [
	'type' => 'sqlite',
	'dbname' => $name,
	'tablePrefix' => '',
	'variables' => [ 'synchronous' => 'NORMAL' ],
	'dbDirectory' => $wgSQLiteDataDir,
	'trxMode' => 'IMMEDIATE',
	'flags' => 0
];
$wgObjectCaches[CACHE_DB] = [
	'class' => SqlBagOStuff::class,
	'loggroup' => 'SQLBagOStuff',
	'server' => $sandboxDatabase( 'wikicache' )
];
$wgLocalisationCacheConf['storeServer'] = $sandboxDatabase( 'sandboxwiki_l10n_cache' );
$wgJobTypeConf['default'] = [ 'class' => 'JobQueueDB', 'claimTTL' => 3600, 'server' => $sandboxDatabase( 'sandboxwiki_jobqueue' ) ];
$wgResourceLoaderUseObjectCacheForDeps = true;

// Speed on PHP's own web server, whose workers share APCu. Sessions outlive a restart, APCu does not.
$wgMainCacheType = CACHE_ACCEL;
$wgSessionCacheType = CACHE_DB;
$wgParserCacheType = CACHE_DB;
$wgCacheDirectory = $sandbox['stateDir'] . '/cache';
$wgLocalisationCacheConf['store'] = 'array';
$wgUploadDirectory = $sandbox['stateDir'] . '/images';
$wgEnableUploads = false;

// A wiki on one machine: it sends no mail, and asks nobody for anything.
$wgEmergencyContact = 'nobody@help.localhost';
$wgPasswordSender = 'nobody@help.localhost';
$wgHooks['AlternateUserMailer'][] = static fn () => false;
$wgPingback = false;
$wgUseInstantCommons = false;
$wgAllowExternalImages = false;

// People: as on a big wiki of today, edits without an account get a temporary account; helpers of tests log in often.
$wgAutoCreateTempUser['enabled'] = true;
$wgAutoConfirmAge = 4 * 86400;
$wgAutoConfirmCount = 10;
$wgPasswordAttemptThrottle = [];
$wgAccountCreationThrottle = [];
$wgRateLimits['edit'] = [];
// VisualEditor's own: five times a minute it may be opened from one address.
$wgRateLimits['stashbasehtml'] = [];
$wgGroupPermissions['sysop']['deletelogentry'] = true;
$wgGroupPermissions['sysop']['deleterevision'] = true;
// Extension:OAuth gives this right to everyone with an account of their own; gadgets ask for it.
$wgAvailableRights[] = 'mwoauthmanagemygrants';
$wgGroupPermissions['user']['mwoauthmanagemygrants'] = true;

// What this start was given besides, instead of what is bundled under the same name; ../extensions.ts writes it.
$sandboxAddedFile = $sandbox['stateDir'] . '/added-extensions.json';
$sandboxAdded = is_file( $sandboxAddedFile ) ? json_decode( file_get_contents( $sandboxAddedFile ), true ) : [ 'load' => [], 'oauthKeys' => null ];
$sandboxNames = str_replace( ' ', '', array_column( $sandboxAdded['load'], 'name' ) );

wfLoadSkins( array_diff( [ 'Vector', 'MinervaNeue', 'Timeless', 'MonoBook' ], $sandboxNames ) );
$wgDefaultSkin = 'vector-2022';
// Night mode as on Wikimedia's wikis: the preferences `vector-theme` and `minerva-theme` are day, night or os.
$wgVectorNightMode = [ 'logged_out' => true, 'logged_in' => true, 'beta' => true ];
$wgMinervaNightMode = [ 'base' => true, 'loggedin' => true, 'amc' => true ];

wfLoadExtensions( array_diff( [
	'AbuseFilter', 'Cite', 'ConfirmEdit', 'ConfirmEdit/QuestyCaptcha', 'DiscussionTools', 'Echo', 'Gadgets', 'Linter', 'ParserFunctions',
	'SpamBlacklist', 'TemplateData', 'Thanks', 'VisualEditor', 'WikiEditor'
], $sandboxNames ) );

foreach ( $sandboxAdded['load'] as [ 'name' => $sandboxName, 'kind' => $sandboxKind, 'file' => $sandboxFile ] ) {
	if ( $sandboxKind === 'skin' ) {
		wfLoadSkin( $sandboxName, $sandboxFile );
	} else {
		wfLoadExtension( $sandboxName, $sandboxFile );
	}
}

// The extension's default is a list on another site.
$wgBlacklistSettings['spam']['files'] = [];

// A captcha that tests can answer, asked only of newcomers who add a link to another site.
$wgCaptchaClass = 'QuestyCaptcha';
$wgCaptchaTriggers = [
	'edit' => false, 'create' => false, 'sendemail' => false, 'addurl' => true, 'createaccount' => false,
	'badlogin' => false, 'badloginperuser' => false
];
$wgCaptchaQuestions = [ 'Which animal is the article "American Pygmy" about?' => [ 'goat', 'goats', 'a goat' ] ];
$wgGroupPermissions['autoconfirmed']['skipcaptcha'] = true;

// The preference `visualeditor-newwikitext` exchanges the plain editor for VisualEditor's source mode.
$wgVisualEditorEnableWikitext = true;
$wgVisualEditorAvailableNamespaces = [ 'Project' => true, 'Help' => true ];
$wgDefaultUserOptions['visualeditor-enable'] = 1;
$wgDefaultUserOptions['usebetatoolbar'] = 1;
// Its greeting is a dialog over the editor at everyone's first edit, and nobody's first edit here is their own.
$wgVisualEditorShowBetaWelcome = false;

// Settings of extensions that a start may be given.
if ( in_array( 'MobileFrontend', $sandboxNames ) ) {
	$wgDefaultMobileSkin = 'minerva';
	// The cookie that remembers a choice would be for https only.
	$wgMFStopMobileRedirectCookieSecureValue = false;
}
if ( in_array( 'GrowthExperiments', $sandboxNames ) ) {
	// Every account has its help panel, and nobody is led elsewhere on the way to it.
	$wgDefaultUserOptions['growthexperiments-help-panel-tog-help-panel'] = 1;
	$wgGEHelpPanelHelpDeskTitle = 'Project:Help desk';
	$wgGEHomepageNewAccountEnablePercentage = 0;
	$wgWelcomeSurveyEnabled = false;
}
if ( $sandboxAdded['oauthKeys'] ) {
	$wgOAuth2PrivateKey = file_get_contents( $sandboxAdded['oauthKeys']['privateKeyFile'] );
	$wgOAuth2PublicKey = file_get_contents( $sandboxAdded['oauthKeys']['publicKeyFile'] );
	$wgMWOAuthSecureTokenTransfer = false;
	$wgGroupPermissions['sysop']['mwoauthproposeconsumer'] = true;
	$wgGroupPermissions['sysop']['mwoauthmanageconsumer'] = true;
}
