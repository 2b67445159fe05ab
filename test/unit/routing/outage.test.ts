import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import { MemoryStore } from '../../../src/adapters/memoryStore.ts';
import {
  oneModel,
  passTime,
  providerOf,
  question,
  routerFixture,
  settled,
  type RouterFixture,
} from '../support/routerFixture.ts';
import { isChat, models, pass, recoveryOf } from '../support/recoveryFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;
const secondMs = 1_000;
const minuteMs = 60_000;

async function ask(fixture: RouterFixture) {
  const asked = fixture.router.chat(question());
  await passTime(fixture);
  return asked;
}

describe('an outage of one provider', () => {
  const groqDown = () =>
    new ScriptedHttp(({ secret }) => (secret.startsWith('groq') ? says.overloaded() : says.answers()));
  const keys = ['groq/1', 'groq/2', 'groq/3', 'groq/4', 'groq/5', 'gemini/1'] as const;

  it('costs a request at most two of its keys', async () => {
    const http = groqDown();
    const answer = await ask(routerFixture({ http, keys }));
    assert.equal(answer.key, 'gemini/1');
    assert.deepEqual([...new Set(http.asked.map(({ secret }) => secret))], ['groq/1', 'groq/2', 'gemini/1']);
    assert.deepEqual([http.chats('groq/1'), http.chats('groq/2')], [3, 1]);
  });

  it('two keys that fail so and a third of the same provider that answers: served', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/3' ? says.answers() : says.overloaded()));
    const answer = await ask(routerFixture({ http, keys: ['groq/1', 'groq/2', 'groq/3'] }));
    assert.equal(answer.key, 'groq/3');
  });

  it('the rest of that provider goes behind all others, one attempt each', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'gemini/1' ? says.refused() : says.overloaded()));
    const answer = await ask(routerFixture({ http, keys }));
    assert.equal(answer.degraded, true);
    assert.deepEqual(
      http.asked.map(({ secret }) => secret),
      ['groq/1', 'groq/1', 'groq/1', 'groq/2', 'gemini/1', 'groq/3', 'groq/4', 'groq/5'],
    );
  });

  it('even behind a weak key of another one', async () => {
    const http = groqDown();
    const fixture = routerFixture({
      http,
      keys,
      random: { next: () => 0.5, bytes: (length) => new Uint8Array(length) },
    });
    await fixture.ledger.changeHealth(fixture.keyAt('gemini/1').fingerprint, () => ({ score: 10 }));
    assert.equal((await ask(fixture)).key, 'gemini/1');
    assert.equal(http.chats('groq/3'), 0);
  });

  it('takes 15 points of each key that was asked, once', async () => {
    const fixture = routerFixture({ http: groqDown(), keys });
    await ask(fixture);
    assert.deepEqual(
      keys.map((key) => fixture.healthOf(key).score),
      [85, 85, 100, 100, 100, 100],
    );
  });
});

describe('all providers 503 for ten minutes', () => {
  it('everything may be tried at most a minute after they come back, and is in use again with its answer', async () => {
    let isDown = true;
    const http = new ScriptedHttp((asked) => {
      if (isDown) return says.overloaded();
      return isChat(asked) ? says.answers() : models;
    });
    const keys = ['groq/1', 'groq/2', 'gemini/1', 'gemini/2'] as const;
    const fixture = routerFixture({ http, keys });
    const recovery = recoveryOf(fixture);
    recovery.start();
    for (let minute = 0; minute < 10; minute += 1) {
      assert.equal((await ask(fixture)).degraded, true);
      await pass(fixture, minuteMs);
    }
    for (const key of keys) assert.equal(fixture.healthOf(key).quarantine?.cause, 'outage', `${key} is quarantined`);
    isDown = false;
    await pass(fixture, minuteMs);
    for (const key of keys) assert.equal(fixture.healthOf(key).quarantine?.mayTry, true, `${key} may be tried`);
    assert.equal((await ask(fixture)).key, 'groq/1');
    assert.deepEqual([fixture.healthOf('groq/1').quarantine, fixture.healthOf('groq/1').score], [undefined, 20]);
    assert.equal((await ask(fixture)).key, 'groq/1');
    recovery.dispose();
  });
});

