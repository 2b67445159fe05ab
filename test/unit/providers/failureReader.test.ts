import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Secret } from '../../../src/core/keys/secret.ts';
import { catalog, presets } from '../../../src/core/providers/catalog.ts';
import { describeFailure } from '../../../src/core/providers/describeFailure.ts';
import { readFailure } from '../../../src/core/providers/failureReader.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { geminiReplies } from './capturedGeminiReplies.ts';
import { groqReplies } from './capturedGroqReplies.ts';
import { geminiQuotas } from './capturedGeminiQuotas.ts';
import { huggingfaceReplies } from './capturedHuggingfaceReplies.ts';
import { mistralReplies } from './capturedMistralReplies.ts';
import { otherReplies } from './capturedOtherReplies.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);

function provider(id: string): Provider {
  const found = [...catalog, ...presets].find((one) => one.id === id);
  assert.ok(found);
  return found;
}

type Reply = { of?: string; status: number | undefined; headers?: Readonly<Record<string, string>>; body: unknown };

const read = ({ of = 'groq', status, headers = {}, body }: Reply) =>
  readFailure({
    provider: provider(of),
    status,
    headers,
    text: typeof body === 'string' ? body : JSON.stringify(body),
    nowMs,
  });

describe('failures that providers send', () => {
  for (const captured of [
    ...groqReplies,
    ...geminiReplies,
    ...geminiQuotas,
    ...mistralReplies,
    ...huggingfaceReplies,
    ...otherReplies,
  ]) {
    it(`${captured.of} ${captured.status}, ${captured.what}: ${captured.failure.kind}`, () => {
      const { failure } = read(captured);
      assert.deepEqual(failure, { ...captured.failure, said: failure.said, status: captured.status });
      const sentence = describeFailure(plainL10n, failure, {
        name: 'Test Key 1',
        model: 'm1',
        provider: provider(captured.of),
      });
      assert.match(sentence, captured.sentence);
    });
  }

  it('are told apart in a stream, where there is no status', () => {
    const kindOf = (body: unknown, of = 'groq') => read({ of, status: undefined, body }).failure.kind;
    assert.equal(kindOf({ error: { message: 'oops', type: 'internal_server_error' } }), 'overloaded');
    assert.equal(kindOf({ error: { message: 'slow down', code: 'rate_limit_exceeded' } }), 'rateMinute');
    assert.equal(kindOf({ error: { message: 'no', code: 402 } }, 'openrouter'), 'noCredit');
    assert.equal(kindOf([{ error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }], 'gemini'), 'overloaded');
    assert.equal(
      kindOf({ object: 'error', message: 'x', code: '3505', raw_status_code: 429 }, 'mistral'),
      'overloaded',
    );
    assert.equal(kindOf({ error: 'something else' }), 'overloaded');
  });

  it('of unknown shape fall to a kind by status', () => {
    const kinds: Record<number, string> = {
      302: 'badReply',
      400: 'badRequest',
      401: 'authInvalid',
      402: 'noCredit',
      403: 'authBlocked',
      404: 'badReply',
      405: 'badRequest',
      407: 'network',
      408: 'timeout',
      410: 'badReply',
      413: 'tooLarge',
      418: 'badRequest',
      422: 'badRequest',
      429: 'rateMinute',
      451: 'networkBlocked',
      498: 'overloaded',
      500: 'overloaded',
      502: 'overloaded',
      504: 'overloaded',
      529: 'overloaded',
    };
    for (const [status, kind] of Object.entries(kinds)) {
      for (const body of [
        '',
        '{}',
        'null',
        '[]',
        '17',
        '"text"',
        '\0\x01\uFFFD',
        '['.repeat(50_000),
        '{"error":'.repeat(9_000),
      ]) {
        assert.equal(read({ status: Number(status), body }).failure.kind, kind, `${status} ${body.slice(0, 20)}`);
      }
    }
  });

  it('of 50 MB are read no further than 64 KB', () => {
    const { failure } = read({ status: 500, body: `{"error":{"message":"${'x'.repeat(50_000_000)}"}}` });
    assert.equal(failure.kind, 'overloaded');
    assert.ok(failure.said.length <= 500);
  });

  it('never repeat what looks like a key', () => {
    const keys = [
      'gsk_' + 'a1'.repeat(26),
      'AIza' + 'Sy_-x'.repeat(7),
      'AQ.' + 'Ab12'.repeat(12),
      'hf_' + 'Q1'.repeat(17),
      'sk-or-v1-' + '0f'.repeat(32),
      'a1B2'.repeat(8),
    ];
    for (const key of keys) {
      const { said } = read({
        status: 401,
        body: { error: { message: `Incorrect API key provided: ${key}. See ${key}` } },
      }).failure;
      assert.ok(!said.includes(key.slice(0, 12)), said);
      assert.match(said, /^Incorrect/);
    }
  });
});

describe('the key that was asked with', () => {
  it('is not quoted, whatever it looks like', () => {
    const text = `{"error":"who is my secret, where ${'my secret '.repeat(300)}"}`;
    const secret = new Secret('my secret');
    const { failure } = readFailure({ provider: provider('groq'), status: 401, headers: {}, text, secret, nowMs });
    assert.ok(!failure.said.includes('secret'), failure.said);
    assert.match(failure.said, /^who is/);
  });
});

