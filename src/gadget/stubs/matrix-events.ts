/** Stands in for the SDK's event emitter: nobody listens to what its HTTP layer tells. */
export class TypedEventEmitter {
	emit(): boolean {
		return false;
	}
}
