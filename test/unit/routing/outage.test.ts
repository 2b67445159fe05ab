import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import { MemoryStore } from '../../../src/adapters/memoryStore.ts';
import { Recovery } from '../../../src/core/health/recovery.ts';
import { oneModel, passTime, providerOf, question, routerRig, settled, type RouterRig } from '../support/routerRig.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;
const secondMs = 1_000;
const minuteMs = 60_000;

async function ask(rig: RouterRig) {
  const asked = rig.router.chat(question());
  await passTime(rig);
  return asked;
}

function recoveryOf(rig: RouterRig): Recovery {
  return new Recovery({
    ledger: rig.ledger,
    clock: rig.clock,
    log: { info: () => undefined, warn: () => undefined, error: (line) => void rig.lines.push(line) },
    keys: () => rig.keys,
    providerOf: (key) => rig.providers.find(({ id }) => id === key.provider),
    secretOf: rig.secretOf,
    isOriginConfirmed: () => true,
    check: (provider, secret, signal) => rig.client.check(provider, secret, signal),
  });
}

/** Second by second, so that replies have their turn of the event loop between the timers. */
async function pass(rig: RouterRig, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 5 * secondMs) {
    await rig.clock.advance(Math.min(5 * secondMs, ms - passed));
    await settled();
  }
}

const isChat = ({ path }: says.Asked): boolean => path.endsWith('/chat/completions');
const models: says.Reply = { status: 200, body: JSON.stringify({ object: 'list', data: [{ id: 'groq-model' }] }) };

describe('an outage of one provider', () => {
  const groqDown = () =>
    new ScriptedHttp(({ secret }) => (secret.startsWith('groq') ? says.overloaded() : says.answers()));
  const keys = ['groq/1', 'groq/2', 'groq/3', 'groq/4', 'groq/5', 'gemini/1'] as const;

  it('costs a request at most two of its keys', async () => {
    const http = groqDown();
    const answer = await ask(routerRig({ http, keys }));
    assert.equal(answer.key, 'gemini/1');
    assert.deepEqual([...new Set(http.asked.map(({ secret }) => secret))], ['groq/1', 'groq/2', 'gemini/1']);
    assert.deepEqual([http.chats('groq/1'), http.chats('groq/2')], [3, 1]);
  });

  it('two keys that fail so and a third of the same provider that answers: served', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/3' ? says.answers() : says.overloaded()));
    const answer = await ask(routerRig({ http, keys: ['groq/1', 'groq/2', 'groq/3'] }));
    assert.equal(answer.key, 'groq/3');
  });

  it('the rest of that provider goes behind all others, one attempt each', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'gemini/1' ? says.refused() : says.overloaded()));
    const answer = await ask(routerRig({ http, keys }));
    assert.equal(answer.degraded, true);
    assert.deepEqual(
      http.asked.map(({ secret }) => secret),
      ['groq/1', 'groq/1', 'groq/1', 'groq/2', 'gemini/1', 'groq/3', 'groq/4', 'groq/5'],
    );
  });

  it('even behind a weak key of another one', async () => {
    const http = groqDown();
    const rig = routerRig({ http, keys, random: { next: () => 0.5, bytes: (length) => new Uint8Array(length) } });
    await rig.ledger.changeHealth(rig.keyAt('gemini/1').fingerprint, () => ({ score: 10 }));
    assert.equal((await ask(rig)).key, 'gemini/1');
    assert.equal(http.chats('groq/3'), 0);
  });

  it('takes 15 points of each key that was asked, once', async () => {
    const rig = routerRig({ http: groqDown(), keys });
    await ask(rig);
    assert.deepEqual(
      keys.map((key) => rig.healthOf(key).score),
      [85, 85, 100, 100, 100, 100],
    );
  });
});

