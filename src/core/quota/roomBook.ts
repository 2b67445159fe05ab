import { accountOf, type Account, type ApiKey } from '../keys/apiKey.ts';
import type { Provider } from '../providers/provider.ts';
import { fitsAtMs } from './bucket.ts';
import { ceilingOf, knownLimits, leastLeft, turnsAtMs, type KnownLimit } from './knownLimits.ts';
import { isOld } from './learnedLimits.ts';
import type { Ceiling, Count, Ledger } from './ledger.ts';
import { drainMs, type Limits } from './limits.ts';

export type Room =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly ceiling: Ceiling;
      /** In the limit's own unit; includes what was used outside AI Keys. */
      readonly used: number;
      readonly held: number;
      /** When the window turns; for seconds, minutes and buckets, when this much room comes back. */
      readonly resetAtMs: number;
      /** The same if the reservations under way came to nothing. */
      readonly unheldAtMs: number;
    };

/** What stands in the way may end by itself (a use outside that a provider named until a moment). */
const refusalKeptMs = 1_000;

const roomy: Room = { ok: true };

/** What was found of one (key, model), true until the account changes or a window turns. */
type Entry = {
  readonly limits: readonly KnownLimit[];
  readonly learnedOfKey: Limits;
  readonly learnedOfModel: Limits;
  changes: number;
  fromMs: number;
  untilMs: number;
  /** A request of up to this many tokens fits. */
  tokens: number;
  refused: { readonly tokens: number; readonly room: Room & { ok: false } } | undefined;
};

type KeyEntry = {
  readonly key: ApiKey;
  readonly provider: Provider;
  readonly account: Account;
  readonly models: Map<string, Entry>;
};

/**
 * Whether a request has room, asked of every candidate of every request: what was found once is
 * kept while nothing of the account changed, since passing time alone only gives room back.
 */
export class RoomBook {
  readonly #ledger: Pick<Ledger, 'count' | 'learned' | 'learnedAtMs' | 'changes'>;
  readonly #keys = new Map<string, KeyEntry>();

  constructor(ledger: Pick<Ledger, 'count' | 'learned' | 'learnedAtMs' | 'changes'>) {
    this.#ledger = ledger;
  }

  limits(key: ApiKey, provider: Provider, model: string): readonly KnownLimit[] {
    return this.#entry(this.#keyEntry(key, provider), model).limits;
  }

  room(key: ApiKey, provider: Provider, model: string, tokens: number, nowMs: number): Room {
    const known = this.#keyEntry(key, provider);
    const entry = this.#entry(known, model);
    if (nowMs >= entry.fromMs && nowMs < entry.untilMs) {
      if (tokens <= entry.tokens) return roomy;
      if (entry.refused?.tokens === tokens) return entry.refused.room;
    }
    return this.#look(known, entry, tokens, nowMs);
  }

  /** Old learned limits that a request of so many tokens would pass; none where it would pass another one too. */
  passable(key: ApiKey, provider: Provider, model: string, tokens: number, nowMs: number): readonly Ceiling[] {
    const limits = this.limits(key, provider, model);
    if (!limits.some((known) => isOld(known, nowMs))) return [];
    const full = limits.filter((known) => {
      const { unit, value } = known;
      const { used, held } = this.count(accountOf(key), known, provider.resetTimeZone, nowMs);
      return used + held + (unit === 'tokens' ? tokens : 1) > value || value - used < leastLeft[unit];
    });
    const areOld = full.every((known) => isOld(known, nowMs));
    return areOld ? full.map((known) => ceilingOf(known, provider.resetTimeZone, nowMs)) : [];
  }

  /** What counts against one limit now. */
  count(account: Account, known: KnownLimit, zone: string, nowMs: number): Count {
    return this.#ledger.count(account, ceilingOf(known, zone, nowMs), nowMs);
  }

