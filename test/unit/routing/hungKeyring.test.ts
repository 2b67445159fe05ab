import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Secret } from '../../../src/core/keys/secret.ts';
import { ChatError } from '../../../src/core/routing/chatError.ts';
import { oneModel, passTime, providerOf, question, routerFixture, settled } from '../support/routerFixture.ts';
import { answers, ScriptedHttp } from '../support/scriptedHttp.ts';

const hangs = (): Promise<Secret | undefined> => new Promise(() => undefined);

describe('a keyring that does not answer', () => {
  it('holds a request no longer than its deadline', async () => {
    const fixture = routerFixture({
      http: new ScriptedHttp(() => answers()),
      keys: ['groq/1', 'groq/2', 'gemini/1', 'gemini/2', 'gemini/3', 'gemini/4'],
      secretOf: hangs,
    });
    const startedMs = fixture.clock.monotonic();
    const answered = fixture.router.chat(question());
    await passTime(fixture);
    assert.equal((await answered).degraded, true);
    assert.ok(fixture.clock.monotonic() - startedMs <= 60_000);
    assert.equal(fixture.clock.pending, 0);
  });

  it('in good time takes from the time of the attempt that follows', async () => {
    const fixture = routerFixture({
      http: new ScriptedHttp(() => 'hangs'),
      keys: ['groq/1'],
      config: { deadlineMs: 20_000 },
      secretOf: (_, known) => new Promise((resolve) => void fixture.clock.after(15_000, () => resolve(known))),
    });
    const answered = fixture.router.chat(question());
    await passTime(fixture);
    assert.equal((await answered).degraded, true);
    assert.equal(fixture.clock.monotonic(), 20_000);
  });

  it('for one key leaves the time to another whose secret is known', async () => {
    const fixture = routerFixture({
      http: new ScriptedHttp(() => answers()),
      keys: ['groq/1', 'gemini/1'],
      providers: [providerOf('groq', oneModel('groq')), providerOf('gemini', oneModel('gemini'))],
      secretOf: (key, known) => (key.provider === 'groq' ? hangs() : Promise.resolve(known)),
    });
    const answered = fixture.router.chat(question());
    await passTime(fixture);
    assert.equal((await answered).key, 'gemini/1');
  });

  it('keeps nobody from cancelling', async () => {
    const fixture = routerFixture({
      http: new ScriptedHttp(() => answers()),
      keys: ['groq/1'],
      secretOf: hangs,
    });
    const controller = new AbortController();
    const answered = fixture.router.chat(question({ signal: controller.signal })).catch((error: unknown) => error);
    await settled();
    controller.abort();
    const error = await answered;
    assert.ok(error instanceof ChatError && error.kind === 'cancelled');
    await settled();
    assert.equal(fixture.router.busy, 0);
    assert.equal(fixture.clock.pending, 0);
  });
});
