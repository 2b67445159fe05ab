import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AttemptTimer } from '../../../src/core/providers/attemptTimer.ts';
import { catalog, presets } from '../../../src/core/providers/catalog.ts';
import { findWaitMs, maxWaitMs, parseDurationMs, parseWaitMs } from '../../../src/core/providers/duration.ts';
import { readFailure } from '../../../src/core/providers/failureReader.ts';
import { readRateHeaders } from '../../../src/core/providers/rateHeaders.ts';
import { readReply } from '../../../src/core/providers/replyBody.ts';
import { ReplyReader } from '../../../src/core/providers/replyReader.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { propertyRuns } from '../support/runs.ts';

const many = propertyRuns(10_000, 500_000);
const providers = [...catalog, ...presets];
const anyProvider = fc.constantFrom(...providers);

const words = [
  'try again in ', 'retry in ', 'Limit ', ', Used ', ', Requested ', '(TPD): ', '(RPM): ', 'limit: 0', '9m38.016s', '399ms',
  '1h2m3s', '31', '-5', '1e99', 'per day', 'PerDay', '.', ' ', '\u0000', '🎉', 'NaN', '99999999999999999999', 'Sun, 22 Nov 2026 12:00:30 GMT',
  '<html>', '<title>', 'model', 'does not exist', 'token', 'organization `org_x`', '"', '\\',
]; // prettier-ignore
const phrase = fc
  .array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 6 })), { maxLength: 8 })
  .map((parts) => parts.join(''));
const saneWait = (ms: number | undefined): boolean =>
  ms === undefined || (Number.isInteger(ms) && ms >= 0 && ms <= maxWaitMs);

const names = [
  'error', 'message', 'detail', 'details', 'code', 'type', 'status', 'param', 'loc', 'msg', 'violations', 'quotaId', 'quotaValue',
  'retryDelay', 'fieldViolations', 'choices', 'delta', 'content', 'tool_calls', 'function', 'arguments', 'name', 'id', 'index',
  'usage', 'total_tokens', 'prompt_tokens', 'finish_reason', 'x_groq', 'text', '__proto__', 'constructor',
]; // prettier-ignore
const values = ['stop', 'length', 'PerDay', 'text', 'error', 0, -1, 429, 3505, 1e308, null, true, '0', ''];

/** JSON of the words that readers look for, in shapes that nobody promised. */
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: false },
    fc.oneof(fc.constantFrom(...values), phrase),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 4 }),
  ),
}));
const jsonText = json.map((value) => JSON.stringify(value));

describe('whatever arrives, no reader throws, hangs or grows', () => {
  it('durations', () => {
    fc.assert(
      fc.property(phrase, (text) => {
        assert.ok(saneWait(parseDurationMs(text)));
        assert.ok(saneWait(findWaitMs(text, 1_000)));
        assert.ok(saneWait(parseWaitMs(text, 1_000)));
      }),
      many,
    );
  });

  it('rate-limit headers', () => {
    const field = fc.constantFrom('limit', 'remaining', 'reset', 'foo');
    const unit = fc.constantFrom('requests', 'req', 'tokens', 'x');
    const window = fc.constantFrom('', '-second', '-minute', '-day', '-month', '-5-minute', '-0-second', '-hour');
    const name = fc.tuple(field, unit, window).map(([of, what, when]) => `x-ratelimit-${of}-${what}${when}`);
    const headers = fc.dictionary(fc.oneof(name, fc.constantFrom('ratelimitbysize-limit', 'x-ratelimit-')), phrase, {
      maxKeys: 4,
    });
    fc.assert(
      fc.property(anyProvider, headers, (provider, given) => {
        for (const { limitValue, remaining, resetInMs } of readRateHeaders(provider, given, 1_000)) {
          assert.ok(limitValue === undefined || limitValue > 0);
          assert.ok(remaining === undefined || remaining >= 0);
          assert.ok(saneWait(resetInMs));
        }
      }),
      many,
    );
  });

  it('failures', () => {
    const status = fc.oneof(
      fc.constantFrom(200, 400, 401, 403, 404, 413, 422, 429, 498, 500, 503),
      fc.integer({ min: 100, max: 999 }),
    );
    const body = fc.oneof(
      jsonText,
      phrase,
      jsonText.map((text) => text.slice(0, -1)),
    );
    const retryAfter = phrase.map((text) => ({ 'retry-after': text }));
    fc.assert(
      fc.property(
        anyProvider,
        fc.option(status, { nil: undefined }),
        body,
        retryAfter,
        (provider, code, text, headers) => {
          const { failure, readings } = readFailure({ provider, status: code, headers, text, nowMs: 1_000 });
          assert.ok(failure.said.length <= 500);
          if (failure.kind === 'rateMinute' || failure.kind === 'quotaDay') assert.ok(saneWait(failure.waitMs));
          assert.ok(readings.readings.length < 100);
        },
      ),
      many,
    );
  });

  it('streams, cut anywhere', async () => {
    const line = fc.oneof(
      jsonText.map((text) => `data: ${text}\n\n`),
      fc.constantFrom(
        'data: [DONE]\n\n',
        ': hello\n',
        '\r\n',
        'data:',
        'event: error\n',
        '\n\n',
        '{',
        '[',
        '<html>',
        '\u{1F389}',
      ),
      phrase,
    );
    const body = fc.tuple(fc.array(line, { maxLength: 5 }), fc.array(fc.nat({ max: 200 }), { maxLength: 3 }));
    const type = fc.constantFrom('text/event-stream', 'application/json', undefined);
    const clock = new FakeClock();
    const { signal } = new AbortController();
    await fc.assert(
      fc.asyncProperty(body, type, async ([lines, cuts], contentType) => {
        let length = 0;
        const reader = new ReplyReader(1_000_000, (part) => (length += part.type === 'text' ? part.text.length : 1));
        const timer = new AttemptTimer(clock, signal, { firstEventMs: 1_000, idleMs: 1_000 });
        const headers: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType };
        const outcome = await readReply({ status: 200, headers, body: pieces(lines.join(''), cuts) }, reader, timer);
        if (outcome.kind === 'whole') reader.end();
        timer.stop();
        assert.ok(['whole', 'cutOff', 'error', 'badReply'].includes(outcome.kind));
        assert.ok(length <= lines.join('').length + 5);
        const { usage } = reader;
        assert.ok(usage === undefined || (usage.total > 0 && usage.total <= 1_000_000 && usage.prompt >= 0));
      }),
      many,
    );
    assert.equal(clock.pending, 0);
  });
});

async function* pieces(text: string, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  const ends = [...new Set([...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    yield bytes.subarray(from, end);
    from = end;
  }
}
