/** Bundle `ext.gadget.AskForHelp`: the composition root of the launcher. Every targeted reader loads it. */
import type { HostSettings } from '../../protocol/settings.ts';
import { launcherText } from '../../protocol/settings.ts';
import { embeddedEnglish } from '../i18n/embedded.ts';
import { loadGadget } from '../wiki/gadget-modules.ts';
import { isLoginWindow, onWikiLogout, pageUrl, tellWindows, userLanguage, warn, whenLoaded } from '../wiki/launch-page.ts';
import { keepInPlace } from '../wiki/launcher-places.ts';
import { requireHosts, requireLaunch } from '../wiki/package-files.ts';
import { readVisit, readWikiPerson } from '../wiki/person.ts';
import { createButton } from './button.ts';
import { showFailureNotice } from './failure-notice.ts';
import type { KeptTexts, PanelModule } from './launcher.ts';
import { startLauncher } from './launcher.ts';

let ofSession: KeptTexts = {};
let ofBrowser = ofSession;
try {
	ofSession = Object( sessionStorage ) as KeptTexts;
	ofBrowser = Object( localStorage ) as KeptTexts;
} catch {
	// Forbidden; in some browsers they are nothing instead. The button is there all the same.
}

try {
	const [ label, failed ] = embeddedEnglish() as [ string, string ];
	const language = userLanguage();
	startLauncher( {
		// Whoever breaks the hosts page takes the button away, not the newcomer's trust in it. The panel looks at the rest of it.
		requireLaunchPage: () => ( requireHosts() as Partial<HostSettings> ).bot && requireLaunch(),
		person: readWikiPerson(),
		visit: readVisit(),
		clock: Date.now,
		showButton: ( settings, open ) => keepInPlace( createButton( launcherText( settings, language, 'label' ) || label, open ), settings.actions ),
		sessionStorage: ofSession,
		localStorage: ofBrowser,
		onWikiLogout,
		tellWindows,
		whenLoaded,
		isLoginWindow: isLoginWindow(),
		loadPanel: () => loadGadget<PanelModule>( 'AskForHelp-panel', /^en/.test( language ) && 'AskForHelp-english' ),
		tellFailure: ( settings ) => showFailureNotice( launcherText( settings, language, 'failed' ) || failed, settings.helpPage, pageUrl( settings.helpPage ) ),
		tellLog: warn
	} );
} catch ( error ) {
	// Nobody who only reads shall notice.
	warn( 'bad settings', error );
}
