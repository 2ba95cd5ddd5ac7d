import type { BudgetReport } from '../../src/deploy/budgets.ts';
import { BUDGETS } from '../../src/deploy/budgets.ts';
import type { Measurement } from './figure.ts';

/** The sizes of built pages beside their budgets, also of pages that may not be published. */
export function sizesOf( report: BudgetReport ): Measurement[] {
	const most = ( value: number ) => ( { of: 'median', atMost: value } ) as const;
	return [
		{ name: 'launcher, JS and CSS, gz', unit: 'bytes', values: [ report.launcherGzBytes ], budget: most( BUDGETS.launcherGzBytes ) },
		{ name: 'all to chat in one language, gz', unit: 'bytes', values: [ report.chatGzBytes ], budget: most( BUDGETS.chatGzBytes ) },
		...report.pages.filter( ( { title } ) => title.endsWith( '.js' ) ).flatMap( ( { title, characters, gzBytes } ): Measurement[] => {
			const name = title.replace( 'MediaWiki:Gadget-', '' );
			return [
				{ name, unit: 'chars', values: [ characters ], budget: most( BUDGETS.bundleCharacters ) },
				{ name: `${ name }, gz`, unit: 'bytes', values: [ gzBytes ] }
			];
		} )
	];
}
