import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Route, RouteAttempt } from '../../../src/core/routing/route.ts';
import { lastUseOf } from '../../../src/editor/route/lastUse.ts';

const attempt = (key: RouteAttempt['key'], model: string): RouteAttempt => ({
  key,
  model,
  outcome: 'ok',
  sentence: '',
  startedAtMs: 0,
  ms: 1,
});
const route = (id: string, attempts: readonly RouteAttempt[]): Route => ({
  id,
  atMs: 0,
  askedBy: 'ask',
  outcome: 'answered',
  attempts,
  passedOver: [],
  waits: [],
  ms: 1,
});

describe("a key's last use", () => {
  const routes = [
    route('new', [attempt('groq/1', 'a'), attempt('groq/2', 'b'), attempt('groq/2', 'c')]),
    route('old', [attempt('groq/3', 'd'), attempt('groq/1', 'e')]),
  ];

  it('is the last attempt of the newest request that went to it', () => {
    assert.deepEqual(lastUseOf(routes, 'groq/1'), { model: 'a', route: 'new' });
    assert.deepEqual(lastUseOf(routes, 'groq/2'), { model: 'c', route: 'new' });
    assert.deepEqual(lastUseOf(routes, 'groq/3'), { model: 'd', route: 'old' });
  });

  it('is not known of a key that none of them went to', () => {
    assert.equal(lastUseOf(routes, 'groq/4'), undefined);
  });
});
