<?php
/**
 * Routes requests of PHP's own web server (php -S) as the rewrite rules of another web server would:
 * short article addresses, entry points with a path behind them, and files as they lie.
 */

/** The file at $path of an extension that lies elsewhere, or null; ../extensions.ts says which there are. */
function sandboxAddedAsset( string $path ): ?string {
	$list = dirname( getenv( 'MW_CONFIG_FILE' ) ) . '/added-extensions.json';
	if ( !preg_match( '~^/((?:skins|extensions)/[^/]+)(/.+)$~', $path, $matches ) || str_contains( $path, '/.' ) || str_ends_with( $path, '.php' )
		|| !is_file( $list ) ) {
		return null;
	}
	$dir = json_decode( file_get_contents( $list ), true )['assets'][$matches[1]] ?? null;
	return $dir !== null && is_file( $dir . $matches[2] ) ? $dir . $matches[2] : null;
}

$path = rawurldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) ?: '/' );
$root = $_SERVER['DOCUMENT_ROOT'];

if ( $path === '/' || str_starts_with( $path, '/wiki/' ) ) {
	$entry = '/index.php';
} elseif ( preg_match( '~^(/(?:index|api|load|rest)\.php)(?:/|$)~', $path, $matches ) ) {
	$entry = $matches[1];
} elseif ( ( $file = sandboxAddedAsset( $path ) ) !== null ) {
	$types = [
		'css' => 'text/css', 'js' => 'text/javascript', 'json' => 'application/json', 'svg' => 'image/svg+xml', 'png' => 'image/png',
		'gif' => 'image/gif', 'jpg' => 'image/jpeg', 'jpeg' => 'image/jpeg', 'webp' => 'image/webp', 'woff' => 'font/woff', 'woff2' => 'font/woff2'
	];
	header( 'Content-Type: ' . ( $types[pathinfo( $file, PATHINFO_EXTENSION )] ?? 'application/octet-stream' ) );
	header( 'Content-Length: ' . filesize( $file ) );
	readfile( $file );
	return true;
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
