import { catalog } from '../../../src/core/providers/catalog.ts';
import type { LimitName, Limits } from '../../../src/core/quota/limits.ts';
import { between, chanceOf, exponential } from './chance.ts';
import type { MeterPlan, Weight } from './meter.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
/** A Monday; nothing is used when it begins. */
export const dayStartMs = Date.UTC(2026, 10, 23);
/** Midnight in Los Angeles. */
const geminiTurnsAtMs = dayStartMs + 8 * hourMs;

/** In the user's order. */
export const providerIds = ['groq', 'gemini', 'mistral', 'huggingface'] as const;
export type ProviderId = (typeof providerIds)[number];

export type KeyPlan = {
  readonly provider: ProviderId;
  readonly number: number;
  readonly secret: string;
  /** Whose quota it draws on. */
  readonly account: string;
  /** Answers 401 from then on. */
  readonly refusedFromMs: number;
};

/** What counts a model's requests. A meter that stands in several places counts what all of them let in. */
export type PlacePlan = {
  readonly provider: ProviderId;
  readonly account: string;
  readonly models: readonly string[];
  /** Prompt tokens that the provider's template adds. */
  readonly templateTokens: number;
  /** In the order in which the provider looks at them. */
  readonly meters: readonly MeterPlan[];
};

/** A request that somebody else sends with one of the accounts. */
export type ForeignUse = { readonly atMs: number; readonly tokens: number };

export type FleetPlan = {
  readonly seed: number;
  readonly keys: readonly KeyPlan[];
  readonly places: readonly PlacePlan[];
  readonly outage: { readonly provider: ProviderId; readonly fromMs: number; readonly toMs: number };
  readonly foreign: { readonly account: string; readonly model: string; readonly uses: readonly ForeignUse[] };
  readonly latency: Readonly<Record<ProviderId, { readonly medianMs: number; readonly sigma: number }>>;
};

export const modelsOf: Readonly<Record<ProviderId, readonly string[]>> = {
  groq: ['openai/gpt-oss-120b', 'openai/gpt-oss-20b', 'qwen/qwen3.6-27b'],
  gemini: ['gemini-3.5-flash-lite', 'gemini-3.8-flash', 'gemini-3.7-flash'],
  mistral: ['mistral-small-latest', 'mistral-medium-latest'],
  huggingface: ['openai/gpt-oss-120b:cheapest', 'openai/gpt-oss-20b:cheapest'],
};

/** Measured on short prompts: what the harmony template adds. */
const gptOssTemplate = 72;
/** What is left of the month's tokens: a day's share of it and a little more. */
const mistralTokensLeft = 1_500_000;
const huggingFaceRequestsLeft = 200;
/** Somebody else's share of the day's tokens of the first account's first model. */
const foreignShare = 0.4;
const foreignTokens = { least: 500, most: 1_500 };

/** The same fleet for everyone who gets the same seed. With `pooled` keys 2 and 3 of Groq are one organisation. */
export function fleetPlan(seed: number, pooled: boolean): FleetPlan {
  const keys = keyPlans(pooled);
  const accounts = (provider: ProviderId): readonly string[] => [
    ...new Set(keys.filter((key) => key.provider === provider).map(({ account }) => account)),
  ];
  const chance = chanceOf(seed, 'outage');
  const fromMs = dayStartMs + Math.round(between(chance, 9, 16) * hourMs);
  return {
    seed,
    keys,
    places: [
      ...accounts('groq').flatMap(groqPlaces),
      ...accounts('gemini').flatMap(geminiPlaces),
      ...accounts('mistral').flatMap(mistralPlaces),
      ...accounts('huggingface').map(huggingFacePlace),
    ],
    outage: { provider: 'groq', fromMs, toMs: fromMs + 10 * minuteMs },
    foreign: { account: 'groq-a', model: modelsOf.groq[0] ?? '', uses: foreignUses(seed) },
    latency: {
      groq: { medianMs: 900, sigma: 0.55 },
      gemini: { medianMs: 2_200, sigma: 0.4 },
      mistral: { medianMs: 1_400, sigma: 0.45 },
      huggingface: { medianMs: 3_000, sigma: 0.45 },
    },
  };
}

function keyPlans(pooled: boolean): readonly KeyPlan[] {
  const key = (provider: ProviderId, number: number, account: string): KeyPlan => ({
    provider,
    number,
    secret: `${provider}-secret-${number}`,
    account,
    refusedFromMs: Number.POSITIVE_INFINITY,
  });
  return [
    key('groq', 1, 'groq-a'),
    key('groq', 2, 'groq-b'),
    key('groq', 3, pooled ? 'groq-b' : 'groq-c'),
    { ...key('groq', 4, 'groq-d'), refusedFromMs: dayStartMs + 12 * hourMs },
    key('gemini', 1, 'gemini-a'),
    key('gemini', 2, 'gemini-b'),
    key('mistral', 1, 'mistral-a'),
    key('huggingface', 1, 'huggingface-a'),
  ];
}

const published = true;
const never = Number.POSITIVE_INFINITY;
const windowOf = (limit: LimitName): number =>
  limit.endsWith('Day') ? dayMs : limit.endsWith('Minute') ? minuteMs : 1_000;

