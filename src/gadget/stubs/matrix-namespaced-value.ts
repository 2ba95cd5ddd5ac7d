/**
 * Stands in for names that a proposal and the standard write differently: the bundles only ask for one that no homeserver
 * of ours has.
 */
export class NamespacedValue {
	matches(): boolean {
		return false;
	}
}

export { NamespacedValue as ServerControlledNamespacedValue, NamespacedValue as UnstableValue };
