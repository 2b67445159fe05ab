import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HttpProblem } from '../../../src/core/ports.ts';
import { originOf } from '../../../src/core/providers/origin.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import {
  oneModel,
  passTime,
  providerOf,
  question,
  routerFixture,
  settled,
  type RouterFixture,
} from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;
const minuteMs = 60_000;
const local = 'http://127.0.0.1:11434';

const ollama: Provider = providerOf('groq', {
  ...oneModel('llama'),
  id: 'ollama',
  displayName: 'Ollama',
  baseUrl: `${local}/v1`,
  needsKey: false,
});
const remote = ['groq', 'gemini', 'mistral'].map((id) => providerOf(id, oneModel(id)));
const keys = ['groq/1', 'groq/2', 'gemini/1', 'mistral/1'] as const;

async function ask(fixture: RouterFixture, change: Parameters<typeof question>[0] = {}) {
  const asked = fixture.router.chat(question(change));
  await passTime(fixture);
  return asked;
}

/** Nothing outside this machine answers; the local server does or not. */
function unplugged(problem: HttpProblem, localRuns: boolean | 'none') {
  let plugged = false;
  const http = new ScriptedHttp(({ origin }) => {
    if (origin === local) return localRuns === true ? says.answers() : { problem: 'refused' };
    return plugged ? says.answers() : { problem };
  });
  const providers = localRuns === 'none' ? remote : [...remote, ollama];
  const fixture = routerFixture({ http, keys, providers });
  return { http, fixture, plugIn: () => void (plugged = true) };
}

describe('offline', () => {
  for (const localRuns of [true, false, 'none'] as const) {
    const where = { true: 'a local Ollama runs', false: 'a local Ollama does not run', none: 'there is no local one' };

    it(`for an hour with a request a minute (${where[`${localRuns}`]}): nobody is quarantined, no health changes`, async () => {
      const { http, fixture } = unplugged('dns', localRuns);
      for (let minute = 0; minute < 60; minute += 1) {
        const before = http.asked.length;
        const answer = await ask(fixture);
        assert.equal(answer.degraded, localRuns !== true);
        if (minute > 0) {
          const origins = http.asked.slice(before).map(({ origin }) => origin);
          assert.equal(new Set(origins).size, origins.length, 'each origin is tried once');
        }
        await fixture.clock.advance(minuteMs);
      }
      for (const key of keys) assert.deepEqual(fixture.healthOf(key), { score: 100 });
      assert.equal(fixture.ledger.health('keyless-ollama').quarantine, undefined);
      assert.equal(fixture.said('offline').length, 1);
      assert.equal(fixture.said('allFailed').length, 0);
      assert.equal(fixture.said('online').length, 0);
    });
  }

  it('one plain message covers the spell', async () => {
    const { fixture } = unplugged('dns', 'none');
    const { content } = await ask(fixture);
    assert.match(content, /This machine seems to be offline/);
    assert.doesNotMatch(content, /Groq Key 1/);
  });

  it('ends when a byte arrives', async () => {
    const { fixture, plugIn } = unplugged('dns', 'none');
    await ask(fixture);
    assert.equal(fixture.router.isOffline, true);
    plugIn();
    assert.equal((await ask(fixture)).key, 'groq/1');
    assert.equal(fixture.router.isOffline, false);
    assert.deepEqual([fixture.said('offline').length, fixture.said('online').length], [1, 1]);
  });

  it('a local answer does not end it', async () => {
    const { fixture } = unplugged('dns', true);
    await ask(fixture);
    assert.equal((await ask(fixture)).provider, 'ollama');
    assert.equal(fixture.router.isOffline, true);
  });

  for (const problem of ['refused', 'reset', 'connectTimeout'] as const) {
    it(`${problem} at two or more origins counts`, async () => {
      const { fixture } = unplugged(problem, 'none');
      await ask(fixture);
      assert.equal(fixture.router.isOffline, true);
      for (const key of keys) assert.deepEqual(fixture.healthOf(key), { score: 100 });
    });
  }

  for (const problem of ['refused', 'reset'] as const) {
    it(`${problem} at one origin alone is that provider's matter`, async () => {
      const { fixture } = unplugged(problem, 'none');
      await ask(fixture, { provider: 'groq' });
      assert.equal(fixture.router.isOffline, false);
      assert.equal(fixture.healthOf('groq/1').score, 85);
      assert.equal(fixture.healthOf('groq/1').lastError?.kind, 'network');
    });
  }

  it('where a proxy lets nobody through, that is said; no key is blamed for it', async () => {
    const http = new ScriptedHttp(() => ({ problem: 'proxy', proxyStatus: 407 }));
    const fixture = routerFixture({ http, keys, providers: remote });
    const { content } = await ask(fixture);
    assert.doesNotMatch(content, /seems to be offline/);
    assert.match(content, /proxy.*check http\.proxy and its password/);
    for (const key of keys) assert.deepEqual(fixture.healthOf(key), { score: 100 });
    assert.equal(fixture.said('allFailed').length, 0);
  });

  it('is not ended by a caller who gives up: nobody answered', async () => {
    let isStill = false;
    const http = new ScriptedHttp(({ secret }) => (secret === 'gemini/1' && isStill ? 'hangs' : { problem: 'dns' }));
    const fixture = routerFixture({ http, keys, providers: remote });
    await ask(fixture);
    assert.equal(fixture.router.isOffline, true);
    isStill = true;
    const gives = new AbortController();
    const asked = fixture.router.chat(question({ signal: gives.signal })).catch(() => undefined);
    await settled(10);
    assert.equal(http.asked.at(-1)?.secret, 'gemini/1', 'it is being asked');
    gives.abort();
    await asked;
    await settled();
    assert.equal(fixture.router.busy, 0);
    assert.equal(fixture.router.isOffline, true);
    assert.equal(fixture.said('online').length, 0);
  });

  it('not while one origin answers, with whatever', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'mistral/1' ? says.refused() : { problem: 'dns' }));
    const fixture = routerFixture({ http, keys, providers: remote });
    await ask(fixture);
    assert.equal(fixture.router.isOffline, false);
    assert.equal(fixture.healthOf('groq/1').score, 85);
    assert.equal(fixture.said('allFailed').length, 1);
  });

  it('providers of one origin are tried once together', async () => {
    const { baseUrl } = providerOf('groq');
    const second = providerOf('groq', { ...oneModel('second'), id: 'second', baseUrl });
    const http = new ScriptedHttp(() => ({ problem: 'dns' }));
    const fixture = routerFixture({ http, keys: ['groq/1', 'second/1'], providers: [...remote, second] });
    await ask(fixture);
    const before = http.asked.length;
    await ask(fixture);
    assert.deepEqual(
      http.asked.slice(before).map(({ origin }) => origin),
      [originOf(baseUrl)],
    );
  });
});
