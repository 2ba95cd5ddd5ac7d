import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPlaywright, readVitest } from '../support/results.ts';

describe( 'the results of a run', () => {
	it( 'of vitest names each test that did not pass, and each file that did not load', () => {
		const file = path.resolve( 'test/unit/a.test.ts' );
		expect( readVitest( {
			testResults: [
				{
					name: file, status: 'failed', message: '', assertionResults: [
						{ fullName: 'a passes', status: 'passed', failureMessages: [] },
						{ fullName: 'a fails', status: 'failed', failureMessages: [ 'Error: \u001b[31mno\u001b[39m\n    at a' ] },
						{ fullName: 'a is left out', status: 'pending' }
					]
				},
				{ name: path.resolve( 'test/unit/b.test.ts' ), status: 'failed', message: 'Cannot find c', assertionResults: [] }
			]
		} ) ).toEqual( {
			passed: 1,
			failed: 3,
			failures: [
				'test/unit/a.test.ts › a fails\n  Error: no\n      at a',
				'test/unit/a.test.ts › a is left out\n  pending',
				'test/unit/b.test.ts\n  Cannot find c'
			]
		} );
	} );

	it( 'of Playwright names each test that did not pass, was left out, or passed at the second try only, also of a group', () => {
		const spec = ( title: string, status: string, message?: string ): object => ( {
			title, file: 'a.test.ts', tests: [ { status, results: [ { errors: message === undefined ? [] : [ { message } ] } ] } ]
		} );
		expect( readPlaywright( {
			suites: [ {
				specs: [ spec( 'passes', 'expected' ), spec( 'fails', 'unexpected', `no${ '\nline'.repeat( 100 ) }` ) ],
				suites: [ { specs: [ spec( 'is left out', 'skipped' ), spec( 'is flaky', 'flaky', 'at first' ) ] } ]
			} ],
			errors: [ { message: 'the browser is gone' } ]
		} ) ).toEqual( {
			passed: 1,
			failed: 4,
			failures: [
				`a.test.ts › fails\n  no${ '\n  line'.repeat( 11 ) }`,
				'a.test.ts › is left out\n  skipped',
				'a.test.ts › is flaky\n  at first',
				'outside of a test\n  the browser is gone'
			]
		} );
	} );

	it( 'is nothing when the runner ended without a report', () => {
		const nothing = { passed: 0, failed: 0, failures: [] };
		expect( [ readVitest( undefined ), readPlaywright( undefined ) ] ).toEqual( [ nothing, nothing ] );
	} );
} );
