/** A slow machine is late and not wrong; this is only for what never comes. In milliseconds. */
export const LONGEST_WAIT_MS = 120_000;

/** What a busy machine may add to something that has a time limit of its own, and ends long after it without that. In milliseconds. */
export const LATE_MS = 10_000;
