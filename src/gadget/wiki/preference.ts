import type { PreferenceOutcome } from '../panel/viewmodels/hiding.ts';
import { fetchJson } from './fetch-json.ts';

/** The wiki's own preference for a gadget; the wiki's pages without it load nothing of ours. */
const OPTION = 'gadget-AskForHelp';
/** An option of ours, which the wiki keeps for scripts; that it is there, and since when, only its owner can see. */
const CONSENT_OPTION = 'userjs-askforhelp-consent';
/** Errors of the wiki's API that mean: somebody else, or nobody, is logged in by now. */
const NOT_THIS_PERSON = /^(assert|notloggedin|badtoken)/;

/** Changes an option in the preferences of whom this page was loaded for; without a value it is removed. */
async function setOption( optionname: string, optionvalue: string | undefined ): Promise<PreferenceOutcome> {
	const ask = async ( parameters: Readonly<Record<string, string>> ): Promise<Record<string, unknown>> => {
		const body = new URLSearchParams( Object.assign( {
			format: 'json', formatversion: '2', assertuser: mw.config.get( 'wgUserName' ) as string
		}, parameters ) );
		return await fetchJson( `${ mw.config.get( 'wgScriptPath' ) as string }/api.php`, { method: 'POST', body } ) as Record<string, unknown>;
	};
	try {
		const asked = await ask( { action: 'query', meta: 'tokens' } ) as { query?: { tokens?: { csrftoken?: string } } };
		const token = asked.query?.tokens?.csrftoken;
		const answer = token === undefined ? asked : await ask( Object.assign(
			{ action: 'options', optionname, token }, optionvalue === undefined ? {} : { optionvalue }
		) );
		if ( ( answer as { options?: unknown } ).options === 'success' ) {
			return 'done';
		}
		const { code = '' } = ( answer as { error?: { code?: string } } ).error ?? {};
		mw.log.warn( `AskForHelp: the preference is not saved: ${ code }` );
		return NOT_THIS_PERSON.test( code ) ? 'logged-out' : 'unreachable';
	} catch ( error ) {
		mw.log.warn( 'AskForHelp: the preference is not saved', error );
		return 'unreachable';
	}
}

/** Switches the gadget on or off. */
export function setGadgetPreference( isOn: boolean ): Promise<PreferenceOutcome> {
	// The value is written out: without one, a wiki where the gadget is off by default would switch it off again.
	return setOption( OPTION, isOn ? '1' : '0' );
}

/** What was kept under `CONSENT_OPTION` when this page was loaded; `null` for nothing. */
export function storedConsent(): unknown {
	return mw.user.options.get( CONSENT_OPTION );
}

export function saveConsent( text: string | undefined ): Promise<PreferenceOutcome> {
	return setOption( CONSENT_OPTION, text );
}

/** Address of the preferences where a newcomer finds the gadget again. */
export function gadgetPreferencesUrl(): string {
	return `${ mw.config.get( 'wgScript' ) as string }?title=Special:Preferences#mw-prefsection-gadgets`;
}
