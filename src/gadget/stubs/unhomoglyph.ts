/** Stands in for the `unhomoglyph` package in the bundles. */
export default function unhomoglyph( text: string ): string {
	return text;
}
