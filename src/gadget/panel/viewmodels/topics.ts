import type { Topic } from '../../../protocol/settings.ts';

/** A topic's label in the first of some languages in which there is one. */
export function topicLabel( { labels }: Topic, languages: readonly string[] ): string {
	const language = [ ...languages, '', ...Object.keys( labels ) ].find( ( code ) => Object.prototype.hasOwnProperty.call( labels, code ) );
	return language === undefined ? '' : labels[ language ]!;
}
