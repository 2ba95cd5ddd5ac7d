import js from '@eslint/js';
import stylistic from '@stylistic/eslint-plugin';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import noJquery from 'eslint-plugin-no-jquery';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * The arrows of the house: `room` may import itself and `mayImport`, and nothing else of `src`.
 * Dependencies point one way; a new arrow is a decision, so it is made and explained here.
 */
const arrows = [
	// What both sides say, and a client that either may use; it knows nothing of questions, only ids and events.
	{ room: 'protocol', mayImport: [] },
	{ room: 'matrix', mayImport: [ 'protocol' ] },
	// Adapters of the wiki fulfil ports that view models declare; bundles that load first have no view model in them.
	{ room: 'gadget/launcher', mayImport: [ 'protocol', 'gadget/wiki', 'gadget/i18n' ] },
	{ room: 'gadget/callback', mayImport: [ 'protocol', 'gadget/wiki', 'gadget/i18n' ] },
	{ room: 'gadget/wiki', mayImport: [ 'protocol', 'gadget/panel/viewmodels', 'gadget/i18n' ] },
	// A part loaded on use puts together what is elsewhere; only the panel knows what it exports, and only by its type.
	{ room: 'gadget/extras', mayImport: [ 'protocol', 'matrix', 'gadget/panel/viewmodels', 'gadget/panel/views', 'gadget/i18n' ] },
	// View models never know a view, nor anything of a wiki; of the Matrix client, which comes later, they know the types.
	{ room: 'gadget/panel/viewmodels', mayImport: [ 'protocol', 'matrix', 'gadget/i18n' ] },
	{ room: 'gadget/panel/views', mayImport: [ 'protocol', 'gadget/panel/viewmodels', 'gadget/i18n' ] },
	{ room: 'gadget/panel', mayImport: [ 'protocol', 'matrix', 'gadget/wiki', 'gadget/i18n', 'gadget/extras' ] },
	// The rules are pure, and declare the ports that stores and pages fulfil.
	{ room: 'relay/routing', mayImport: [ 'protocol' ] },
	{ room: 'relay/config', mayImport: [ 'protocol' ] },
	{ room: 'relay/store', mayImport: [ 'protocol', 'relay/routing' ] },
	{ room: 'relay/matrix', mayImport: [ 'protocol', 'matrix', 'relay/routing' ] },
	{ room: 'relay/wiki', mayImport: [ 'protocol', 'relay/routing' ] },
	{ room: 'relay/http', mayImport: [ 'protocol', 'relay/routing' ] },
	{ room: 'relay', mayImport: [ 'protocol', 'matrix' ] },
	// The helper's client has matrix-js-sdk's own, so that the relay is tried against another one.
	{ room: 'helper/state', mayImport: [ 'protocol' ] },
	{ room: 'helper/matrix', mayImport: [ 'protocol', 'helper/state' ] },
	{ room: 'helper/views', mayImport: [ 'protocol', 'helper/state' ] },
	{ room: 'helper', mayImport: [ 'protocol' ] },
	// What builds and renders; the sandbox runs all of it, and starts the relay and the gadget as others would.
	{ room: 'homeserver', mayImport: [ 'protocol' ] },
	{ room: 'deploy', mayImport: [ 'protocol' ] },
	{ room: 'sandbox', mayImport: [ 'protocol', 'matrix', 'homeserver', 'deploy', 'relay/config' ] }
];

const zones = arrows.map( ( { room, mayImport } ) => ( {
	target: `./src/${ room }`,
	from: './src',
	except: [ room, ...mayImport ].map( ( allowed ) => `./${ allowed }` ),
	message: `${ room } may import only: ${ mayImport.join( ', ' ) || 'nothing' }.`
} ) );

const gadgetGlobals = ( ...names ) => names.map( ( name ) => ( {
	name, message: 'mw belongs to gadget/wiki; OO and $ belong to gadget/panel/views.'
} ) );

export default defineConfig(
	{ ignores: [ 'dist/', '.sandbox/', 'node_modules/', 'test-results/' ] },
	js.configs.recommended,
	tseslint.configs.recommended,
	stylistic.configs.customize( { indent: 'tab', quotes: 'single', semi: true, commaDangle: 'never', braceStyle: '1tbs', arrowParens: true } ),
	{
		plugins: { 'import-x': importX },
		languageOptions: { globals: globals.node },
		settings: {
			'import-x/resolver-next': [ createNodeResolver( { extensions: [ '.ts', '.js', '.mjs', '.json' ] } ) ],
			'import-x/parsers': { '@typescript-eslint/parser': [ '.ts' ] }
		},
		rules: {
			'import-x/no-restricted-paths': [ 'error', { basePath: import.meta.dirname, zones: [
				...zones,
				{ target: './src', from: './test', message: 'src never imports test.' }
			] } ],
			'import-x/no-cycle': 'error',
			'import-x/no-unresolved': [ 'error', { ignore: [ '^node:' ] } ],
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-unused-vars': [ 'error', { argsIgnorePattern: '^_' } ],
			eqeqeq: 'error',
			'prefer-const': 'error',
			'max-lines': [ 'error', { max: 500 } ],
			'@stylistic/space-in-parens': [ 'error', 'always', { exceptions: [ 'empty' ] } ],
			'@stylistic/array-bracket-spacing': [ 'error', 'always' ],
			'@stylistic/computed-property-spacing': [ 'error', 'always' ],
			'@stylistic/template-curly-spacing': [ 'error', 'always' ],
			'@stylistic/quotes': [ 'error', 'single', { avoidEscape: true, allowTemplateLiterals: 'avoidEscape' } ],
			'@stylistic/operator-linebreak': [ 'error', 'after' ],
			'@stylistic/multiline-ternary': 'off',
			'@stylistic/indent-binary-ops': 'off',
			'@stylistic/max-statements-per-line': [ 'error', { max: 2 } ],
			'@stylistic/quote-props': [ 'error', 'as-needed' ],
			'@stylistic/max-len': [ 'error', { code: 140, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true } ]
		}
	},
	{
		files: [ 'src/gadget/**' ],
		plugins: { 'no-jquery': noJquery },
		languageOptions: { globals: globals.browser },
		rules: { 'no-restricted-globals': [ 'error', ...gadgetGlobals( 'mw', 'mediaWiki', 'OO', '$', 'jQuery', 've' ) ] }
	},
	{
		files: [ 'src/gadget/wiki/**' ],
		rules: { 'no-restricted-globals': [ 'error', ...gadgetGlobals( 'OO', '$', 'jQuery' ) ] }
	},
	{
		files: [ 'src/gadget/panel/views/**' ],
		rules: {
			...noJquery.configs.recommended?.rules,
			'no-restricted-globals': [ 'error', ...gadgetGlobals( 'mw', 'mediaWiki', 've' ) ]
		}
	},
	{
		// Playwright reads out of the pattern which fixtures a function wants, also when it wants none.
		files: [ 'test/browser/**' ],
		rules: { 'no-empty-pattern': [ 'error', { allowObjectPatternsAsParameters: true } ] }
	},
	{
		files: [ 'src/relay/**', 'src/deploy/**', 'src/homeserver/**' ],
		rules: { 'no-console': 'off' }
	}
);
