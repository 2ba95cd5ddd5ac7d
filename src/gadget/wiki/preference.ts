import type { PreferenceOutcome } from '../panel/viewmodels/hiding.ts';
import { wikiApi } from './api.ts';

/** The wiki's own preference for a gadget; the wiki's pages without it load nothing of ours. */
const OPTION = 'gadget-AskForHelp';
/** An option of ours, which the wiki keeps for scripts; that it is there, and since when, only its owner can see. */
const CONSENT_OPTION = 'userjs-askforhelp-consent';
/** Errors of the wiki's API that mean: somebody else, or nobody, is logged in by now. */
const NOT_THIS_PERSON = /^(assert|notloggedin|badtoken)/;

/** Changes an option in the preferences of whom this page was loaded for; without a value it is removed. */
async function setOption( optionname: string, optionvalue: string | undefined ): Promise<PreferenceOutcome> {
	try {
		await wikiApi().postWithToken( 'csrf', { action: 'options', assertuser: mw.config.get( 'wgUserName' ) as string, optionname, optionvalue } );
		return 'done';
	} catch ( error ) {
		// It is the API's code; `http` for no answer.
		mw.log.warn( 'AskForHelp: the preference is not saved', error );
		return NOT_THIS_PERSON.test( String( error ) ) ? 'logged-out' : 'unreachable';
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
