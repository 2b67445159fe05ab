import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { catalog, presets } from '../../../src/core/providers/catalog.ts';
import { describeFailure } from '../../../src/core/providers/describeFailure.ts';
import type { Failure } from '../../../src/core/providers/failure.ts';
import { readFailure } from '../../../src/core/providers/failureReader.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { plainL10n } from '../support/plainL10n.ts';

function provider(id: string): Provider {
  const found = [...catalog, ...presets].find((one) => one.id === id);
  assert.ok(found);
  return found;
}

function read(message: string, { of = 'openrouter', code = 'rate_limit_exceeded', headers = {} } = {}): Failure {
  const text = JSON.stringify({ error: { message, code } });
  return readFailure({ provider: provider(of), status: 429, headers, text, nowMs: 0 }).failure;
}

function concurrencyIn(failure: Failure): unknown {
  assert.equal(failure.kind, 'rateMinute');
  return failure.kind === 'rateMinute' ? failure.concurrency : undefined;
}

describe('a 429 that says that there are too many requests at once', () => {
  const named: readonly [string, number][] = [
    ['Your account reached max organization concurrency: 3, please try again after 1 seconds', 3],
    ['Too many concurrent requests (limit: 4)', 4],
    ['Concurrency limit of 10 exceeded', 10],
    ['You have 5 concurrent requests; the limit is 4.', 4],
    ['Max parallel request limit reached. Current: 5, limit: 2', 2],
    ['Free tier: 1 concurrent request', 1],
    ['Too many simultaneous requests: at most 2 allowed', 2],
    ['maximum number of parallel requests (6)', 6],
  ];
  for (const [message, most] of named) {
    it(`names a number: ${message}`, () => assert.deepEqual(concurrencyIn(read(message)), { most }));
  }

  for (const message of [
    'Too many concurrent requests',
    'Concurrency limit exceeded for account. Please retry after 5 seconds.',
    'Concurrency limit reached retry after 5 s',
    'High concurrency usage of this API, please reduce concurrency',
    'Too many parallel requests, please try again later',
    'Too many requests in flight requests',
    'You sent too many requests at the same time',
  ]) {
    it(`names none: ${message}`, () => assert.deepEqual(concurrencyIn(read(message)), {}));
  }

  it('is told by its code too, and at every provider whose words are of its own account', () => {
    assert.deepEqual(concurrencyIn(read('Slow down', { code: 'concurrency_limit_exceeded' })), {});
    for (const id of ['groq', 'gemini', 'mistral', 'openrouter', 'cerebras']) {
      assert.deepEqual(concurrencyIn(read('Too many concurrent requests', { of: id })), {}, id);
    }
    // What its upstream says is of the upstream's account.
    assert.equal(concurrencyIn(read('Too many concurrent requests', { of: 'huggingface' })), undefined);
  });

  it('is no limit of a second, minute or day, and keeps the wait that it names', () => {
    const failure = read('Too many concurrent requests', { headers: { 'retry-after': '7' } });
    assert.deepEqual(failure, {
      kind: 'rateMinute',
      scope: 'key',
      said: 'Too many concurrent requests',
      status: 429,
      waitMs: 7_000,
      concurrency: {},
    });
  });

  it('is not one that names such a limit besides', () => {
    for (const message of [
      'Rate limit reached: 20 requests per minute, 5 concurrent requests',
      'Crossed TPM / RPM / Max Parallel Request Limit',
      'Too many requests',
    ]) {
      assert.equal(concurrencyIn(read(message)), undefined, message);
    }
  });

  it('says so in words', () => {
    const words = (message: string): string =>
      describeFailure(plainL10n, read(message), { name: 'My Key 1', provider: provider('openrouter') });
    assert.equal(
      words('Too many concurrent requests'),
      'My Key 1 had too many requests under way at once: fewer are sent to it',
    );
    assert.equal(
      words('Concurrency limit of 1'),
      'My Key 1 takes one request at a time: the next ones wait or go elsewhere',
    );
    assert.equal(words('Concurrency limit of 8'), 'My Key 1 takes 8 requests at once: more wait or go elsewhere');
  });
});
