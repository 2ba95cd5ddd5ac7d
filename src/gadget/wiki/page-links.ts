/** Absolute address of a page of this wiki, written as the wiki writes it; also of one elsewhere, by its interwiki prefix. */
export function absolutePageUrl( title: string ): string {
	const name = encodeURIComponent( title.replace( / /g, '_' ) ).replace( /%3A/g, ':' ).replace( /%2F/g, '/' );
	return location.origin + ( mw.config.get( 'wgArticlePath' ) as string ).replace( '$1', () => name );
}

/** The wiki's own name of the namespace of templates. */
export function templateNamespace(): string {
	return ( mw.config.get( 'wgFormattedNamespaces' ) as Readonly<Record<number, string>> )[ 10 ] ?? 'Template';
}
