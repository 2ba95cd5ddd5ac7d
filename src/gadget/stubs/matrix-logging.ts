/** Stands in for the SDK's addresses without secrets, for a log that nobody here keeps. */
export function sanitizeUrlForLogs(): string {
	return '';
}