describe('all providers 503 for ten minutes', () => {
  it('everything is in use again at most a minute after they come back', async () => {
    let isDown = true;
    const http = new ScriptedHttp((asked) => {
      if (isDown) return says.overloaded();
      return isChat(asked) ? says.answers() : models;
    });
    const keys = ['groq/1', 'groq/2', 'gemini/1', 'gemini/2'] as const;
    const rig = routerRig({ http, keys });
    const recovery = recoveryOf(rig);
    recovery.start();
    for (let minute = 0; minute < 10; minute += 1) {
      assert.equal((await ask(rig)).degraded, true);
      await pass(rig, minuteMs);
    }
    for (const key of keys) assert.equal(rig.healthOf(key).quarantine?.cause, 'outage', `${key} is quarantined`);
    isDown = false;
    await pass(rig, minuteMs);
    for (const key of keys) {
      assert.equal(rig.healthOf(key).quarantine, undefined, `${key} is in use again`);
      assert.ok(rig.healthOf(key).score >= 20);
    }
    assert.equal((await ask(rig)).key, 'groq/1');
    recovery.dispose();
  });
});

describe('recovery', () => {
  const quarantined = (rig: RouterRig, cause: 'refused' | 'outage', times = 1) =>
    rig.ledger.changeHealth(rig.keyAt('groq/1').fingerprint, () => ({
      score: 0,
      quarantine: { untilMs: rig.clock.now() + 5 * minuteMs, cause, times },
    }));

  function rigWithChecks(reply: () => says.Reply) {
    const http = new ScriptedHttp((asked) => (isChat(asked) ? says.answers() : reply()));
    const rig = routerRig({ http, keys: ['groq/1'] });
    return { http, rig, checks: () => http.asked.filter((asked) => !isChat(asked)).length };
  }

  it('a quarantine from outages is looked at each minute, not more often', async () => {
    const { rig, checks } = rigWithChecks(says.overloaded);
    await quarantined(rig, 'outage');
    const recovery = recoveryOf(rig);
    recovery.start();
    await pass(rig, 10 * minuteMs);
    assert.ok(checks() >= 10 && checks() <= 11, `${checks()} checks in ten minutes`);
    assert.notEqual(rig.healthOf('groq/1').quarantine, undefined);
    recovery.dispose();
  });

  it('the first good check ends it, and the key counts on from 20', async () => {
    const { rig } = rigWithChecks(() => models);
    await quarantined(rig, 'outage');
    await recoveryOf(rig).look();
    assert.deepEqual([rig.healthOf('groq/1').quarantine, rig.healthOf('groq/1').score], [undefined, 20]);
    await ask(rig);
    assert.equal(rig.healthOf('groq/1').score, 25);
  });

  it('a refused key is left alone for its 5 minutes, then checked once, and for 10 minutes when refused again', async () => {
    const { rig, checks } = rigWithChecks(says.refused);
    await quarantined(rig, 'refused');
    const recovery = recoveryOf(rig);
    recovery.start();
    await pass(rig, 5 * minuteMs - 5 * secondMs);
    assert.equal(checks(), 0);
    await pass(rig, 10 * secondMs);
    assert.equal(checks(), 1);
    const { quarantine } = rig.healthOf('groq/1');
    assert.equal(quarantine?.times, 2);
    await pass(rig, 10 * minuteMs - 15 * secondMs);
    assert.equal(checks(), 1);
    await pass(rig, 20 * secondMs);
    assert.equal(checks(), 2);
    recovery.dispose();
  });

  it('after the quarantine a key with a check is not asked before the check was good', async () => {
    const { rig, http } = rigWithChecks(() => models);
    await quarantined(rig, 'refused');
    await rig.clock.advance(5 * minuteMs + 1);
    assert.equal((await ask(rig)).degraded, true);
    await recoveryOf(rig).look();
    assert.equal((await ask(rig)).key, 'groq/1');
    assert.equal(http.chats('groq/1'), 1);
  });

  it('a key whose provider has no such check after all comes back by a request, once its quarantine is over', async () => {
    const { rig, http, checks } = rigWithChecks(() => ({ status: 404, body: '{"detail":"Not Found"}' }));
    await quarantined(rig, 'outage');
    await recoveryOf(rig).look();
    assert.equal(checks(), 1);
    assert.equal((await ask(rig)).degraded, true, 'its quarantine holds');
    await rig.clock.advance(5 * minuteMs + 1);
    assert.equal((await ask(rig)).key, 'groq/1');
    assert.equal(http.chats('groq/1'), 1);
    assert.deepEqual(rig.healthOf('groq/1').quarantine, undefined);
  });

  it('a key without a check is half-open by one request, and not by two at once', async () => {
    const live = new says.LiveReply();
    const http = new ScriptedHttp(() => live);
    const rig = routerRig({
      http,
      keys: ['groq/1'],
      providers: [providerOf('groq', { ...oneModel('groq'), checkUrl: undefined })],
    });
    await quarantined(rig, 'outage');
    assert.equal((await ask(rig)).degraded, true);
    await rig.clock.advance(5 * minuteMs + 1);
    const first = rig.router.chat(question({ stream: true }));
    await settled();
    const second = rig.router.chat(question({ stream: true }));
    await settled();
    assert.equal(http.asked.length, 1);
    assert.equal((await second).degraded, true);
    live.says('Because.');
    live.ends();
    assert.equal((await first).key, 'groq/1');
    assert.deepEqual([rig.healthOf('groq/1').quarantine, rig.healthOf('groq/1').score], [undefined, 20]);
  });

  it('a request that was under way when another one was refused proves nothing', async () => {
    const live = new says.LiveReply();
    const http = new ScriptedHttp(() => (http.asked.length === 1 ? live : says.refused()));
    const rig = routerRig({ http, keys: ['groq/1'] });
    const first = rig.router.chat(question({ stream: true }));
    await settled();
    await ask(routerRigOver(rig, http));
    live.says('Because.');
    live.ends();
    assert.equal((await first).degraded, false);
    assert.equal(rig.healthOf('groq/1').quarantine?.cause, 'refused');
  });

  /** The same window's ledger with a second router, so that waiting for the one does not pass time for the other. */
  function routerRigOver(rig: RouterRig, http: says.ScriptedHttp): RouterRig {
    return routerRig({ http, keys: ['groq/1'], clock: rig.clock, ledger: () => rig.ledger });
  }
});

