import { isFromLater } from '../lasting.ts';
import type { Account, ApiKey } from '../keys/apiKey.ts';
import type { Provider } from '../providers/provider.ts';
import type { Fact, FactValue } from './fact.ts';
import type { FactBook } from './factBook.ts';
import type { Ledger } from './ledger.ts';

/** A cap on the requests that may be under way at once, with those that are, over all windows. */
export type Concurrency = {
  /** What the cap is on: one key, or the account that a provider refused. */
  readonly of: `key:${string}` | Account;
  readonly underWay: number;
  readonly most: number;
};

/** What the provider of an account last taught of it, and when; epoch ms. */
export type LearnedConcurrency = Readonly<FactValue<'concurrency'>>;

/** `underWay`: with the account when the request was sent, the request included. */
export type ConcurrencyLesson = {
  readonly underWay: number;
  readonly nowMs: number;
  /** Absent: it was answered. `most` where the refusal named a number. */
  readonly refused?: { readonly most?: number };
};

/** After this one request more is tried. */
const retriedAfterMs = 24 * 3_600_000;

/** The cap that the user or the catalog sets; undefined: there is none. The key's own number wins over its provider's. */
export const maxConcurrentOf = (
  key: Pick<ApiKey, 'maxConcurrent'>,
  provider: Pick<Provider, 'maxConcurrent'>,
): number | undefined => key.maxConcurrent ?? provider.maxConcurrent;

/** The caps that hold for requests with a key. */
export const capsOf = (
  ledger: Pick<Ledger, 'concurrency'>,
  { key, provider, account }: { readonly key: ApiKey; readonly provider: Provider; readonly account: Account },
  nowMs: number,
): readonly Concurrency[] =>
  ledger.concurrency({
    keyId: key.id,
    fingerprint: key.fingerprint,
    account,
    maxConcurrent: maxConcurrentOf(key, provider),
    nowMs,
  });

export const isFull = ({ underWay, most }: Concurrency): boolean => underWay >= most;

/** One more than was learned where that is a day old, or where the clock was set back so that nobody knows. */
export const mostNow = ({ most, setAtMs }: LearnedConcurrency, nowMs: number): number =>
  nowMs - setAtMs >= retriedAfterMs || isFromLater(setAtMs, nowMs) ? most + 1 : most;

/** What a refusal teaches: the number that it names, else one less than were under way, and never none. */
export const mostAfterRefusal = (underWay: number, refused: NonNullable<ConcurrencyLesson['refused']>): number =>
  Math.max(1, refused.most ?? underWay - 1);

/** Several refused at the same moment teach the least of what each does. An answer past what was learned raises it. */
export function planConcurrency(book: FactBook, account: Account, lesson: ConcurrencyLesson): readonly Fact[] {
  const most = mostAfter(lesson, book.concurrency(account)?.most);
  if (most === undefined) return [];
  return [{ kind: 'concurrency', subject: account, scope: '', name: '', value: { most, setAtMs: lesson.nowMs } }];
}

/** Undefined: it teaches nothing. */
function mostAfter({ underWay, refused }: ConcurrencyLesson, before: number | undefined): number | undefined {
  if (refused === undefined) return before !== undefined && underWay > before ? underWay : undefined;
  const most = mostAfterRefusal(underWay, refused);
  return refused.most === undefined ? Math.min(most, before ?? most) : most;
}
