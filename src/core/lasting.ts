/** What holds from one moment to another, in epoch milliseconds. */
export type Lasting = { readonly setAtMs: number; readonly untilMs: number };

/** Clocks of windows on one machine are one clock; this is for its small corrections. */
const clockSlackMs = 60_000;

/** What was set after this moment (epoch ms) was set before the clock was set back. */
export const latestSetMs = (nowMs: number): number => nowMs + clockSlackMs;

/** The clock was set back since: how long it has lasted nobody can tell any more. */
export const isFromLater = (setAtMs: number, nowMs: number): boolean => setAtMs > latestSetMs(nowMs);

/** It has not ended, and was not set before the clock was set back: nothing outlives its length by that. */
export const lasts = ({ setAtMs, untilMs }: Lasting, nowMs: number): boolean =>
  nowMs < untilMs && !isFromLater(setAtMs, nowMs);