describe('two windows', () => {
  function windows(script: (asked: says.Asked) => says.Reply) {
    const store = new MemoryStore();
    const http = new ScriptedHttp(script);
    const one = routerRig({ http, keys: ['groq/1', 'groq/2'], ledger: (clock) => new MemoryLedger({ clock, store }) });
    const two = routerRig({
      http,
      keys: ['groq/1', 'groq/2'],
      clock: one.clock,
      ledger: (clock) => new MemoryLedger({ clock, store }),
    });
    return { http, one, two };
  }

  it('a key quarantined in one is not used by the other', async () => {
    const { http, one, two } = windows(({ secret }) => (secret === 'groq/1' ? says.refused() : says.answers()));
    await ask(one);
    assert.equal((await ask(two)).key, 'groq/2');
    assert.equal(http.chats('groq/1'), 1);
  });

  it('a cooldown of one is kept by the other', async () => {
    const { http, one, two } = windows(({ secret }) =>
      secret === 'groq/1' ? says.rateLimited('RPM', '30s') : says.answers(),
    );
    await ask(one);
    await ask(two);
    assert.equal(http.chats('groq/1'), 1);
  });

  it('its half-open check is made once', async () => {
    const { http, one, two } = windows((asked) => {
      if (!isChat(asked)) return models;
      return asked.secret === 'groq/1' ? says.refused() : says.answers();
    });
    const recoveries = [recoveryOf(one), recoveryOf(two)];
    for (const recovery of recoveries) recovery.start();
    await ask(one);
    await pass(one, 5 * minuteMs + 20 * secondMs);
    assert.equal(http.asked.filter((asked) => !isChat(asked)).length, 1);
    assert.equal(two.healthOf('groq/1').quarantine, undefined);
    for (const recovery of recoveries) recovery.dispose();
  });
});
