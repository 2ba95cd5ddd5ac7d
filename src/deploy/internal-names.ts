/**
 * Names of functions and values that never leave the bundle in which they are, so that they can be sent short: no other bundle,
 * page, tab, storage, server or library calls anything by them (what one only hands back may have them). Only those that save most.
 */
export const INTERNAL_NAMES: Readonly<Record<string, readonly string[]>> = {
	AskForHelp: [
		'clock', 'isLoginWindow', 'isNamed', 'loadPanel', 'localStorage', 'onWikiLogout', 'person', 'requireLaunchPage', 'sessionStorage',
		'showButton', 'storageOwner', 'tellFailure', 'tellLog', 'tellWindows', 'userId', 'visit', 'whenLoaded'
	],
	'AskForHelp-panel': [
		'awaitToken', 'boxesToKeepClear', 'cancelLogin', 'comingBack', 'endOfPage', 'fetchStatus', 'forgetEnded', 'hasConversation',
		'isForgetful', 'isLeading', 'isStillMe', 'isTalkOrHistory', 'keepClear', 'loadMatrix', 'loginStatus', 'loginUrl',
		'lookAround', 'onAdopted', 'onConfirmed', 'onKnown', 'onLoginStatus', 'onStrangeNews', 'openTabChannel', 'openWindow',
		'questionProblem', 'receiverLock', 'refreshContext', 'releaseEditor', 'rememberFocus', 'remembered', 'removeSelection',
		'savePreference', 'setHasConversation', 'showTeam', 'stopReceiving', 'suggestions', 'takeQuestion', 'toRemember', 'topicLabel',
		'topicName', 'unreadElsewhere', 'whenGone'
	],
	'AskForHelp-matrix': [
		'abortSignal', 'announcement', 'authedRequest', 'createBackOff', 'doAuthedRequest', 'eventEmitter', 'extraParams',
		'fillEachGap', 'firstDelayMs', 'handleUnknownToken', 'hasHeading', 'hasMore', 'hasNewOwn', 'hasNewer', 'isMuted',
		'localTimeoutMs', 'longPollMs', 'longestDelayMs', 'onlyData', 'prepareForRequest', 'rawResponseBody',
		'requestOtherUrl', 'requestTimeoutMs', 'showMore', 'showNewer', 'showNewest', 'sleepUnlessAborted', 'startSyncLoop',
		'tokenManager', 'useAuthorizationHeader'
	]
};

/**
 * A sentence for each name that another bundle has, too: there it is still what it was, and neither would find the other's.
 *
 * @param codes the built bundles by their names. The launcher's own are not looked for: it hands nothing over but what it exports.
 */
export function namesInOtherBundles( codes: Readonly<Record<string, string>> ): string[] {
	return Object.entries( INTERNAL_NAMES ).filter( ( [ bundle ] ) => bundle !== 'AskForHelp' ).flatMap( ( [ bundle, names ] ) => names.flatMap( ( name ) => (
		Object.entries( codes ).filter( ( [ other, code ] ) => other !== bundle && new RegExp( `\\b${ name }\\b` ).test( code ) )
			.map( ( [ other ] ) => `"${ name }" is sent short in ${ bundle }, and is in ${ other }, too.` )
	) ) );
}
