import type { Health } from '../health/health.ts';
import { isQuarantined } from '../health/healthRules.ts';
import { providerHealth } from '../health/providerHealth.ts';
import { accountOf, type ApiKey } from '../keys/apiKey.ts';
import type { KeyBook } from '../keys/keyBook.ts';
import type { Clock } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';
import { keyStatusOf, modelsLeft, type StatusPorts } from './keyStatusOf.ts';
import type { KeyStatus } from './keyStatus.ts';
import { ceilingOf, leastLeft, turnsAtMs } from './knownLimits.ts';
import type { Ceiling, Ledger, Scope } from './ledger.ts';
import { drainMs, type LimitName, type Unit } from './limits.ts';
import { RoomBook, type Room } from './roomBook.ts';

export type TrackerPorts = {
  readonly ledger: Ledger;
  readonly keyBook: Pick<KeyBook, 'all'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly providers: () => readonly Provider[];
  /** Ascending, in percent; above the first a key's state is `warning`. */
  readonly warnAtPercent: () => readonly number[];
  /** Default: every secret is there. */
  readonly secretPresent?: (key: ApiKey) => boolean;
  /** Default: every origin is confirmed. */
  readonly originConfirmed?: (key: ApiKey, provider: Provider) => boolean;
};

/** One key in `getAllStats()`, in the unit of its provider's daily limit. */
export type KeyStats = {
  readonly used: number;
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly percentage: number | null;
  /** Named where it is not the provider's daily limit. */
  readonly which?: LimitName;
  /** Named where the limit is counted for one model. */
  readonly model?: string;
};

/** A day or month of one key and model that comes back by itself, in its limit's unit. */
export type Quota = {
  readonly scope: Scope;
  readonly unit: Unit;
  readonly value: number;
  readonly left: number;
  /** When what is left is lost; undefined: it is a bucket. */
  readonly turnsAtMs: number | undefined;
  /** Of one key in a pool: the limit is the key's own. */
  readonly ofKeyAlone: boolean;
  /** What it takes to come back from nothing; milliseconds. */
  readonly drainsMs: number;
};

export type AllStats = Readonly<Record<string, Readonly<Record<`key_${number}`, KeyStats>>>>;

export type ProviderHealthStatus = {
  readonly healthScore: number;
  readonly keys: number;
  readonly active: number;
  readonly quarantined: number;
};

/** What each key has left, and what may be said of it (spec section 5). */
export class Tracker {
  readonly #ports: TrackerPorts;
  readonly #rooms: RoomBook;
  readonly #status: StatusPorts;

