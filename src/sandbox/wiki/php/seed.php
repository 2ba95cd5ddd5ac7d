<?php
/**
 * Brings accounts, pages, an edit filter and blocks into a fresh wiki; what to bring is the JSON file that is its argument.
 * Runs before the wiki is served, so that no web process has cached that a page is missing.
 */
use MediaWiki\Auth\AuthManager;
use MediaWiki\CommentStore\CommentStoreComment;
use MediaWiki\Content\ContentHandler;
use MediaWiki\Extension\AbuseFilter\AbuseFilterServices;
use MediaWiki\Extension\AbuseFilter\Filter\MutableFilter;
use MediaWiki\Maintenance\Maintenance;
use MediaWiki\Permissions\UltimateAuthority;
use MediaWiki\Revision\SlotRecord;
use MediaWiki\Title\Title;
use MediaWiki\User\BotPassword;
use MediaWiki\User\User;

class SeedSandbox extends Maintenance {
	public function __construct() {
		parent::__construct();
		$this->addArg( 'file', 'JSON: { accounts, pages, filter, blockedBy }' );
	}

	public function execute() {
		$seed = json_decode( file_get_contents( $this->getArg( 0 ) ), true, 512, JSON_THROW_ON_ERROR );
		foreach ( $seed['accounts'] as $account ) {
			$this->createAccount( $account );
		}
		foreach ( $seed['pages'] as $page ) {
			$this->createPage( $page );
		}
		$this->createFilter( $seed['filter'] );
		// After the pages, which count as edits of their authors.
		foreach ( $seed['accounts'] as $account ) {
			$this->completeAccount( $account, $seed['blockedBy'] );
		}
	}

	private function createAccount( array $account ): void {
		$services = $this->getServiceContainer();
		$user = $services->getUserFactory()->newFromName( $account['name'] );
		if ( $user->idForName() === 0 ) {
			$this->check( $services->getAuthManager()->autoCreateUser( $user, AuthManager::AUTOCREATE_SOURCE_MAINT, false ) );
		}
		foreach ( $account['groups'] as $group ) {
			$services->getUserGroupManager()->addUserToGroup( $user, $group );
		}
		$this->check( $user->changeAuthenticationData( [
			'username' => $user->getName(), 'password' => $account['password'], 'retype' => $account['password']
		] ) );
		if ( $account['confirmedEmail'] ) {
			$user->setEmail( "user-{$user->getId()}@help.localhost" );
			$user->confirmEmail();
		}
		$user->saveSettings();
		if ( isset( $account['botPassword'] ) ) {
			[ 'appId' => $appId, 'password' => $password, 'grants' => $grants ] = $account['botPassword'];
			$bot = BotPassword::newUnsaved( [ 'username' => $user->getName(), 'appId' => $appId, 'grants' => $grants ] );
			$this->check( $bot->save( 'insert', $services->getPasswordFactory()->newFromPlaintext( $password ) ) );
		}
	}

	private function createPage( array $page ): void {
		$services = $this->getServiceContainer();
		$title = Title::newFromTextThrow( $page['title'] );
		$author = $services->getUserFactory()->newFromName( $page['author'] );
		$updater = $services->getWikiPageFactory()->newFromTitle( $title )->newPageUpdater( $author );
		$updater->setContent( SlotRecord::MAIN, ContentHandler::makeContent( $page['text'], $title ) );
		$updater->saveRevision( CommentStoreComment::newUnsavedComment( 'Sandbox page' ) );
		$this->check( $updater->getStatus() );
	}

	private function createFilter( array $seed ): void {
		$author = new UltimateAuthority( $this->getServiceContainer()->getUserFactory()->newFromName( $seed['author'] ) );
		$filter = MutableFilter::newDefault();
		$filter->setGroup( 'default' );
		$filter->setName( $seed['name'] );
		$filter->setRules( $seed['rules'] );
		$filter->setActions( [ 'disallow' => [ 'abusefilter-disallowed' ] ] );
		$status = AbuseFilterServices::getFilterStore()->saveFilter( $author, null, $filter, MutableFilter::newDefault() );
		if ( !$status->isGood() ) {
			$this->fatalError( $status );
		}
	}

	private function completeAccount( array $account, string $blockedBy ): void {
		$services = $this->getServiceContainer();
		$user = $services->getUserFactory()->newFromName( $account['name'] );
		$fields = array_filter( [
			'user_editcount' => $account['editCount'] ?? null, 'user_registration' => $account['registered'] ?? null
		], static fn ( $value ) => $value !== null );
		if ( $fields ) {
			$this->getPrimaryDB()->newUpdateQueryBuilder()->update( 'user' )->set( $fields )
				->where( [ 'user_id' => $user->getId() ] )->caller( __METHOD__ )->execute();
			$user->invalidateCache();
		}
		if ( isset( $account['block'] ) ) {
			$performer = new UltimateAuthority( $services->getUserFactory()->newFromName( $blockedBy ) );
			$options = [ 'isCreateAccountBlocked' => true, 'isHideUser' => $account['block'] === 'suppressed' ];
			$this->check( $services->getBlockUserFactory()
				->newBlockUser( $user, $performer, 'infinity', 'Sandbox: an account to test with', $options )->placeBlockUnsafe() );
		}
	}

	private function check( StatusValue $status ): void {
		if ( !$status->isOK() ) {
			$this->fatalError( $status );
		}
	}
}

return SeedSandbox::class;
