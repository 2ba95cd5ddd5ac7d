<?php
/**
 * Finds or makes the approved OAuth 2 consumer that the homeserver is, through the classes of Extension:OAuth;
 * prints { key, secret } as JSON. Its callback is part of its name, so that each callback has one consumer.
 */
use MediaWiki\Context\RequestContext;
use MediaWiki\Extension\OAuth\Backend\Consumer;
use MediaWiki\Extension\OAuth\Backend\Utils;
use MediaWiki\Extension\OAuth\Control\ConsumerSubmitControl;
use MediaWiki\Maintenance\Maintenance;
use MediaWiki\User\User;

class EnsureSandboxConsumer extends Maintenance {
	private const VERSION = '1.0';

	public function __construct() {
		parent::__construct();
		$this->addOption( 'user', 'Who proposes and approves it', true, true );
		$this->addOption( 'callback', 'Where the login returns', true, true );
		$this->requireExtension( 'OAuth' );
	}

	public function execute() {
		$user = User::newFromName( $this->getOption( 'user' ) );
		$callback = $this->getOption( 'callback' );
		$name = 'Ask for Help (' . parse_url( $callback, PHP_URL_HOST ) . ':' . parse_url( $callback, PHP_URL_PORT ) . ')';
		$context = RequestContext::getMain();
		$context->setUser( $user );
		$db = Utils::getCentralDB( DB_PRIMARY );
		$consumer = Consumer::newFromNameVersionUser( $db, $name, self::VERSION, Utils::getCentralIdFromLocalUser( $user ) );
		if ( !$consumer ) {
			$consumer = $this->submit( $context, $db, [
				'action' => 'propose',
				'name' => $name,
				'version' => self::VERSION,
				'description' => 'The help chat of this sandbox',
				'callbackUrl' => $callback,
				'callbackIsPrefix' => false,
				'oauthVersion' => Consumer::OAUTH_VERSION_2,
				'oauth2IsConfidential' => true,
				'oauth2GrantTypes' => [ 'authorization_code', 'refresh_token' ],
				'ownerOnly' => false,
				'granttype' => 'authonly',
				'grants' => '[]',
				'email' => $user->getEmail(),
				'wiki' => '*',
				'rsaKey' => '',
				'agreement' => true,
				'restrictions' => MWRestrictions::newDefault()
			] )['consumer'];
		}
		// A start that was killed between the two leaves it proposed.
		if ( $consumer->getStage() !== Consumer::STAGE_APPROVED ) {
			$this->submit( $context, $db, [
				'action' => 'approve',
				'consumerKey' => $consumer->getConsumerKey(),
				'reason' => 'Sandbox',
				'changeToken' => $consumer->getChangeToken( $context )
			] );
		}
		$this->output( json_encode( [
			'key' => $consumer->getConsumerKey(), 'secret' => Utils::hmacDBSecret( $consumer->getSecretKey() )
		] ) . "\n" );
	}

	/** Each action has a result of its own kind. */
	private function submit( RequestContext $context, $db, array $data ) {
		$status = ( new ConsumerSubmitControl( $context, $data, $db ) )->submit();
		if ( !$status->isGood() ) {
			$this->fatalError( $status );
		}
		return $status->getValue()['result'];
	}
}

return EnsureSandboxConsumer::class;
