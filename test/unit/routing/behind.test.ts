import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import { MemoryStore } from '../../../src/adapters/memoryStore.ts';
import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { isChat, models, pass, recoveryOf } from '../support/recoveryFixture.ts';
import {
  oneModel,
  passTime,
  providerOf,
  question,
  routerFixture,
  settled,
  type RouterFixture,
  type RouterFixtureOptions,
} from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { chance, score } from './order.ts';

const { ScriptedHttp, LiveReply } = says;
const minuteMs = 60_000;

/** Groq answers chats and checks as scripted, everyone else is well. */
const world = (groq: { readonly chat: () => says.Reply; readonly check: () => says.Reply }) =>
  new ScriptedHttp((asked) => {
    if (!asked.secret.startsWith('groq')) return says.answers();
    return isChat(asked) ? groq.chat() : groq.check();
  });

/** Groq, the first provider, stands at 40 after an outage, Gemini at 100. */
async function behind(http: says.ScriptedHttp, options: Partial<RouterFixtureOptions> = {}): Promise<RouterFixture> {
  const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1'], random: chance(0.5), ...options });
  for (const { provider, number } of fixture.keys) {
    const ref: KeyRef = `${provider}/${number}`;
    if (provider === 'groq') await score(fixture, ref, 40);
  }
  return fixture;
}

async function ask(fixture: RouterFixture) {
  const asked = fixture.router.chat(question());
  await passTime(fixture);
  return asked;
}

const checksOf = (http: says.ScriptedHttp): number => http.asked.filter((asked) => !isChat(asked)).length;
const up = { chat: says.answers, check: () => models };
const noCheck = [
  providerOf('groq', { ...oneModel('groq'), checkUrl: undefined }),
  providerOf('gemini', oneModel('gemini')),
];

