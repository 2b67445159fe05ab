import * as z from 'zod';
import { ownAccountOf } from '../keys/apiKey.ts';
import type { Owner } from './accounts.ts';
import type { Attempt } from './attempt.ts';
import { account, fact, type Fact } from './fact.ts';
import type { FactBook } from './factBook.ts';
import { forever } from './ledger.ts';
import type { LedgerState } from './ledgerState.ts';
import type { Sum } from './slidingSum.ts';
import { fromForm1 } from './snapshotOfForm1.ts';

/** Use of one account and model, recorded at the start of the period it fell in. */
const spent = z.object({
  account,
  /** Absent: which key of the pool it was is not known. */
  fingerprint: z.string().exactOptional(),
  model: z.string(),
  atMs: z.number(),
  requests: z.number().nonnegative(),
  tokens: z.number().nonnegative(),
});

const snapshotSchema = z.object({
  version: z.literal([1, 2]),
  takenAtMs: z.number(),
  sums: z.array(spent),
  facts: z.array(z.unknown()).transform((facts) => facts.flatMap(readFact)),
});

/** None where an earlier version wrote it in another form: providers say those again, and keys must not go with them. */
function readFact(value: unknown): readonly Fact[] {
  const read = fact.safeParse(value);
  return read.success ? [read.data] : [];
}

export type SpentRow = Readonly<z.infer<typeof spent>>;

/**
 * Enough to show the same percentages again without the database: the sums of the running days and
 * months, the keys' metadata, health, waits and learned limits. Holds no secret; plain JSON.
 */
export type Snapshot = {
  readonly version: 2;
  readonly takenAtMs: number;
  readonly sums: readonly SpentRow[];
  readonly facts: readonly Fact[];
};

export const noSnapshot: Snapshot = { version: 2, takenAtMs: 0, sums: [], facts: [] };

/** The snapshot as it would be now, had it been taken again: with what was recorded since. */
export function extendSnapshot(
  before: Snapshot,
  recorded: readonly Attempt[],
  book: Pick<FactBook, 'accounts' | 'facts'>,
): Snapshot {
  const since = recorded.map(({ subject, atMs, requests, total }) => ({
    account: book.accounts.of(subject),
    fingerprint: subject.fingerprint,
    model: subject.model,
    atMs,
    requests,
    tokens: total,
  }));
  return { ...before, sums: [...before.sums, ...since], facts: [...book.facts()] };
}

/** What came back from `globalState`, or undefined where it is no snapshot. */
export function parseSnapshot(value: unknown): Snapshot | undefined {
  const parsed = snapshotSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { version, takenAtMs, sums, facts } = parsed.data;
  return { version: 2, takenAtMs, ...(version === 1 ? fromForm1({ sums, facts }) : { sums, facts }) };
}

export type Spender = Owner & { readonly model: string };

/**
 * `periodStartsMs`: when the running quota days and months began. Each sum is cut at these moments,
 * so every one of these periods adds up to the same when the rows are recorded again.
 */
export function snapshotOf(
  state: LedgerState,
  spenders: Iterable<Spender>,
  periodStartsMs: readonly number[],
  nowMs: number,
): Snapshot {
  const starts = [...new Set(periodStartsMs)].toSorted((a, b) => b - a);
  const groups = Map.groupBy(spenders, (spender) => `${state.facts.accounts.of(spender)}\n${spender.model}`);
  const sums = [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : sumsOf(state, [first, ...others], starts),
  );
  return { version: 2, takenAtMs: nowMs, sums, facts: [...state.facts.facts()].filter((each) => lasts(each, nowMs)) };
}

/** Of one account and model, each key's by itself, and the rest whose key is not known. */
function sumsOf(
  { facts, spending }: LedgerState,
  spenders: readonly [Spender, ...Spender[]],
  startsMs: readonly number[],
): readonly SpentRow[] {
  const [{ model }] = spenders;
  const account = facts.accounts.of(spenders[0]);
  const fingerprints = new Set(spenders.map(({ fingerprint }) => fingerprint).filter((each) => each !== ''));
  const rows: SpentRow[] = [];
  let later = new Map<string, Sum>();
  for (const atMs of startsMs) {
    const sums = new Map<string, Sum>();
    let rest: Sum = spending.use(account, model, atMs);
    for (const fingerprint of fingerprints) {
      const own = account.startsWith('pool:') ? spending.use(ownAccountOf(fingerprint), model, atMs) : rest;
      sums.set(fingerprint, own);
      rest = less(rest, own);
    }
    sums.set('', rest);
    for (const [fingerprint, sum] of sums) {
      const { requests, tokens } = less(sum, later.get(fingerprint) ?? { requests: 0, tokens: 0 });
      const whose = fingerprint === '' ? {} : { fingerprint };
      if (requests > 0 || tokens > 0) rows.push({ account, ...whose, model, atMs, requests, tokens });
    }
    later = sums;
  }
  return rows;
}

const less = (sum: Sum, other: Sum): Sum => ({
  requests: Math.max(0, sum.requests - other.requests),
  tokens: Math.max(0, sum.tokens - other.tokens),
});

/** What is over needs no place. */
function lasts({ value }: Fact, nowMs: number): boolean {
  if (value === null) return false;
  const untilMs = typeof value === 'object' && 'untilMs' in value ? value.untilMs : forever;
  return untilMs > nowMs;
}
