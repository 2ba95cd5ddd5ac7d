/** Bundle `ext.gadget.AskForHelp`: the composition root of the launcher. Every targeted reader loads it. */
import { readLaunchSettings } from '../../protocol/settings.ts';
import { embeddedMessages } from '../i18n/embedded.ts';
import { loadGadget } from '../wiki/gadget-modules.ts';
import { isLoginWindow, onWikiLogout, pageUrl, tellWindows, userLanguage, warn, whenIdle } from '../wiki/launch-page.ts';
import { readPackageFile } from '../wiki/package-files.ts';
import { readWikiPerson } from '../wiki/person.ts';
import { visualEditorButton } from '../wiki/visual-editor-button.ts';
import { showFailureNotice } from './failure-notice.ts';
import type { PanelModule } from './launcher.ts';
import { startLauncher } from './launcher.ts';

try {
	const [ label = '', failed = '' ] = embeddedMessages( userLanguage() );
	const settings = readLaunchSettings( readPackageFile( 'AskForHelp-launch.json' ) );
	const helpPage = settings?.helpPage;
	startLauncher( {
		settings,
		person: readWikiPerson(),
		label,
		entryPoints: [ visualEditorButton ],
		sessionStorage,
		onWikiLogout,
		tellWindows,
		whenIdle,
		isLoginWindow: isLoginWindow(),
		loadPanel: () => loadGadget<PanelModule>( 'AskForHelp-panel' ),
		tellFailure: () => showFailureNotice( failed, helpPage && { text: helpPage, href: pageUrl( helpPage ) } ),
		log: warn
	} );
} catch ( error ) {
	// For example, a browser that forbids sessionStorage. Nobody who only reads shall notice.
	warn( 'no launcher', error );
}

export {};