describe('a provider set behind by an outage', () => {
  it('gets one request after a good check, and its place back with the answer', async () => {
    const fixture = await behind(world(up));
    assert.equal((await ask(fixture)).key, 'gemini/1');
    await recoveryOf(fixture).look();
    const trial = await ask(fixture);
    assert.equal(trial.key, 'groq/1');
    assert.match(trial.route.attempts[0]?.sentence ?? '', /Groq is behind since an outage, this request finds out/);
    assert.equal(fixture.healthOf('groq/1').score, 45);
    const next = await ask(fixture);
    assert.equal(next.key, 'groq/1');
    assert.match(next.route.attempts[0]?.sentence ?? '', /first in your order that can answer/);
  });

  it('after ten minutes of 503 serves again at most a minute after they are over', async () => {
    let isDown = true;
    const reply = (well: says.Reply) => (): says.Reply => (isDown ? says.overloaded() : well);
    const http = world({ chat: reply(says.answers()), check: reply(models) });
    const keys = ['groq/1', 'groq/2', 'groq/3', 'gemini/1'] as const;
    const fixture = routerFixture({ http, keys, random: chance(0.5) });
    const recovery = recoveryOf(fixture);
    recovery.start();
    for (let minute = 0; minute < 10; minute += 1) {
      assert.equal((await ask(fixture)).key, 'gemini/1');
      await pass(fixture, minuteMs);
    }
    assert.ok(fixture.healthOf('groq/1').score < 70, 'it fell behind');
    isDown = false;
    await pass(fixture, minuteMs);
    for (let request = 0; request < 5; request += 1) assert.match((await ask(fixture)).key ?? '', /^groq/);
    recovery.dispose();
  });

  it('is left behind while its checks are bad, with a check each minute', async () => {
    const http = world({ chat: says.answers, check: says.overloaded });
    const fixture = await behind(http);
    const recovery = recoveryOf(fixture);
    recovery.start();
    for (let minute = 0; minute < 10; minute += 1) {
      await pass(fixture, minuteMs);
      assert.equal((await ask(fixture)).key, 'gemini/1');
    }
    assert.ok(checksOf(http) >= 10 && checksOf(http) <= 11, `${checksOf(http)} checks in ten minutes`);
    recovery.dispose();
  });

  it('without a check gets one request after 5 minutes', async () => {
    const http = world(up);
    const fixture = await behind(http, { providers: noCheck });
    const recovery = recoveryOf(fixture);
    recovery.start();
    await pass(fixture, 5 * minuteMs);
    assert.equal((await ask(fixture)).key, 'gemini/1');
    await pass(fixture, 5_000);
    assert.equal((await ask(fixture)).key, 'groq/1');
    assert.equal((await ask(fixture)).key, 'groq/1');
    assert.equal(checksOf(http), 0);
    recovery.dispose();
  });

  it('without a check of its own after all gets one request after 5 minutes, too', async () => {
    const fixture = await behind(world({ chat: says.answers, check: () => ({ status: 404, body: '{}' }) }));
    const recovery = recoveryOf(fixture);
    recovery.start();
    await pass(fixture, 5 * minuteMs + 5_000);
    assert.equal((await ask(fixture)).key, 'groq/1');
    recovery.dispose();
  });

  it('is tried by one request, while the others go on elsewhere', async () => {
    const live = new LiveReply();
    const http = world({ ...up, chat: () => live });
    const fixture = await behind(http);
    await recoveryOf(fixture).look();
    const trial = fixture.router.chat(question({ stream: true }));
    await settled();
    assert.equal(http.chats('groq/1'), 1);
    for (let request = 0; request < 3; request += 1) {
      assert.equal((await fixture.router.chat(question())).key, 'gemini/1');
    }
    live.says('Because.');
    live.ends();
    assert.equal((await trial).key, 'groq/1');
    assert.equal(http.chats('groq/1'), 1);
  });

  it('is tried by the next request where the one that tried was cancelled', async () => {
    let chats = 0;
    const http = world({ ...up, chat: () => ((chats += 1) === 1 ? 'hangs' : says.answers()) });
    const fixture = await behind(http);
    await recoveryOf(fixture).look();
    const stop = new AbortController();
    const trial = fixture.router.chat(question({ signal: stop.signal }));
    await settled();
    stop.abort();
    await assert.rejects(trial, { kind: 'cancelled' });
    await settled();
    assert.equal((await ask(fixture)).key, 'groq/1');
  });

  it('a try in vain costs one attempt, the request is served elsewhere, and the next try is a minute away', async () => {
    const http = world({ ...up, chat: says.overloaded });
    const fixture = await behind(http, { keys: ['groq/1', 'groq/2', 'gemini/1'] });
    const recovery = recoveryOf(fixture);
    await recovery.look();
    const trial = await ask(fixture);
    assert.deepEqual(
      trial.route.attempts.map(({ key, outcome }) => [key, outcome]),
      [
        ['groq/1', 'overloaded'],
        ['gemini/1', 'ok'],
      ],
    );
    assert.equal(fixture.healthOf('groq/1').score, 25);
    recovery.start();
    await pass(fixture, 50_000);
    assert.equal((await ask(fixture)).route.attempts.length, 1, 'not tried again so soon');
    await pass(fixture, 15_000);
    assert.equal((await ask(fixture)).route.attempts.length, 2);
    recovery.dispose();
  });

  it('a try that timed out is not made again while its key goes behind the others', async () => {
    const http = world({ ...up, chat: () => 'hangs' });
    const fixture = await behind(http);
    const recovery = recoveryOf(fixture);
    recovery.start();
    await pass(fixture, 5_000);
    await ask(fixture);
    assert.equal(http.chats('groq/1'), 1);
    await pass(fixture, minuteMs + 5_000);
    await ask(fixture);
    assert.equal(http.chats('groq/1'), 1);
    await pass(fixture, minuteMs);
    await ask(fixture);
    assert.equal(http.chats('groq/1'), 2);
    recovery.dispose();
  });

  it('after ten tries in vain is tried each five minutes', async () => {
    const http = world({ ...up, chat: says.overloaded });
    const groqs = Array.from({ length: 8 }, (_, index): KeyRef => `groq/${index + 1}`);
    const fixture = await behind(http, { keys: [...groqs, 'gemini/1'] });
    const recovery = recoveryOf(fixture);
    recovery.start();
    const tries: number[] = [];
    for (let minute = 1; minute <= 31; minute += 1) {
      await pass(fixture, minuteMs);
      const { route } = await ask(fixture);
      if (route.attempts.some(({ key }) => key.startsWith('groq'))) tries.push(minute);
    }
    assert.deepEqual(tries.slice(0, 10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.deepEqual(tries.slice(10), [15, 20, 25, 30]);
    recovery.dispose();
  });

  it('gets its place back by an answer in its turn, too', async () => {
    const fixture = await behind(world(up));
    const untilMs = fixture.clock.now() + minuteMs;
    const block = { kind: 'cooldown', scope: '*', limit: 'requestsPerMinute', untilMs } as const;
    await fixture.ledger.block(accountOf(fixture.keyAt('gemini/1')), block);
    assert.equal((await ask(fixture)).key, 'groq/1');
    await fixture.clock.advance(minuteMs + 1);
    assert.equal((await ask(fixture)).key, 'groq/1');
  });

  it('gets it by an answer to a second try, too', async () => {
    const chats = [says.overloaded(), says.answers()];
    const http = new ScriptedHttp((asked) =>
      asked.secret.startsWith('groq') ? (chats.shift() ?? says.answers()) : says.badField(),
    );
    const fixture = await behind(http);
    const { route } = await ask(fixture);
    assert.deepEqual(
      route.attempts.map(({ key }) => key),
      ['gemini/1', 'groq/1', 'groq/1'],
    );
    assert.equal((await ask(fixture)).route.attempts[0]?.key, 'groq/1');
  });

  it('keeps it until a key of it is blamed again', async () => {
    let isDown = false;
    const fixture = await behind(world({ ...up, chat: () => (isDown ? says.overloaded() : says.answers()) }));
    await recoveryOf(fixture).look();
    assert.equal((await ask(fixture)).key, 'groq/1');
    isDown = true;
    assert.equal((await ask(fixture)).key, 'gemini/1');
    isDown = false;
    assert.equal((await ask(fixture)).key, 'gemini/1');
  });

  it('does not lose it for a key that failed before another one answered the same request', async () => {
    const http = new ScriptedHttp((asked) => {
      if (!isChat(asked)) return models;
      return asked.secret === 'groq/1' ? says.overloaded() : says.answers();
    });
    const fixture = await behind(http, { keys: ['groq/1', 'groq/2', 'gemini/1'] });
    await fixture.ledger.changeDemotion('groq', () => ({ state: 'restored' }));
    assert.equal((await ask(fixture)).key, 'groq/2');
    assert.equal((await ask(fixture)).key, 'groq/2');
  });

  it('is not waited for longer when the clock is set back by hours', async () => {
    const fixture = await behind(world(up), { providers: noCheck });
    await recoveryOf(fixture).look();
    fixture.clock.setWall(fixture.clock.now() - 8 * 60 * minuteMs);
    assert.equal((await ask(fixture)).key, 'groq/1');
  });

  it('is named in the trace with its next check', async () => {
    const fixture = await behind(world({ ...up, check: says.overloaded }));
    await recoveryOf(fixture).look();
    const { route } = await ask(fixture);
    assert.deepEqual(
      route.passedOver.map(({ reason, sentence }) => [reason, sentence]),
      [['behind', 'Groq Key 1: Groq is behind since an outage, next check in 1m']],
    );
  });

  it('is checked by one of two windows, and tried by one request of both', async () => {
    const store = new MemoryStore();
    const live = new LiveReply();
    const http = world({ ...up, chat: () => live });
    const one = await behind(http, { ledger: (clock) => new MemoryLedger({ clock, store }) });
    const two = await behind(http, { ledger: (clock) => new MemoryLedger({ clock, store }), clock: one.clock });
    await Promise.all([recoveryOf(one).look(), recoveryOf(two).look()]);
    assert.equal(checksOf(http), 1);
    const trial = one.router.chat(question({ stream: true }));
    await settled();
    assert.equal((await two.router.chat(question())).key, 'gemini/1');
    live.says('Because.');
    live.ends();
    assert.equal((await trial).key, 'groq/1');
  });

  it('with the strategy balanced is tried by one request, too', async () => {
    const live = new LiveReply();
    const fixture = await behind(world({ ...up, chat: () => live }), { config: { strategy: 'balanced' } });
    await recoveryOf(fixture).look();
    const trial = fixture.router.chat(question({ stream: true }));
    await settled();
    assert.equal((await fixture.router.chat(question())).key, 'gemini/1');
    live.says('Because.');
    live.ends();
    assert.equal((await trial).key, 'groq/1');
  });
});
