import { accountOf, type Account, type ApiKey } from '../../../src/core/keys/apiKey.ts';
import { keyRef } from '../../../src/core/keys/keyRef.ts';
import type { ConcurrencyLesson } from '../../../src/core/quota/concurrency.ts';
import type { Ceiling, Ledger, ReserveAsk, Reserved, Settlement } from '../../../src/core/quota/ledger.ts';

export const noon = Date.UTC(2026, 10, 22, 12);
export const midnight = Date.UTC(2026, 10, 22);

/** A reservation of one account, whose name is also its fingerprint and its key's id. */
export function askOf(change: Partial<ReserveAsk> & { readonly who?: string } = {}): ReserveAsk {
  const { who = 'a', ...rest } = change;
  return {
    route: 'r1',
    key: 'groq/1',
    keyId: who,
    fingerprint: who,
    account: `secret:${who}`,
    provider: 'groq',
    model: 'm1',
    tokens: 1_000,
    promptTokens: 400,
    nowMs: noon,
    ceilings: [],
    ...rest,
  };
}

export const tokensPerDay = (value: number, scope = '*', sinceMs = midnight): Ceiling => ({
  limit: 'tokensPerDay',
  scope,
  form: 'calendar',
  value,
  sinceMs,
});

export function reservationOf(reserved: Reserved): string {
  if (!reserved.ok) throw new Error(`no room: ${JSON.stringify(reserved)}`);
  return reserved.reservation;
}

export type Spent = Partial<Omit<Settlement, 'reservation' | 'tokens'>> & { readonly total?: number };

export const settlementOf = (reservation: string, { total, ...rest }: Spent = {}): Settlement => ({
  reservation,
  nowMs: noon,
  outcome: 'ok',
  tokens: total === undefined ? undefined : { prompt: 0, completion: total, total, estimated: false },
  countsRequest: total !== undefined,
  latencyMs: 100,
  ...rest,
});

/** Whose reservation it is where a test has a key. */
export const askerOf = (key: ApiKey) => ({
  key: keyRef(key.provider, key.number),
  keyId: key.id,
  fingerprint: key.fingerprint,
  account: accountOf(key),
  provider: key.provider,
});

/** One whole request: reserved, sent, settled. */
export async function spend(
  ledger: Ledger,
  total: number,
  change: Partial<ReserveAsk> & { readonly who?: string } = {},
  settled: Spent = {},
): Promise<void> {
  const ask = askOf({ tokens: total, promptTokens: 0, sent: true, ...change });
  const reservation = reservationOf(await ledger.reserve(ask));
  await ledger.settle(settlementOf(reservation, { total, nowMs: ask.nowMs, ...settled }));
}

/** A request that ends with this lesson. */
export async function teach(
  ledger: Ledger,
  concurrency: ConcurrencyLesson,
  change: Partial<ReserveAsk> & { readonly who?: string } = {},
): Promise<void> {
  const reservation = reservationOf(await ledger.reserve(askOf(change)));
  await ledger.settle({ ...settlementOf(reservation), concurrency });
}

/** Requests and tokens of what was sent since then, as the limits of a second or a minute count it. */
export const sentSince = (ledger: Ledger, account: Account, sinceMs: number, nowMs = noon): [number, number] => {
  const last = { form: 'sliding', scope: '*', value: 1, sinceMs } as const;
  const requests = ledger.count(account, { ...last, limit: 'requestsPerMinute' }, nowMs);
  const tokens = ledger.count(account, { ...last, limit: 'tokensPerMinute' }, nowMs);
  return [requests.used, tokens.used];
};

export const usedOf = (ledger: Ledger, account: Account, scope = '*', sinceMs = midnight): [number, number] => {
  const { requests, tokens } = ledger.use(account, scope, sinceMs);
  return [requests, tokens];
};
