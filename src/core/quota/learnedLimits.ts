import { isFromLater } from '../lasting.ts';
import type { Account } from '../keys/apiKey.ts';
import type { Fact } from './fact.ts';
import type { FactBook, Learned } from './factBook.ts';
import type { Plan } from './factPlans.ts';
import type { Ceiling, Scope } from './ledger.ts';
import { limitShapes, type LimitName, type Limits } from './limits.ts';
import { saneLimit } from './saneLimits.ts';

const hourMs = 3_600_000;
/** The same number said again is written no more often. */
const renewedAfterMs = hourMs;
/** So long after the provider last said so one request may try past a learned limit. */
const oldAfterMs = 24 * hourMs;

const isOlderThan = (ageMs: number, atMs: number, nowMs: number): boolean =>
  nowMs - atMs >= ageMs || isFromLater(atMs, nowMs);

/** A limit that was learned so long ago that the account may have another one by now. */
export const isOld = ({ learnedAtMs }: Pick<Ceiling, 'learnedAtMs'>, nowMs: number): boolean =>
  learnedAtMs !== undefined && isOlderThan(oldAfterMs, learnedAtMs, nowMs);

/** Answers the limits that are new or differ. Numbers that no limit can have are left out. */
export function planLearn(book: FactBook, account: Account, scope: Scope, limits: Limits, nowMs: number): Plan<Limits> {
  const before = book.storedLearned(account, scope);
  const answer: { [Name in LimitName]?: number } = {};
  const renewed: Learned = {};
  for (const { name } of limitShapes) {
    const value = saneLimit(limits[name]);
    const known = before[name];
    if (value === undefined) continue;
    if (value !== known?.value) answer[name] = value;
    else if (!isOlderThan(renewedAfterMs, known.atMs, nowMs)) continue;
    renewed[name] = { value, atMs: nowMs };
  }
  if (Object.keys(renewed).length === 0) return { facts: [], answer };
  return { facts: [{ kind: 'learned', subject: account, scope, name: '', value: { ...before, ...renewed } }], answer };
}

/**
 * The provider let a request past it. One that was said again meanwhile stays. `isNone`: the catalog's number
 * does not take its place either, until the provider names one.
 */
export function planUnlearn(
  book: FactBook,
  account: Account,
  { limit, scope, learnedAtMs }: Ceiling,
  isNone = false,
): Plan<void> {
  const { [limit]: known, ...others } = book.storedLearned(account, scope);
  if (known === undefined || known.atMs !== learnedAtMs) return { facts: [], answer: undefined };
  const rest: Learned = isNone ? { ...others, [limit]: { ...known, value: null } } : others;
  const value = Object.keys(rest).length === 0 ? null : rest;
  const fact: Fact = { kind: 'learned', subject: account, scope, name: '', value };
  return { facts: [fact], answer: undefined };
}
