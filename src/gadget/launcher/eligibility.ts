import type { LaunchSettings } from '../../protocol/settings.ts';
import type { Visit } from '../wiki/person.ts';

/** Whether the launch settings mean this person, here. */
export function isEligible( settings: LaunchSettings, visit: Visit, nowMs: number ): boolean {
	const isIn = ( group: string ): boolean => visit.wgUserGroups.includes( group );
	return visit.wgUserEditCount <= settings.maxEdits &&
		nowMs - visit.wgUserRegistration! <= settings.maxAccountDays * 86_400_000 &&
		settings.groups.some( isIn ) && !settings.exceptGroups.some( isIn ) &&
		( !settings.namespaces.length || settings.namespaces.includes( visit.wgNamespaceNumber ) ) &&
		// Multiples of the golden ratio spread ids that follow each other evenly over the range between two integers.
		visit.wgUserId * 1.618034 % 1 * 100 < settings.share;
}
