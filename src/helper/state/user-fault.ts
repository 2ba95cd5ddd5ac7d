/** What the person at the terminal has to know or to mend, as one sentence. */
export class UserFault extends Error {
	override readonly name = 'UserFault';
}
