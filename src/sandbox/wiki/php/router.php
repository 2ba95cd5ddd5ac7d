<?php
/**
 * Routes requests of PHP's own web server (php -S) as the rewrite rules of another web server would:
 * short article addresses, entry points with a path behind them, and files as they lie.
 */
$path = rawurldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) ?: '/' );
$root = $_SERVER['DOCUMENT_ROOT'];

if ( $path === '/' || str_starts_with( $path, '/wiki/' ) ) {
	$entry = '/index.php';
} elseif ( preg_match( '~^(/(?:index|api|load|rest)\.php)(?:/|$)~', $path, $matches ) ) {
	$entry = $matches[1];
} elseif ( preg_match( '~^/(?:resources|skins|extensions)/~', $path ) && !str_contains( $path, '..' ) && is_file( $root . $path )
	&& !str_ends_with( $path, '.php' ) ) {
	return false;
} else {
	http_response_code( 404 );
	header( 'Content-Type: text/plain' );
	echo "Not found\n";
	return true;
}

$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $entry;
$_SERVER['SCRIPT_FILENAME'] = $root . $entry;
if ( str_starts_with( $path, "$entry/" ) ) {
	$_SERVER['PATH_INFO'] = substr( $path, strlen( $entry ) );
} else {
	unset( $_SERVER['PATH_INFO'] );
}
chdir( $root );
require $root . $entry;
