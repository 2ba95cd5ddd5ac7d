/** Who uses the wiki, as far as the gadget asks. */
export type WikiPerson = {
	/** 0 without an account. */
	readonly userId: number;
	/** False for anonymous and for temporary accounts. */
	readonly isNamed: boolean;
	/** Tells this person on this wiki from any other one in this browser. */
	readonly storageOwner: string;
};

/** Reads it from the page. */
export function readWikiPerson(): WikiPerson {
	const userId = Number( mw.config.get( 'wgUserId' ) ) || 0;
	return {
		userId,
		// mw.user.isNamed() would need a module more than the launcher may load.
		isNamed: userId > 0 && !mw.config.get( 'wgUserIsTemp' ),
		storageOwner: `${ mw.config.get( 'wgWikiID' ) as string }:${ userId }`
	};
}
