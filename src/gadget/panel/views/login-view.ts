import type { MessageKey } from '../../i18n/messages.ts';
import type { LoginStatus } from '../viewmodels/login.ts';
import { buttonLine, element, setVisible, wordButton } from './dom.ts';
import { helpPageLine } from './help-page-link.ts';
import type { NoticeKind } from './notice.ts';
import { notice } from './notice.ts';
import type { CreateView } from './view-context.ts';

const KINDS: Readonly<Record<LoginStatus, NoticeKind>> = {
	waiting: 'neutral', finishing: 'neutral', cancelled: 'neutral', 'timed-out': 'warning', blocked: 'warning',
	'not-allowed': 'error', failed: 'error', unreachable: 'error', 'other-person': 'error'
};

function buttonLabel( status: LoginStatus ): MessageKey {
	switch ( status ) {
		case 'waiting':
		case 'timed-out': return 'login-open-again';
		case 'blocked': return 'login-open';
		default: return 'try-again';
	}
}

/** While the newcomer logs in, in another window; whatever happens there, this leads on. */
export const createLoginView: CreateView = ( context ) => {
	const { panel, messages } = context;
	const root = element( 'div', 'askforhelp-screen askforhelp-screen-login' );
	const status = element( 'div', 'askforhelp-login-status' );
	status.setAttribute( 'role', 'status' );
	status.tabIndex = -1;
	const open = wordButton( '', () => panel.openLogin(), { flags: [ 'primary', 'progressive' ], classes: [ 'askforhelp-login-open' ] } );
	const cancel = wordButton( messages( 'cancel' ), () => panel.cancelLogin(), { classes: [ 'askforhelp-login-cancel' ] } );
	const buttons = buttonLine( open, cancel );
	root.append( status, buttons, helpPageLine( context ) );
	let shown: LoginStatus | undefined;

	return {
		element: root,
		update( { loginStatus } ) {
			if ( loginStatus !== shown ) {
				shown = loginStatus;
				root.dataset.status = loginStatus;
				status.replaceChildren( notice( KINDS[ loginStatus ], messages( `login-${ loginStatus }` ) ) );
				open.setLabel( messages( buttonLabel( loginStatus ) ) );
				if ( loginStatus === 'finishing' && buttons.contains( document.activeElement ) ) {
					// The button goes; the focus stays in the panel.
					status.focus( { preventScroll: true } );
				}
				setVisible( buttons, loginStatus !== 'finishing' );
			}
		},
		focus: () => open.focus(),
		dispose() {}
	};
};
