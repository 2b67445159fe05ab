import { isFromLater } from '../lasting.ts';

const minuteMs = 60_000;
/** One request may try a provider that fell behind so long after it did, where no check finds out earlier. */
const tryAfterMs = 5 * minuteMs;
/** After so many tries in vain a good check no longer hastens the next one. */
const manyFailures = 10;

/** What all windows know of a provider that fell behind the next one. Absent: only its health counts. */
export type Demotion =
  | {
      readonly state: 'behind';
      /** Tries in a row that failed. */
      readonly failures: number;
      /** Epoch ms; from here on one request may try. */
      readonly nextTryAtMs: number;
      /** Epoch ms; when this was last written. */
      readonly setAtMs: number;
    }
  /** It has answered a chat: its usual place is its own, whatever its health, until a key of it is blamed. */
  | { readonly state: 'restored' };

type Known = Demotion | undefined;

export const restored: Demotion = { state: 'restored' };

export const fellBehind = (nowMs: number): Demotion => behindFor(tryAfterMs, 0, nowMs);

/** One request may go to the provider at its usual place. */
export function mayTry(demotion: Known, nowMs: number): boolean {
  if (demotion?.state !== 'behind') return false;
  return nowMs >= demotion.nextTryAtMs || isFromLater(demotion.setAtMs, nowMs);
}

/** A good zero-token check lets one request try now, a bad one puts the next try off. */
export function afterProviderCheck(demotion: Known, isGood: boolean, nowMs: number): Known {
  if (demotion?.state !== 'behind') return demotion;
  const { failures } = demotion;
  if (!isGood) return behindFor(tryAfterMs, failures, nowMs);
  return failures < manyFailures && !mayTry(demotion, nowMs) ? behindFor(0, failures, nowMs) : demotion;
}

/** Keys of the provider were blamed; `wasTry` by the one request that was to find out. */
export function afterProviderBlame(demotion: Known, wasTry: boolean, nowMs: number): Known {
  if (demotion?.state !== 'behind') return undefined;
  return wasTry ? behindFor(tryAfterMs, demotion.failures + 1, nowMs) : demotion;
}

/** It stands behind nobody any more, without an answer: the others fell too, or it has no active key. */
export const afterCatchingUp = (demotion: Known): Known => (demotion?.state === 'behind' ? undefined : demotion);

/** When it is next looked at; `isChecked` where there is a zero-token check. Undefined: nobody has looked yet. */
export function nextCheckAtMs(demotion: Known, isChecked: boolean): number | undefined {
  if (demotion?.state !== 'behind') return undefined;
  const { failures, nextTryAtMs, setAtMs } = demotion;
  return isChecked && failures < manyFailures ? Math.min(nextTryAtMs, setAtMs + minuteMs) : nextTryAtMs;
}

const behindFor = (ms: number, failures: number, nowMs: number): Demotion => ({
  state: 'behind',
  failures,
  nextTryAtMs: nowMs + ms,
  setAtMs: nowMs,
});
