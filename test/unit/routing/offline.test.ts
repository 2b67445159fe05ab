import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HttpProblem } from '../../../src/core/ports.ts';
import { originOf } from '../../../src/core/providers/origin.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { oneModel, passTime, providerOf, question, routerRig, settled, type RouterRig } from '../support/routerRig.ts';
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

async function ask(rig: RouterRig, change: Parameters<typeof question>[0] = {}) {
  const asked = rig.router.chat(question(change));
  await passTime(rig);
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
  const rig = routerRig({ http, keys, providers });
  return { http, rig, plugIn: () => void (plugged = true) };
}

describe('offline', () => {
  for (const localRuns of [true, false, 'none'] as const) {
    const where = { true: 'a local Ollama runs', false: 'a local Ollama does not run', none: 'there is no local one' };

    it(`for an hour with a request a minute (${where[`${localRuns}`]}): nobody is quarantined, no health changes`, async () => {
      const { http, rig } = unplugged('dns', localRuns);
      for (let minute = 0; minute < 60; minute += 1) {
        const before = http.asked.length;
        const answer = await ask(rig);
        assert.equal(answer.degraded, localRuns !== true);
        if (minute > 0) {
          const origins = http.asked.slice(before).map(({ origin }) => origin);
          assert.equal(new Set(origins).size, origins.length, 'each origin is tried once');
        }
        await rig.clock.advance(minuteMs);
      }
      for (const key of keys) assert.deepEqual(rig.healthOf(key), { score: 100 });
      assert.equal(rig.ledger.health('keyless-ollama').quarantine, undefined);
      assert.equal(rig.said('offline').length, 1);
      assert.equal(rig.said('allFailed').length, 0);
      assert.equal(rig.said('online').length, 0);
    });
  }

  it('one plain message covers the spell', async () => {
    const { rig } = unplugged('dns', 'none');
    const { content } = await ask(rig);
    assert.match(content, /This machine seems to be offline/);
    assert.doesNotMatch(content, /Groq Key 1/);
  });

  it('ends when a byte arrives', async () => {
    const { rig, plugIn } = unplugged('dns', 'none');
    await ask(rig);
    assert.equal(rig.router.isOffline, true);
    plugIn();
    assert.equal((await ask(rig)).key, 'groq/1');
    assert.equal(rig.router.isOffline, false);
    assert.deepEqual([rig.said('offline').length, rig.said('online').length], [1, 1]);
  });

  it('a local answer does not end it', async () => {
    const { rig } = unplugged('dns', true);
    await ask(rig);
    assert.equal((await ask(rig)).provider, 'ollama');
    assert.equal(rig.router.isOffline, true);
  });

  for (const problem of ['refused', 'reset', 'connectTimeout'] as const) {
    it(`${problem} at two or more origins counts`, async () => {
      const { rig } = unplugged(problem, 'none');
      await ask(rig);
      assert.equal(rig.router.isOffline, true);
      for (const key of keys) assert.deepEqual(rig.healthOf(key), { score: 100 });
    });
  }

  for (const problem of ['refused', 'reset'] as const) {
    it(`${problem} at one origin alone is that provider's matter`, async () => {
      const { rig } = unplugged(problem, 'none');
      await ask(rig, { provider: 'groq' });
      assert.equal(rig.router.isOffline, false);
      assert.equal(rig.healthOf('groq/1').score, 85);
      assert.equal(rig.healthOf('groq/1').lastError?.kind, 'network');
    });
  }

  it('where a proxy lets nobody through, that is said; no key is blamed for it', async () => {
    const http = new ScriptedHttp(() => ({ problem: 'proxy', proxyStatus: 407 }));
    const rig = routerRig({ http, keys, providers: remote });
    const { content } = await ask(rig);
    assert.doesNotMatch(content, /seems to be offline/);
    assert.match(content, /proxy.*check http\.proxy and its password/);
    for (const key of keys) assert.deepEqual(rig.healthOf(key), { score: 100 });
    assert.equal(rig.said('allFailed').length, 0);
  });

  it('is not ended by a caller who gives up: nobody answered', async () => {
    let isStill = false;
    const http = new ScriptedHttp(({ secret }) => (secret === 'gemini/1' && isStill ? 'hangs' : { problem: 'dns' }));
    const rig = routerRig({ http, keys, providers: remote });
    await ask(rig);
    assert.equal(rig.router.isOffline, true);
    isStill = true;
    const gives = new AbortController();
    const asked = rig.router.chat(question({ signal: gives.signal })).catch(() => undefined);
    await settled(10);
    assert.equal(http.asked.at(-1)?.secret, 'gemini/1', 'it is being asked');
    gives.abort();
    await asked;
    await settled();
    assert.equal(rig.router.busy, 0);
    assert.equal(rig.router.isOffline, true);
    assert.equal(rig.said('online').length, 0);
  });

  it('not while one origin answers, with whatever', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'mistral/1' ? says.refused() : { problem: 'dns' }));
    const rig = routerRig({ http, keys, providers: remote });
    await ask(rig);
    assert.equal(rig.router.isOffline, false);
    assert.equal(rig.healthOf('groq/1').score, 85);
    assert.equal(rig.said('allFailed').length, 1);
  });

  it('providers of one origin are tried once together', async () => {
    const { baseUrl } = providerOf('groq');
    const second = providerOf('groq', { ...oneModel('second'), id: 'second', baseUrl });
    const http = new ScriptedHttp(() => ({ problem: 'dns' }));
    const rig = routerRig({ http, keys: ['groq/1', 'second/1'], providers: [...remote, second] });
    await ask(rig);
    const before = http.asked.length;
    await ask(rig);
    assert.deepEqual(
      http.asked.slice(before).map(({ origin }) => origin),
      [originOf(baseUrl)],
    );
  });
});
