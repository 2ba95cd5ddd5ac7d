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
	const userId = mw.config.get( 'wgUserId' ) as number | null || 0;
	return {
		userId,
		// mw.user.isNamed() would need a module more than the launcher may load.
		isNamed: userId > 0 && !mw.config.get( 'wgUserIsTemp' ),
		storageOwner: `${ mw.config.get( 'wgWikiID' ) as string }:${ userId }`
	};
}

/** What the launch settings ask of the person and the page, in the wiki's own names. */
export type Visit = {
	readonly wgUserId: number;
	readonly wgUserEditCount: number;
	/** In milliseconds; null for accounts from before this was noted. */
	readonly wgUserRegistration: number | null;
	readonly wgUserGroups: readonly string[];
	readonly wgNamespaceNumber: number;
};

/** Reads it from the page. */
export function readVisit(): Visit {
	return mw.config.get() as unknown as Visit;
}
