import type { ChatAsk } from '../answer.ts';
import { goDuration } from '../duration.ts';
import { alphanumerics } from '../demoKey.ts';
import { LeakyBucket, leakyWaitMs, type MeterRules } from '../meters.ts';
import { type Admitted, admitted, type Call, refused } from '../vendor.ts';
import { type Breach, type GroqLimit, rateLimited, tooLarge } from './groqErrors.ts';
import { groqLimits } from './groqModels.ts';

const windowMs = (limit: string): number => (limit.endsWith('Day') ? 86_400_000 : 60_000);

export const groqMeters: MeterRules = {
  scope: 'model',
  limits: groqLimits,
  make: (limit, value) => new LeakyBucket(value, windowMs(limit)),
};

const order: readonly GroqLimit[] = ['requestsPerMinute', 'requestsPerDay', 'tokensPerMinute', 'tokensPerDay'];

const charge = (limit: GroqLimit, ask: ChatAsk): number =>
  limit.startsWith('tokens') ? ask.promptTokens + (ask.cap ?? 0) : 1;

/** A model's limits are counted up front on prompt + cap, and corrected when the answer is out. */
export function groqAdmit(call: Call, ask: ChatAsk): Admitted {
  const { sim, request, nowMs } = call;
  for (const limit of order) {
    const breach = breachOf(call, ask, limit);
    if (breach === undefined) continue;
    const headers = groqHeaders(call, ask.model);
    const never = limit === 'tokensPerMinute' && breach.requested > breach.value;
    return refused(never ? tooLarge(call, breach, headers) : rateLimited(call, breach, headers));
  }
  for (const limit of order) sim.meters.meter(request.key, ask.model, limit).add(charge(limit, ask), nowMs);
  return admitted({
    headers: groqHeaders(call, ask.model),
    settle: (usage) => {
      // Cached tokens are free.
      const spent = usage.total - usage.cached - charge('tokensPerMinute', ask);
      for (const limit of ['tokensPerMinute', 'tokensPerDay'] as const) {
        sim.meters.meter(request.key, ask.model, limit).add(spent, sim.clock.now());
      }
    },
  });
}

function breachOf(call: Call, ask: ChatAsk, limit: GroqLimit): Breach | undefined {
  const { sim, request, nowMs } = call;
  const value = sim.meters.limit(request.key, ask.model, limit);
  const used = sim.meters.meter(request.key, ask.model, limit).used(nowMs);
  const requested = charge(limit, ask);
  if (used + requested <= value + 1e-9) return undefined;
  const waitMs = leakyWaitMs(used, requested, value, windowMs(limit));
  return { limit, organisation: organisationOf(call), model: ask.model, value, used, requested, waitMs };
}

/** What a key that is always limited is told: the numbers that make up `waitMs`. */
export function alwaysLimited(call: Call, ask: ChatAsk, limit: GroqLimit, waitMs: number): Breach {
  const value = call.sim.meters.limit(call.request.key, ask.model, limit);
  const known = Number.isFinite(value) ? value : (groqLimits(ask.model)[limit] ?? 1);
  const requested = Math.min(charge(limit, ask), known);
  const used = Math.round((waitMs / windowMs(limit)) * known) + known - requested;
  return { limit, organisation: organisationOf(call), model: ask.model, value: known, used, requested, waitMs };
}

const organisationOf = (call: Call): string =>
  `org_01${alphanumerics(call.sim.meters.account(call.request.key), 24).toLowerCase()}`;

/** Requests are the day's, tokens the minute's; no header shows RPM or TPD. */
export function groqHeaders(call: Call, model: string): Record<string, string> {
  return {
    ...bucketHeaders(call, model, 'requestsPerDay', 'requests'),
    ...bucketHeaders(call, model, 'tokensPerMinute', 'tokens'),
  };
}

function bucketHeaders(call: Call, model: string, limit: GroqLimit, name: string): Record<string, string> {
  const value = call.sim.meters.limit(call.request.key, model, limit);
  if (!Number.isFinite(value)) return {};
  const used = call.sim.meters.meter(call.request.key, model, limit).used(call.nowMs);
  return {
    [`x-ratelimit-limit-${name}`]: String(value),
    [`x-ratelimit-remaining-${name}`]: String(Math.max(0, Math.floor(value - used))),
    [`x-ratelimit-reset-${name}`]: goDuration((Math.min(used, value) / value) * windowMs(limit)),
  };
}