describe('waits', () => {
  const waitOf = (headers: Readonly<Record<string, string>>, message = 'slow down') => {
    const { failure } = read({ status: 429, headers, body: { error: { message } } });
    return failure.kind === 'rateMinute' || failure.kind === 'quotaDay' ? failure.waitMs : assert.fail(failure.kind);
  };

  it('come first from the text, then Retry-After, then the bucket at 0', () => {
    const headers = { 'retry-after': '7', 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '585ms' };
    assert.equal(waitOf(headers, 'Please try again in 1.5s.'), 1_500);
    assert.equal(waitOf(headers), 7_000);
    assert.equal(waitOf({ ...headers, 'retry-after': '' }), 585);
    assert.equal(waitOf({ 'x-ratelimit-remaining-tokens': '5', 'x-ratelimit-reset-tokens': '585ms' }), undefined);
  });

  it('may be HTTP dates; a date in the past is no wait', () => {
    assert.equal(waitOf({ 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT' }), 30_000);
    assert.equal(waitOf({ 'retry-after': 'Sun, 22 Nov 2026 11:00:30 GMT' }), undefined);
    assert.equal(waitOf({ 'retry-after': '2026-11-22T12:01:00Z' }), 60_000);
  });

  it('are never negative and never longer than a month', () => {
    assert.equal(waitOf({ 'retry-after': '-5' }), undefined);
    assert.equal(waitOf({ 'retry-after': '99999999999' }), 31 * 86_400_000);
    assert.equal(waitOf({}, `try again in ${'9'.repeat(12)}h`), 31 * 86_400_000);
    assert.equal(waitOf({ 'retry-after': 'soon' }), undefined);
    assert.equal(waitOf({ 'retry-after': 'NaN' }), undefined);
  });
});

describe('limits that replies tell', () => {
  it('Groq’s headers: requests of the day and tokens of the minute, per model', () => {
    const { readings } = read({
      status: 500,
      body: '',
      headers: {
        'x-ratelimit-limit-requests': '1000',
        'x-ratelimit-remaining-requests': '999',
        'x-ratelimit-reset-requests': '1m26.4s',
        'x-ratelimit-limit-tokens': '8000',
        'x-ratelimit-remaining-tokens': '7922',
        'x-ratelimit-reset-tokens': '585ms',
      },
    });
    assert.deepEqual(readings.readings, [
      { limit: 'requestsPerDay', scope: 'model', limitValue: 1_000, remaining: 999, resetInMs: 86_400 },
      { limit: 'tokensPerMinute', scope: 'model', limitValue: 8_000, remaining: 7_922, resetInMs: 585 },
    ]);
  });

  it('Groq’s text: the limit that no header shows, and the organisation', () => {
    const message =
      'Rate limit reached for model `m` in organization `org_01test` service tier `on_demand` on tokens per day (TPD): Limit 200000, Used 199000, Requested 3619. Please try again in 9m38.016s.';
    const { readings } = read({ status: 429, body: { error: { message } } });
    assert.deepEqual(readings, {
      account: 'org_01test',
      readings: [{ limit: 'tokensPerDay', scope: 'model', limitValue: 200_000, remaining: 1_000 }],
    });
  });

  it('no organisation of an upstream: it is not the user’s', () => {
    const captured = huggingfaceReplies.find(({ what }) => what === 'the upstream’s 429');
    assert.ok(captured);
    assert.deepEqual(read(captured).readings, { readings: [] });
  });

  it('Mistral’s, by pattern, whatever the window', () => {
    const { readings } = read({
      of: 'mistral',
      status: 500,
      body: '',
      headers: {
        'x-ratelimit-limit-req-minute': '30',
        'x-ratelimit-remaining-req-minute': '29',
        'x-ratelimit-limit-tokens-month': '4000000',
        'x-ratelimit-remaining-tokens-month': '3999980',
        'x-ratelimit-tokens-query-cost': '20',
        'x-ratelimit-limit-req-10-second': '5',
        'x-ratelimit-remaining-req-10-second': '0',
        'ratelimitbysize-limit': '500000',
        'ratelimitbysize-remaining': '499000',
        'ratelimitbysize-reset': '42',
      },
    });
    assert.deepEqual(readings.readings, [
      { limit: 'requestsPerMinute', scope: 'model', limitValue: 30, remaining: 29 },
      { limit: 'tokensPerMonth', scope: 'key', limitValue: 4_000_000, remaining: 3_999_980 },
      { limit: 'requestsPerSecond', scope: 'model', remaining: 0, resetInMs: 10_000 },
      { limit: 'tokensPerMinute', scope: 'model', limitValue: 500_000, remaining: 499_000, resetInMs: 42_000 },
    ]);
  });

  it('Gemini’s violations: the size of the quota that is used up', () => {
    const captured = geminiQuotas.find(({ what }) => what === 'the day and the minute');
    assert.ok(captured);
    assert.deepEqual(read(captured).readings.readings, [
      { limit: 'requestsPerMinute', scope: 'model', limitValue: 5, remaining: 0 },
      { limit: 'requestsPerDay', scope: 'model', limitValue: 20, remaining: 0 },
    ]);
  });

  it('nonsense is not learned', () => {
    const headers = {
      'x-ratelimit-limit-tokens': '-5',
      'x-ratelimit-remaining-tokens': 'many',
      'x-ratelimit-limit-requests': '1e99',
      'x-ratelimit-foo': '1',
    };
    const { readings } = read({ status: 500, body: '', headers });
    assert.ok(readings.readings.every(({ limitValue }) => limitValue === undefined));
  });
});
