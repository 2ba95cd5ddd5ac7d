import type { NotificationPort } from '../panel/viewmodels/notifying.ts';

/** On Android pages may not show any, though the interface is there: only service workers, which a gadget cannot have. */
function hasNotifications(): boolean {
	return 'Notification' in window && window.isSecureContext && !/Android/.test( navigator.userAgent );
}

/**
 * Notifications of the browser (Notifications API).
 *
 * @param tag a new one takes the place of an old one with the same tag, from whichever tab
 */
export function browserNotifications( tag: string ): NotificationPort {
	return {
		permission: () => hasNotifications() ? Notification.permission : undefined,
		ask: () => Notification.requestPermission(),
		show( title, body, onClick ) {
			const notification = new Notification( title, { body, tag } );
			notification.onclick = () => {
				window.focus();
				notification.close();
				onClick();
			};
		}
	};
}
