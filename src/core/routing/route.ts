import type { KeyRef } from '../keys/keyRef.ts';
import type { TokenUse } from '../providers/message.ts';
import type { FailureKind } from '../providers/failure.ts';

/** The latest, in every ledger. */
export const routesKept = 200;

/** Why a candidate was not asked. Closed, so that each has its sentence. */
export type PassReason =
  | 'disabled'
  | 'quarantined'
  | 'cooling'
  | 'exhausted'
  | 'secretMissing'
  | 'originNotConfirmed'
  | 'notWanted'
  | 'modelGone'
  | 'providerPassedOver'
  | 'noRoom'
  | 'busy'
  | 'tooLarge'
  | 'alreadyTried'
  | 'behind'
  | 'notNeeded';

export type PassedOver = {
  readonly key: KeyRef;
  readonly model: string;
  readonly reason: PassReason;
  /** "Groq Key 1: 0 of 14,400 tokens left, resets in 4h 23m". */
  readonly sentence: string;
  /** When this ends; absent: not by itself. */
  readonly untilMs?: number;
};

export type RouteAttempt = {
  readonly key: KeyRef;
  readonly model: string;
  readonly outcome: 'ok' | FailureKind;
  /** Why this one was chosen, or what went wrong, in words. */
  readonly sentence: string;
  readonly startedAtMs: number;
  readonly ms: number;
  readonly status?: number;
  readonly tokens?: TokenUse;
};

/** All attempts of one request, with the reason for each choice. Holds no secret and no content. */
export type Route = {
  readonly id: string;
  readonly atMs: number;
  readonly askedBy: string;
  readonly outcome: 'answered' | 'cached' | 'degraded' | 'failed' | 'cancelled';
  readonly attempts: readonly RouteAttempt[];
  readonly passedOver: readonly PassedOver[];
  /** How many more were passed over than are listed: the trace explains, it is no inventory. */
  readonly unlisted?: number;
  /** Waits for a cooldown or a reservation to end, in milliseconds, with the reason in words. */
  readonly waits: readonly { readonly ms: number; readonly sentence: string }[];
  readonly ms: number;
};