  constructor(ports: TrackerPorts) {
    this.#ports = ports;
    this.#rooms = new RoomBook(ports.ledger);
    this.#status = {
      ledger: ports.ledger,
      rooms: this.#rooms,
      warnAtPercent: ports.warnAtPercent,
      secretPresent: ports.secretPresent ?? (() => true),
      originConfirmed: ports.originConfirmed ?? (() => true),
    };
  }

  /** What a reservation must fit under. */
  ceilings(key: ApiKey, provider: Provider, model: string, nowMs: number): readonly Ceiling[] {
    return this.#rooms.limits(key, provider, model).map((known) => ceilingOf(known, provider.resetTimeZone, nowMs));
  }

  /** Whether a request of so many tokens has room; if not, the first limit that has none. */
  room(key: ApiKey, provider: Provider, model: string, tokens: number, nowMs: number): Room {
    return this.#rooms.room(key, provider, model, tokens, nowMs);
  }

  /** Learned limits that are old enough for one request to try past them, where nothing else stands in its way. */
  passable(key: ApiKey, provider: Provider, model: string, tokens: number, nowMs: number): readonly Ceiling[] {
    return this.#rooms.passable(key, provider, model, tokens, nowMs);
  }

  /** The most that one request can take: the smallest per-minute token limit that holds for it. */
  tokensPerMinute(key: ApiKey, provider: Provider, model: string): number | undefined {
    let least: number | undefined;
    for (const { limit, value } of this.#rooms.limits(key, provider, model)) {
      if (limit === 'tokensPerMinute') least = Math.min(least ?? value, value);
    }
    return least;
  }

  /** The known days and months of this key and model. */
  quotas(key: ApiKey, provider: Provider, model: string, nowMs: number): readonly Quota[] {
    const account = accountOf(key);
    const zone = provider.resetTimeZone;
    return this.#rooms
      .limits(key, provider, model)
      .filter(({ window }) => window === 'day' || window === 'month')
      .map((known) => {
        const { scope, unit, value, window } = known;
        const { used, held } = this.#rooms.count(account, known, zone, nowMs);
        const left = Math.max(0, value - used - held);
        const ofKeyAlone = known.ofKey !== undefined;
        const turns = turnsAtMs(known, zone, nowMs);
        return { scope, unit, value, left, turnsAtMs: turns, ofKeyAlone, drainsMs: drainMs[window] };
      });
  }

  /** Share of the tightest day or month limit that is left, 0 to 1; 1 where none is known. */
  shareLeft(key: ApiKey, provider: Provider, model: string, nowMs: number): number {
    return Math.min(1, ...this.quotas(key, provider, model, nowMs).map(({ left, value }) => left / value));
  }

  /** Whether a limit of this key is used beyond so many percent, spent or blocked: worth a `keyStatus`. Cheap. */
  isStrained(key: ApiKey, provider: Provider, percent: number, nowMs: number): boolean {
    const account = accountOf(key);
    if (this.#ports.ledger.blocks(account, nowMs).length > 0) return true;
    for (const { id } of provider.models) {
      for (const known of this.#rooms.limits(key, provider, id)) {
        const { used } = this.#rooms.count(account, known, provider.resetTimeZone, nowMs);
        if (used * 100 > known.value * percent || known.value - used < leastLeft[known.unit]) return true;
      }
    }
    return false;
  }

  keyStatus(key: ApiKey, provider: Provider, nowMs = this.#ports.clock.now()): KeyStatus {
    return keyStatusOf(this.#status, key, provider, nowMs);
  }

  modelsLeft(key: ApiKey, provider: Provider, nowMs: number): readonly string[] {
    return modelsLeft(this.#status, key, provider, nowMs);
  }

  /** Also of a key whose provider nobody knows any more: people must see it to remove it. */
  statusOf(key: ApiKey, nowMs = this.#ports.clock.now()): KeyStatus {
    const provider = this.#ports.providers().find(({ id }) => id === key.provider);
    if (provider !== undefined) return this.keyStatus(key, provider, nowMs);
    const state = key.enabled ? 'providerUnknown' : 'disabled';
    return { key, state, usedToday: 0, limits: [], health: this.#healthOf(key) };
  }

  /** In the key book's order. */
  keyStatuses(nowMs = this.#ports.clock.now()): readonly KeyStatus[] {
    return this.#ports.keyBook.all().map((key) => this.statusOf(key, nowMs));
  }

  /** `{ groq: { key_1: { used: 12000, limit: 14400, remaining: 2400, percentage: 83.3 } } }` */
  allStats(nowMs = this.#ports.clock.now()): AllStats {
    const stats: Record<string, Record<`key_${number}`, KeyStats>> = {};
    for (const provider of this.#withKeys()) {
      const own: Record<`key_${number}`, KeyStats> = {};
      for (const key of this.#keysOf(provider)) {
        own[`key_${key.number}`] = statsOf(this.keyStatus(key, provider, nowMs), provider);
      }
      stats[provider.id] = own;
    }
    return stats;
  }

  /** `{ groq: { healthScore: 95, keys: 3, active: 2, quarantined: 1 } }` */
  healthStatus(nowMs = this.#ports.clock.now()): Readonly<Record<string, ProviderHealthStatus>> {
    const status: Record<string, ProviderHealthStatus> = {};
    for (const provider of this.#withKeys()) {
      const keys = this.#keysOf(provider);
      const enabled = keys.filter((key) => key.enabled);
      const quarantined = enabled.filter((key) => isQuarantined(this.#healthOf(key), nowMs)).length;
      status[provider.id] = {
        healthScore: providerHealth(keys, (key) => this.#healthOf(key), nowMs),
        keys: keys.length,
        active: enabled.length - quarantined,
        quarantined,
      };
    }
    return status;
  }

  #withKeys(): readonly Provider[] {
    return this.#ports.providers().filter((provider) => this.#keysOf(provider).length > 0);
  }

  #keysOf({ id }: Provider): readonly ApiKey[] {
    return this.#ports.keyBook.all().filter((key) => key.provider === id);
  }

  #healthOf({ fingerprint }: ApiKey): Health {
    return this.#ports.ledger.health(fingerprint);
  }
}

function statsOf({ headline, usedToday }: KeyStatus, { dailyUnit }: Provider): KeyStats {
  if (headline === undefined) return { used: usedToday, limit: null, remaining: null, percentage: null };
  const { used, value, remaining, percentage, limit, scope } = headline;
  return {
    used,
    limit: value,
    remaining,
    percentage,
    ...(limit === `${dailyUnit}PerDay` ? {} : { which: limit }),
    ...(scope === '*' ? {} : { model: scope }),
  };
}
