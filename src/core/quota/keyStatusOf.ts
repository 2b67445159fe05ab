import { isQuarantined } from '../health/healthRules.ts';
import { accountOf, type ApiKey } from '../keys/apiKey.ts';
import type { Provider } from '../providers/provider.ts';
import type { KeyState, KeyStatus, LimitStatus } from './keyStatus.ts';
import { leastLeft, percentageOf, windowStartMs, type KnownLimit } from './knownLimits.ts';
import type { Block, Ledger } from './ledger.ts';
import { modelOutOf } from './modelsOut.ts';
import type { RoomBook } from './roomBook.ts';

export type StatusPorts = {
  readonly ledger: Ledger;
  readonly rooms: RoomBook;
  readonly warnAtPercent: () => readonly number[];
  readonly secretPresent: (key: ApiKey) => boolean;
  readonly originConfirmed: (key: ApiKey, provider: Provider) => boolean;
};

export function keyStatusOf(ports: StatusPorts, key: ApiKey, provider: Provider, nowMs: number): KeyStatus {
  const { ledger } = ports;
  const account = accountOf(key);
  const limits = limitStatuses(ports, key, provider, nowMs);
  const standings = modelsOf(provider).map((model) => standingOf(ports, key, provider, model, nowMs));
  const headline = headlineOf(limits, provider, standings);
  const dayStartMs = windowStartMs('day', provider.resetTimeZone, nowMs);
  const limit = `${provider.dailyUnit}PerDay` as const;
  const today = { limit, scope: '*', form: 'calendar', value: 0, sinceMs: dayStartMs } as const;
  const usedToday = ledger.count(account, today, nowMs).used;
  const learnedConcurrent = ledger.learnedConcurrency(account);
  return {
    key,
    ...stateOf(ports, key, provider, standings, headline, nowMs),
    ...(headline === undefined ? {} : { headline }),
    usedToday,
    limits,
    ...(learnedConcurrent === undefined ? {} : { learnedConcurrent }),
    health: ledger.health(key.fingerprint),
  };
}

/** Every limit of the key, those of its models included, each once. */
function limitStatuses(
  { rooms }: Pick<StatusPorts, 'rooms'>,
  key: ApiKey,
  provider: Provider,
  nowMs: number,
): readonly LimitStatus[] {
  const account = accountOf(key);
  const zone = provider.resetTimeZone;
  const seen = new Map<string, KnownLimit>();
  for (const model of modelsOf(provider)) {
    for (const known of rooms.limits(key, provider, model)) {
      const name = `${known.limit} ${known.scope} ${known.ofKey ?? ''}`;
      const before = seen.get(name);
      // Where a key's limit differs by model, the smallest is what can be counted on.
      if (before === undefined || known.value < before.value) seen.set(name, known);
    }
  }
  return [...seen.values()].map((known) => {
    const { limit, scope, form, value, source, ofKey, learnedAtMs } = known;
    const age = learnedAtMs === undefined ? {} : { learnedAtMs };
    // Buckets drain by fractions; what is still in them is not free.
    const used = Math.ceil(rooms.count(account, known, zone, nowMs).used);
    const remaining = Math.max(0, value - used);
    const resetAtMs = rooms.resetAtMs(account, known, zone, freeAgain(known), nowMs);
    return {
      limit,
      scope,
      form,
      used,
      value,
      remaining,
      percentage: percentageOf(used, value),
      source,
      ...(ofKey === undefined ? {} : { ofKeyAlone: true }),
      ...age,
      resetAtMs,
    };
  });
}

/** Of a day's bucket that is used up, a twentieth is to be free again before it is worth a word. */
const freeShare = 0.05;

const freeAgain = ({ form, window, unit, value }: KnownLimit): number =>
  form === 'bucket' && (window === 'day' || window === 'month')
    ? Math.max(leastLeft[unit], value * freeShare)
    : leastLeft[unit];

type Standing =
  | { readonly model: string; readonly kind: 'left' }
  | { readonly model: string; readonly kind: 'cooling' | 'exhausted' | 'out'; readonly untilMs: number };

const hasQuota = ({ kind }: Standing): boolean => kind === 'left' || kind === 'cooling';

/** The models of a key that are not used up and not gone. */
export const modelsLeft = (ports: StatusPorts, key: ApiKey, provider: Provider, nowMs: number): readonly string[] =>
  modelsOf(provider).filter((model) => hasQuota(standingOf(ports, key, provider, model, nowMs)));

