/** Stands in for the `content-type` package: the SDK asks only for the type, whatever its parameters are. */
export function parse( header: string ): { readonly type: string } {
	return { type: header.replace( /;[^]*/, '' ).trim().toLowerCase() };
}
