import type { Concurrency } from '../quota/concurrency.ts';
import type { Ceiling } from '../quota/ledger.ts';
import type { PassReason } from './route.ts';

/** What stands in the way of one candidate, as data: its words are made when someone reads them. */
export type Obstacle = {
  readonly reason: PassReason;
  /** When it ends by itself; absent: it does not, or nobody knows. */
  readonly untilMs?: number;
  /** The limit that has no room, with what is used and held of it. */
  readonly full?: { readonly ceiling: Ceiling; readonly used: number; readonly held: number };
  /** The cap that has no room for one more request at once. */
  readonly concurrency?: Concurrency;
  /** The answer's cap that would still fit, where the wanted one does not. */
  readonly fittingCap?: number;
  /** Only reservations under way stand in the way: they settle soon. */
  readonly onlyHeld?: boolean;
  /** When it would end if those came to nothing. */
  readonly unheldAtMs?: number;
  /** Another request finds out whether the key is well again: worth waiting for until then. */
  readonly onTrialUntilMs?: number;
  /** Its origin did not answer while the machine is offline. */
  readonly unreachable?: true;
  /** Sizes in tokens, where the request is too large for the model. */
  readonly tokens?: { readonly needed: number; readonly most: number };
};

/** This request has asked it, and does not again. */
export const alreadyTried: Obstacle = { reason: 'alreadyTried' };

/** What is in the way is a full second or minute, or other requests: the key itself could answer this one. */
export const isOnlyFull = ({ reason }: Obstacle): boolean =>
  reason === 'cooling' || reason === 'noRoom' || reason === 'busy';

/** Prompt and answer of this request as one candidate would count them, in tokens. */
export type Size = {
  /** The prompt as estimated before anything was learned of its provider. */
  readonly estimate: number;
  readonly prompt: number;
  /** What the answer may have: the caller's wish within what the model can take. */
  readonly cap: number;
  /** Below this the answer is not worth a request. */
  readonly smallestCap: number;
  /** What the model or its minute can take at all; undefined: not known. */
  readonly most: number | undefined;
};
