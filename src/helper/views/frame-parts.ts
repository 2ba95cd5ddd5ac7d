import type { Entry, Screen } from '../state/screen.ts';
import type { Line } from './line.ts';

/** Whether the homeserver can be reached. */
export type Connection = { readonly isOnline: true } | { readonly isOnline: false; readonly sinceMs: number };

/** What there is to draw, and how large the terminal is. */
export type FrameInput = {
	readonly screen: Screen;
	readonly entries: readonly Entry[];
	readonly connection: Connection;
	/** Display name of this helper. */
	readonly name: string;
	readonly unsent: number;
	readonly nowMs: number;
	readonly columns: number;
	readonly rows: number;
};

/** The middle of the screen, which may be shorter than its room. */
export type Body = { readonly lines: readonly Line[]; readonly cursor?: { readonly x: number; readonly y: number } | undefined };