describe('recovery', () => {
  const quarantined = (fixture: RouterFixture, cause: 'refused' | 'outage', times = 1) =>
    fixture.ledger.changeHealth(fixture.keyAt('groq/1').fingerprint, () => ({
      score: 0,
      quarantine: { untilMs: fixture.clock.now() + 5 * minuteMs, cause, times },
    }));

  function fixtureWithChecks(reply: () => says.Reply) {
    const http = new ScriptedHttp((asked) => (isChat(asked) ? says.answers() : reply()));
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    return { http, fixture, checks: () => http.asked.filter((asked) => !isChat(asked)).length };
  }

  it('a quarantine from outages is looked at each minute, not more often', async () => {
    const { fixture, checks } = fixtureWithChecks(says.overloaded);
    await quarantined(fixture, 'outage');
    const recovery = recoveryOf(fixture);
    recovery.start();
    await pass(fixture, 10 * minuteMs);
    assert.ok(checks() >= 10 && checks() <= 11, `${checks()} checks in ten minutes`);
    assert.notEqual(fixture.healthOf('groq/1').quarantine, undefined);
    recovery.dispose();
  });

  it('a refused key is left alone for its 5 minutes, then checked once, and for 10 minutes when refused again', async () => {
    const { fixture, checks } = fixtureWithChecks(says.refused);
    await quarantined(fixture, 'refused');
    const recovery = recoveryOf(fixture);
    recovery.start();
    await pass(fixture, 5 * minuteMs - 5 * secondMs);
    assert.equal(checks(), 0);
    await pass(fixture, 10 * secondMs);
    assert.equal(checks(), 1);
    const { quarantine } = fixture.healthOf('groq/1');
    assert.equal(quarantine?.times, 2);
    await pass(fixture, 10 * minuteMs - 15 * secondMs);
    assert.equal(checks(), 1);
    await pass(fixture, 20 * secondMs);
    assert.equal(checks(), 2);
    recovery.dispose();
  });

  it('after the quarantine a key with a check is not asked before the check was good', async () => {
    const { fixture, http } = fixtureWithChecks(() => models);
    await quarantined(fixture, 'refused');
    await fixture.clock.advance(5 * minuteMs + 1);
    assert.equal((await ask(fixture)).degraded, true);
    await recoveryOf(fixture).look();
    assert.equal((await ask(fixture)).key, 'groq/1');
    assert.equal(http.chats('groq/1'), 1);
  });

  it('a key whose provider has no such check after all comes back by a request, once its quarantine is over', async () => {
    const { fixture, http, checks } = fixtureWithChecks(() => ({ status: 404, body: '{"detail":"Not Found"}' }));
    await quarantined(fixture, 'outage');
    await recoveryOf(fixture).look();
    assert.equal(checks(), 1);
    assert.equal((await ask(fixture)).degraded, true, 'its quarantine holds');
    await fixture.clock.advance(5 * minuteMs + 1);
    assert.equal((await ask(fixture)).key, 'groq/1');
    assert.equal(http.chats('groq/1'), 1);
    assert.deepEqual(fixture.healthOf('groq/1').quarantine, undefined);
  });

  it('a key without a check is half-open by one request, and not by two at once', async () => {
    const live = new says.LiveReply();
    const http = new ScriptedHttp(() => (http.asked.length === 1 ? live : says.answers()));
    const fixture = routerFixture({
      http,
      keys: ['groq/1'],
      providers: [providerOf('groq', { ...oneModel('groq'), checkUrl: undefined })],
    });
    await quarantined(fixture, 'outage');
    assert.equal((await ask(fixture)).degraded, true);
    await fixture.clock.advance(5 * minuteMs + 1);
    const first = fixture.router.chat(question({ stream: true }));
    await settled();
    const second = fixture.router.chat(question({ stream: true }));
    await settled();
    assert.equal(http.asked.length, 1);
    live.says('Because.');
    live.ends();
    assert.equal((await first).key, 'groq/1');
    assert.equal((await second).key, 'groq/1');
    assert.deepEqual([fixture.healthOf('groq/1').quarantine, fixture.healthOf('groq/1').score], [undefined, 25]);
  });

  it('a request that was under way when another one was refused proves nothing', async () => {
    const live = new says.LiveReply();
    const http = new ScriptedHttp(() => (http.asked.length === 1 ? live : says.refused()));
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    const first = fixture.router.chat(question({ stream: true }));
    await settled();
    await ask(routerFixtureOver(fixture, http));
    live.says('Because.');
    live.ends();
    assert.equal((await first).degraded, false);
    assert.equal(fixture.healthOf('groq/1').quarantine?.cause, 'refused');
  });

  /** The same window's ledger with a second router, so that waiting for the one does not pass time for the other. */
  function routerFixtureOver(fixture: RouterFixture, http: says.ScriptedHttp): RouterFixture {
    return routerFixture({ http, keys: ['groq/1'], clock: fixture.clock, ledger: () => fixture.ledger });
  }
});

describe('two windows', () => {
  function windows(script: (asked: says.Asked) => says.Reply) {
    const store = new MemoryStore();
    const http = new ScriptedHttp(script);
    const one = routerFixture({
      http,
      keys: ['groq/1', 'groq/2'],
      ledger: (clock) => new MemoryLedger({ clock, store }),
    });
    const two = routerFixture({
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