/** The fleet's limits are those that the router is told. */
const catalogLimits = (provider: ProviderId, model: string): Limits =>
  catalog.find(({ id }) => id === provider)?.models.find(({ id }) => id === model)?.limits ?? {};

function metersOf(limits: Limits, order: readonly LimitName[], make: (limit: LimitName, value: number) => MeterPlan) {
  return order.flatMap((limit) => {
    const value = limits[limit];
    return value === undefined ? [] : [make(limit, value)];
  });
}

/** No header shows the minute's requests and the day's tokens. */
const groqHeaders: { readonly [Name in LimitName]?: string } = {
  requestsPerDay: 'requests',
  tokensPerMinute: 'tokens',
};

/** Leaky buckets, filled with prompt and cap when a request comes in, corrected when its answer ends. */
function groqPlaces(account: string): readonly PlacePlan[] {
  const order: readonly LimitName[] = ['requestsPerMinute', 'requestsPerDay', 'tokensPerMinute', 'tokensPerDay'];
  const meter = (limit: LimitName, value: number): MeterPlan => {
    const isTokens = limit.startsWith('tokens');
    const upFront: Weight = isTokens ? 'promptAndCap' : 'request';
    const inTheEnd: Weight = isTokens ? 'promptAndAnswer' : 'request';
    const header = groqHeaders[limit];
    const form = { form: 'bucket', windowMs: windowOf(limit), turnsAtMs: never } as const;
    return { limit, value, ...form, upFront, inTheEnd, published, header };
  };
  return modelsOf.groq.map((model) => ({
    provider: 'groq',
    account,
    models: [model],
    templateTokens: model.includes('gpt-oss') ? gptOssTemplate : 0,
    meters: metersOf(catalogLimits('groq', model), order, meter),
  }));
}

/** Sliding minutes of requests and prompt tokens, and days that turn at midnight Pacific. */
function geminiPlaces(account: string): readonly PlacePlan[] {
  const order: readonly LimitName[] = ['requestsPerDay', 'requestsPerMinute', 'tokensPerMinute'];
  const meter = (limit: LimitName, value: number): MeterPlan => {
    const weight: Weight = limit.startsWith('tokens') ? 'prompt' : 'request';
    const form = limit.endsWith('Day') ? 'period' : 'sliding';
    const windowMs = windowOf(limit);
    const weights = { upFront: weight, inTheEnd: weight, published, header: undefined };
    return { limit, value, form, windowMs, turnsAtMs: geminiTurnsAtMs, ...weights };
  };
  return modelsOf.gemini.map((model) => ({
    provider: 'gemini',
    account,
    models: [model],
    templateTokens: 0,
    meters: metersOf(catalogLimits('gemini', model), order, meter),
  }));
}

/** Minutes are each model's; the second, which alone is published, and the month are the organisation's. */
function mistralPlaces(account: string): readonly PlacePlan[] {
  const sliding = { form: 'sliding', turnsAtMs: never } as const;
  const requests = { upFront: 'request', inTheEnd: 'request' } as const;
  const tokens = { upFront: 'prompt', inTheEnd: 'promptAndAnswer' } as const;
  const shownAs = (header: string) => ({ published: false, header });
  const minute = { ...sliding, windowMs: minuteMs };
  const second: MeterPlan = {
    ...{ limit: 'requestsPerSecond', value: 1, windowMs: 1_000 },
    ...{ ...sliding, ...requests, published, header: undefined },
  };
  const month: MeterPlan = {
    ...{ limit: 'tokensPerMonth', value: mistralTokensLeft, form: 'period', windowMs: 0, turnsAtMs: never },
    ...{ ...tokens, ...shownAs('tokens-month') },
  };
  return modelsOf.mistral.map((model) => ({
    provider: 'mistral',
    account,
    models: [model],
    templateTokens: 0,
    meters: [
      second,
      { limit: 'requestsPerMinute', value: 60, ...minute, ...requests, ...shownAs('req-minute') },
      { limit: 'tokensPerMinute', value: 50_000, ...minute, ...tokens, ...shownAs('tokens-minute') },
      month,
    ],
  }));
}

/** A monthly credit that nothing shows before it is gone. */
function huggingFacePlace(account: string): PlacePlan {
  const credit = { limit: 'credit', value: huggingFaceRequestsLeft, form: 'period', windowMs: 0 } as const;
  const weights = { upFront: 'request', inTheEnd: 'request' } as const;
  return {
    provider: 'huggingface',
    account,
    models: modelsOf.huggingface,
    templateTokens: 0,
    meters: [{ ...credit, ...weights, turnsAtMs: never, published: false, header: undefined }],
  };
}

function foreignUses(seed: number): readonly ForeignUse[] {
  const chance = chanceOf(seed, 'foreign');
  const meanTokens = (foreignTokens.least + foreignTokens.most) / 2;
  const perDay = ((catalogLimits('groq', modelsOf.groq[0] ?? '').tokensPerDay ?? 0) * foreignShare) / meanTokens;
  const uses: ForeignUse[] = [];
  for (let atMs = dayStartMs; ;) {
    atMs += exponential(chance, dayMs / perDay);
    if (atMs >= dayStartMs + dayMs) return uses;
    uses.push({ atMs, tokens: Math.round(between(chance, foreignTokens.least, foreignTokens.most)) });
  }
}
