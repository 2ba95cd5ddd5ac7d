/** Stands in for the SDK's logger: the parts that are used here are handed one, or say nothing. */
export const logger = console;
