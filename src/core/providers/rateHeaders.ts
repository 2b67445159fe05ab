import type { HttpHeaders } from '../ports.ts';
import type { LimitName } from '../quota/limits.ts';
import { parseWaitMs, saneWaitMs } from './duration.ts';
import type { FailureDialect, Provider } from './provider.ts';
import type { RateReading } from './rateReading.ts';

type Field = 'limit' | 'remaining' | 'reset';
type Bucket = { limit: LimitName; known: boolean; values: { [Name in Field]?: number } };

// Where the name has no window: Groq's documentation says day and minute, OpenAI's says minute twice.
const unnamedWindows: Readonly<Record<FailureDialect, Readonly<Record<'requests' | 'tokens', LimitName>>>> = {
  groq: { requests: 'requestsPerDay', tokens: 'tokensPerMinute' },
  gemini: { requests: 'requestsPerMinute', tokens: 'tokensPerMinute' },
  mistral: { requests: 'requestsPerMinute', tokens: 'tokensPerMinute' },
  huggingface: { requests: 'requestsPerMinute', tokens: 'tokensPerMinute' },
  openai: { requests: 'requestsPerMinute', tokens: 'tokensPerMinute' },
};

const windowNames: Readonly<Record<string, LimitName>> = {
  'requests second': 'requestsPerSecond',
  'requests minute': 'requestsPerMinute',
  'requests day': 'requestsPerDay',
  'requests month': 'requestsPerMonth',
  'tokens second': 'tokensPerSecond',
  'tokens minute': 'tokensPerMinute',
  'tokens day': 'tokensPerDay',
  'tokens month': 'tokensPerMonth',
};

const windowMs: Readonly<Record<string, number>> = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

// `x-ratelimit-remaining-tokens-month`, `x-ratelimit-limit-req-10-second`, `ratelimitbysize-reset`.
const shape =
  /^(?:x-)?ratelimit(bysize)?-(limit|remaining|reset)(?:-(req|requests|tokens))?(?:-(\d{1,4}))?(?:-(second|minute|hour|day|month))?$/;

/** What the rate-limit headers of one reply say, by the names that this provider uses. */
export function readRateHeaders(provider: Provider, headers: HttpHeaders, nowMs: number): readonly RateReading[] {
  const dialect = provider.dialect.failures;
  // Neither sends any; Hugging Face passes on what an upstream says of an account that is not the user's.
  if (dialect === 'gemini' || dialect === 'huggingface') return [];
  let buckets: Map<string, Bucket> | undefined;
  for (const name in headers) {
    if (!name.includes('ratelimit')) continue;
    const found = shape.exec(name);
    const text = headers[name];
    if (found === null || text === undefined) continue;
    buckets ??= new Map();
    readHeader(buckets, dialect, found, text, nowMs);
  }
  if (buckets === undefined) return [];
  return [...buckets.values()].flatMap((bucket) => toReading(bucket, provider.limitScope));
}

function readHeader(
  buckets: Map<string, Bucket>,
  dialect: FailureDialect,
  found: RegExpExecArray,
  text: string,
  nowMs: number,
): void {
  const [, bySize, field, unitName, count, window] = found;
  if (unitName === undefined && bySize === undefined) return;
  const unit = unitName?.startsWith('req') === true ? 'requests' : 'tokens';
  const limit = window === undefined ? unnamedWindows[dialect][unit] : windowNames[`${unit} ${window}`];
  const odd = count !== undefined || window === 'hour';
  const value = field === 'reset' ? parseWaitMs(text, nowMs) : countOf(text);
  if (value === undefined || (field !== 'limit' && field !== 'remaining' && field !== 'reset')) return;
  const key = `${unit} ${count ?? ''} ${window ?? ''}`;
  const bucket = buckets.get(key) ?? {
    limit: limit ?? windowNames[`${unit} minute`] ?? 'tokensPerMinute',
    known: !odd,
    values: {},
  };
  bucket.values[field] = value;
  // A window that `Limits` has no name for counts only when it is used up, and then for its own length.
  if (odd) bucket.values.reset ??= saneWaitMs(Number(count ?? 1) * (windowMs[window ?? 'minute'] ?? 60_000));
  buckets.set(key, bucket);
}

/** A reply shows the limits of the model that was asked; a month's pool is the key's where the catalog says so. */
function toReading({ limit, known, values }: Bucket, catalogScope: RateReading['scope']): readonly RateReading[] {
  const scope = limit.endsWith('Month') ? catalogScope : 'model';
  const { remaining, reset } = values;
  if (!known && remaining !== 0) return [];
  if (values.limit === undefined && remaining === undefined) return [];
  return [
    {
      limit,
      scope,
      // A limit of 0 says "no access", which is not a size to learn.
      ...(known && values.limit !== undefined && values.limit > 0 ? { limitValue: values.limit } : {}),
      ...(remaining === undefined ? {} : { remaining }),
      ...(reset === undefined ? {} : { resetInMs: reset }),
    },
  ];
}

function countOf(text: string): number | undefined {
  const count = Number(text);
  if (text.trim() === '' || !Number.isFinite(count) || count > 1e12) return undefined;
  return Math.max(0, Math.floor(count));
}

/** A limit header of 0: this account may not use the model (Mistral). */
export function deniesModel(headers: HttpHeaders): boolean {
  for (const name in headers) {
    if (shape.exec(name)?.[2] === 'limit' && headers[name]?.trim() === '0') return true;
  }
  return false;
}
