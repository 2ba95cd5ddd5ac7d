import type { LoginStatus } from '../viewmodels/login.ts';
import type { Story } from './story.ts';

const statuses: readonly LoginStatus[] = [
	'waiting', 'blocked', 'cancelled', 'not-allowed', 'failed', 'timed-out', 'finishing', 'unreachable', 'other-person'
];

export const LOGIN_STORIES: readonly Story[] = [
	...statuses.map( ( loginStatus ): Story => ( { name: `login-${ loginStatus }`, state: { screen: 'login', loginStatus } } ) ),
	...( [ 'waiting', 'failed' ] as const ).map( ( loginStatus ): Story => (
		{ name: `login-to-the-safety-team-${ loginStatus }`, state: { screen: 'login', team: 'harassment', loginStatus } }
	) ),
	{ name: 'login-without-a-help-page', state: { screen: 'login', loginStatus: 'waiting' }, settings: { helpPage: '' } }
];
