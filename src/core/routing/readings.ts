import type { Failure } from '../providers/failure.ts';
import type { RateReading } from '../providers/rateReading.ts';
import type { LimitName } from '../quota/limits.ts';
import { quotaDay, quotaMonth } from '../quota/quotaDay.ts';
import type { Candidate } from './candidate.ts';
import type { RouterPorts } from './routerPorts.ts';

const minuteMs = 60_000;
/** The user's own number is worth a word when it is less than half of what the provider said. */
const farBelow = 0.5;

/**
 * Learns limits that a reply named, and lowers what is left to what the provider shows. Where the
 * reply refused and named a wait, what it showed of that limit holds as long. Levels of buckets are
 * set where the attempt is settled.
 */
export async function noteReadings(
  ports: RouterPorts,
  candidate: Candidate,
  readings: readonly RateReading[],
  refusal?: Failure,
): Promise<void> {
  for (const reading of readings) {
    const { limitValue, remaining } = reading;
    if (limitValue === undefined || limitValue <= 0) continue;
    await learn(ports, candidate, reading, limitValue);
    if (candidate.provider.limitForm === 'bucket' || remaining === undefined || remaining > limitValue) continue;
    await noteUse(ports, candidate, reading, limitValue - Math.max(0, remaining), waitNamed(refusal, reading.limit));
  }
}

async function learn(
  { ledger, clock, emit }: RouterPorts,
  { account, key, ref, model, provider }: Candidate,
  { limit, scope: counted }: RateReading,
  value: number,
): Promise<void> {
  const scope = counted === 'model' ? model.id : '*';
  const fromCatalog = counted === 'model' ? model.limits[limit] : provider.limits[limit];
  const nowMs = clock.now();
  const fresh = await ledger.learn(account, scope, { [limit]: value }, nowMs);
  if (fresh[limit] === undefined || fromCatalog === value) return;
  const own = key.limits[limit];
  emit({
    kind: 'limitLearned',
    atMs: nowMs,
    key: ref,
    fingerprint: key.fingerprint,
    scope,
    limit,
    value,
    ...(own !== undefined && own < value * farBelow ? { userValue: own } : {}),
  });
}

async function noteUse(
  { ledger, clock }: RouterPorts,
  { account, model, provider }: Candidate,
  { limit, scope: counted, resetInMs }: RateReading,
  usedAtLeast: number,
  waitMs: number | undefined,
): Promise<void> {
  const scope = counted === 'model' ? model.id : '*';
  const nowMs = clock.now();
  const { startMs, endMs } = windowOf(limit, nowMs, provider.resetTimeZone, resetInMs);
  const form = limit.endsWith('Day') || limit.endsWith('Month') ? 'calendar' : 'sliding';
  const { used, held } = ledger.count(account, { limit, scope, form, value: usedAtLeast, sinceMs: startMs }, nowMs);
  if (usedAtLeast <= used + held && ledger.outside(account, scope, limit, nowMs) === 0) return;
  const untilMs = waitMs === undefined ? endMs : Math.min(endMs, nowMs + waitMs);
  await ledger.noteOutside(account, scope, limit, usedAtLeast, startMs, untilMs);
}

const waitNamed = (refusal: Failure | undefined, limit: LimitName): number | undefined =>
  (refusal?.kind === 'rateMinute' || refusal?.kind === 'quotaDay') && refusal.limit === limit
    ? refusal.waitMs
    : undefined;

function windowOf(
  limit: LimitName,
  nowMs: number,
  zone: string,
  resetInMs: number | undefined,
): { startMs: number; endMs: number } {
  if (limit.endsWith('Day')) return quotaDay(nowMs, zone);
  if (limit.endsWith('Month')) return quotaMonth(nowMs, zone);
  const lengthMs = limit.endsWith('Second') ? 1_000 : minuteMs;
  return { startMs: nowMs - lengthMs, endMs: nowMs + Math.min(resetInMs ?? lengthMs, lengthMs) };
}
