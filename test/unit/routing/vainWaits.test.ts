import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import { passTime, question, routerFixture, settled, type RouterFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { groq, ollama } from './slowServer.ts';

const { ScriptedHttp } = says;

function cools(fixture: RouterFixture, ref: KeyRef, ms: number): Promise<void> {
  const untilMs = fixture.clock.now() + ms;
  const block = { kind: 'cooldown', scope: '*', limit: 'unnamed', untilMs } as const;
  return fixture.ledger.block(accountOf(fixture.keyAt(ref)), block);
}

describe('a cooldown of a key that this request is done with', () => {
  it('is not waited for: its provider refused the request', async () => {
    const http = new ScriptedHttp(() => says.badField());
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'] });
    await cools(fixture, 'groq/2', 30_000);
    const asked = assert.rejects(fixture.router.chat(question()), { kind: 'badRequest' });
    await passTime(fixture);
    await asked;
    assert.equal(fixture.clock.monotonic(), 0);
  });

  it('leaves a server on loopback the rest of the deadline', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === '' ? 'hangs' : says.badField()));
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'], providers: [groq(), ollama()] });
    await cools(fixture, 'groq/2', 30_000);
    const asked = fixture.router.chat(question());
    await passTime(fixture);
    assert.deepEqual(
      (await asked).route.attempts.map(({ ms }) => ms),
      [0, 60_000],
    );
  });

  it('keeps nobody from being told that all failed', async () => {
    const http = new ScriptedHttp(() => ({ status: 200, body: '<html>no JSON</html>' }));
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    const asked = fixture.router.chat(question());
    await cools(fixture, 'groq/1', 30_000);
    await passTime(fixture);
    const answer = await asked;
    assert.deepEqual(
      answer.route.attempts.map(({ outcome }) => outcome),
      ['badReply'],
    );
    assert.equal(fixture.said('allFailed').length, 1);
  });

  it('is waited for where it may be asked once more', async () => {
    const http = new ScriptedHttp(() => (http.asked.length === 1 ? 'hangs' : says.answers()));
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    const asked = fixture.router.chat(question());
    await settled();
    await cools(fixture, 'groq/1', 30_000);
    await passTime(fixture);
    assert.equal((await asked).degraded, false);
    assert.ok(fixture.clock.monotonic() >= 30_000);
  });
});
