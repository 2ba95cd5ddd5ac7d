import type { LaunchSettings } from '../../protocol/settings.ts';
import type { Visit } from '../wiki/person.ts';

/** The golden ratio: its multiples spread ids that follow each other evenly over the range between two integers. */
const EVEN_STEP = 1.6180339887;

const DAY_MS = 86_400_000;

/** Whether the launch settings mean this person, here. */
export function isEligible( settings: LaunchSettings, visit: Visit, nowMs: number ): boolean {
	const isIn = ( group: string ): boolean => visit.wgUserGroups.includes( group );
	return visit.wgUserEditCount <= settings.maxEdits &&
		nowMs - visit.wgUserRegistration! <= settings.maxAccountDays * DAY_MS &&
		settings.groups.some( isIn ) && !settings.exceptGroups.some( isIn ) &&
		( !settings.namespaces.length || settings.namespaces.includes( visit.wgNamespaceNumber ) ) &&
		visit.wgUserId * EVEN_STEP % 1 * 100 < settings.share;
}