/** Reservations do not count here: they settle soon, and the request may have used less. */
function standingOf(ports: StatusPorts, key: ApiKey, provider: Provider, model: string, nowMs: number): Standing {
  const { ledger, rooms } = ports;
  const account = accountOf(key);
  const out = modelOutOf(ledger, provider, account, model, nowMs);
  if (out !== undefined) return { model, kind: 'out', untilMs: out.untilMs };
  const blocks = ledger.blocks(account, nowMs).filter(({ scope }) => scope === '*' || scope === model);
  const spent = rooms.limits(key, provider, model).flatMap((known) => {
    const { used } = rooms.count(account, known, provider.resetTimeZone, nowMs);
    if (known.value - used >= leastLeft[known.unit]) return [];
    const untilMs = rooms.resetAtMs(account, known, provider.resetTimeZone, freeAgain(known), nowMs);
    return [{ kind: known.window === 'day' || known.window === 'month' ? 'exhausted' : 'cooldown', untilMs } as const];
  });
  return worstOf(model, [...blocks, ...spent]);
}

function worstOf(model: string, ends: readonly Pick<Block, 'kind' | 'untilMs'>[]): Standing {
  const exhausted = ends.filter(({ kind }) => kind === 'exhausted');
  if (exhausted.length > 0) return { model, kind: 'exhausted', untilMs: latest(exhausted) };
  if (ends.length > 0) return { model, kind: 'cooling', untilMs: latest(ends) };
  return { model, kind: 'left' };
}

function stateOf(
  ports: StatusPorts,
  key: ApiKey,
  provider: Provider,
  standings: readonly Standing[],
  headline: LimitStatus | undefined,
  nowMs: number,
): { state: KeyState; untilMs?: number } {
  if (!key.enabled) return { state: 'disabled' };
  if (provider.needsKey && !ports.secretPresent(key)) return { state: 'secretMissing' };
  if (!ports.originConfirmed(key, provider)) return { state: 'originNotConfirmed' };
  const health = ports.ledger.health(key.fingerprint);
  const { quarantine } = health;
  if (quarantine?.cause === 'refused' || health.accepted === false) {
    return isQuarantined(health, nowMs) && quarantine !== undefined
      ? { state: 'refused', untilMs: quarantine.untilMs }
      : { state: 'refused' };
  }
  if (isQuarantined(health, nowMs) && quarantine !== undefined) {
    return { state: 'quarantined', untilMs: quarantine.untilMs };
  }
  if (standings.some(({ kind }) => kind === 'left')) return { state: isWarning(ports, headline) ? 'warning' : 'ok' };
  const cooling = standings.filter((each) => each.kind === 'cooling');
  if (cooling.length > 0) return { state: 'cooling', untilMs: earliest(cooling) };
  return { state: 'exhausted', untilMs: earliest(standings) };
}

function isWarning({ warnAtPercent }: StatusPorts, headline: LimitStatus | undefined): boolean {
  const [first] = warnAtPercent();
  // Not the shown percentage: 75.01 % has passed 75 %.
  return first !== undefined && headline !== undefined && headline.used * 100 > first * headline.value;
}

/**
 * The daily limit, or the tightest other. Where each model has its own, those of models that are
 * still left speak first: a model that is used up does not mean that the key is.
 */
function headlineOf(
  limits: readonly LimitStatus[],
  { dailyUnit }: Provider,
  standings: readonly Standing[],
): LimitStatus | undefined {
  const usable = new Set(standings.filter(hasQuota).map(({ model }) => model));
  const speaking = limits.filter(({ scope }) => scope === '*' || usable.size === 0 || usable.has(scope));
  const daily = speaking.filter(({ limit }) => limit === `${dailyUnit}PerDay`);
  return tightest(daily.filter(({ scope }) => scope === '*')) ?? tightest(daily) ?? tightest(speaking);
}

function tightest(limits: readonly LimitStatus[]): LimitStatus | undefined {
  return limits.reduce<LimitStatus | undefined>(
    (worst, each) => (worst === undefined || each.percentage > worst.percentage ? each : worst),
    undefined,
  );
}

/** A provider without models still has a key as a whole. */
const modelsOf = ({ models }: Provider): readonly string[] => (models.length === 0 ? [''] : models.map(({ id }) => id));

const latest = (ends: readonly { readonly untilMs: number }[]): number =>
  Math.max(...ends.map(({ untilMs }) => untilMs));
const earliest = (standings: readonly Standing[]): number =>
  Math.min(...standings.flatMap((standing) => (standing.kind === 'left' ? [] : [standing.untilMs])));