  /** When a calendar limit turns; of the other forms, when `need` fits under it again. */
  resetAtMs(account: Account, known: KnownLimit, zone: string, need: number, nowMs: number): number {
    const turnAtMs = turnsAtMs(known, zone, nowMs);
    if (turnAtMs !== undefined) return turnAtMs;
    const { window, value, limit } = known;
    const ceiling = ceilingOf(known, zone, nowMs);
    const usedSince = (sinceMs: number): number => {
      const { used, held } = this.#ledger.count(account, { ...ceiling, sinceMs }, nowMs);
      return used + held;
    };
    if (known.form === 'bucket') return fitsAtMs(limit, value, usedSince(0), need, nowMs);
    const lengthMs = drainMs[window];
    const fits = (sinceMs: number): boolean => usedSince(sinceMs) + need <= value;
    let full = nowMs - lengthMs;
    let free = nowMs + 1;
    if (fits(full) || !fits(free)) return nowMs + lengthMs;
    while (free - full > 1) {
      const middle = Math.floor((full + free) / 2);
      if (fits(middle)) free = middle;
      else full = middle;
    }
    return free + lengthMs;
  }

  #look({ account, provider }: KeyEntry, entry: Entry, tokens: number, nowMs: number): Room {
    let mostTokens = Number.POSITIVE_INFINITY;
    let untilMs = Number.POSITIVE_INFINITY;
    const zone = provider.resetTimeZone;
    for (const known of entry.limits) {
      const { unit, value } = known;
      const ceiling = ceilingOf(known, zone, nowMs);
      const { used, held } = this.#ledger.count(account, ceiling, nowMs);
      const ask = unit === 'tokens' ? tokens : 1;
      if (used + held + ask > value || value - used < leastLeft[unit]) {
        const need = Math.max(ask, leastLeft[unit]);
        const resetAtMs = this.resetAtMs(account, known, zone, need, nowMs);
        const unheldAtMs = this.#unheldAtMs(account, known, zone, need, nowMs) ?? resetAtMs;
        const room: Room = { ok: false, ceiling, used, held, resetAtMs, unheldAtMs };
        remember(entry, nowMs, Math.min(resetAtMs, nowMs + refusalKeptMs), -1, { tokens, room });
        return room;
      }
      if (unit === 'tokens') mostTokens = Math.min(mostTokens, value - used - held);
      untilMs = Math.min(untilMs, turnsAtMs(known, zone, nowMs) ?? untilMs);
    }
    remember(entry, nowMs, untilMs, mostTokens, undefined);
    return roomy;
  }

  /** Undefined where nothing is held that may come back: a request that has come in counts, but for calendars. */
  #unheldAtMs(account: Account, known: KnownLimit, zone: string, need: number, nowMs: number): number | undefined {
    const { form, unit, limit, value } = known;
    const { used, held } = this.count(account, known, zone, nowMs);
    if (held === 0 || (form !== 'calendar' && unit === 'requests')) return undefined;
    if (used + need <= value) return nowMs;
    return form === 'bucket' ? fitsAtMs(limit, value, used, need, nowMs) : undefined;
  }

  #keyEntry(key: ApiKey, provider: Provider): KeyEntry {
    const known = this.#keys.get(key.id);
    if (known !== undefined && known.key === key && known.provider === provider) return known;
    const made = { key, provider, account: accountOf(key), models: new Map<string, Entry>() };
    this.#keys.set(key.id, made);
    return made;
  }

  #entry({ key, provider, account, models }: KeyEntry, model: string): Entry {
    const changes = this.#ledger.changes(account);
    const known = models.get(model);
    if (known?.changes === changes) return known;
    const learnedOfKey = this.#ledger.learned(account, '*');
    const learnedOfModel = this.#ledger.learned(account, model);
    if (known?.learnedOfKey === learnedOfKey && known.learnedOfModel === learnedOfModel) {
      known.changes = changes;
      remember(known, 0, 0, -1, undefined);
      return known;
    }
    const limits = knownLimits(key, provider, model, this.#ledger);
    const made = {
      limits,
      learnedOfKey,
      learnedOfModel,
      changes,
      fromMs: 0,
      untilMs: 0,
      tokens: -1,
      refused: undefined,
    };
    models.set(model, made);
    return made;
  }
}

function remember(entry: Entry, fromMs: number, untilMs: number, tokens: number, refused: Entry['refused']): void {
  entry.fromMs = fromMs;
  entry.untilMs = untilMs;
  entry.tokens = tokens;
  entry.refused = refused;
}
