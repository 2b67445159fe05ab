import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import { isChat, models, pass, recoveryOf } from '../support/recoveryFixture.ts';
import { passTime, question, routerFixture, settled, type RouterFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { chance } from './order.ts';

const { ScriptedHttp, LiveReply } = says;
const minuteMs = 60_000;

async function ask(fixture: RouterFixture, change: Parameters<typeof question>[0] = {}) {
  const asked = fixture.router.chat(question(change));
  await passTime(fixture);
  return asked;
}

/** Checks are good; chats of `sick` keys, which are in quarantine after an outage, are as scripted. */
async function quarantined(sick: readonly KeyRef[], chat: () => says.Reply, well: readonly KeyRef[] = ['gemini/1']) {
  const http = new ScriptedHttp((asked) => {
    if (!isChat(asked)) return models;
    return sick.some((ref) => ref === asked.secret) ? chat() : says.answers();
  });
  const fixture = routerFixture({ http, keys: [...sick, ...well], random: chance(0.5) });
  for (const ref of sick) {
    await fixture.ledger.changeHealth(fixture.keyAt(ref).fingerprint, () => ({
      score: 0,
      quarantine: { untilMs: fixture.clock.now() + 5 * minuteMs, cause: 'outage', times: 1 },
    }));
  }
  return { http, fixture, recovery: recoveryOf(fixture) };
}

describe('a quarantine from outages', () => {
  it('is not ended by a good check: one request tries, at the key’s usual place, and its answer does', async () => {
    const { fixture, recovery } = await quarantined(['groq/1'], says.answers, ['groq/2', 'gemini/1']);
    assert.equal((await ask(fixture)).key, 'groq/2');
    await recovery.look();
    assert.equal(fixture.healthOf('groq/1').score, 0);
    const trial = await ask(fixture);
    assert.equal(trial.key, 'groq/1');
    assert.match(trial.route.attempts[0]?.sentence ?? '', /this request finds out whether it is well again/);
    assert.deepEqual([fixture.healthOf('groq/1').quarantine, fixture.healthOf('groq/1').score], [undefined, 20]);
  });

  it('lets one request try, while the others go on elsewhere', async () => {
    const live = new LiveReply();
    const { http, fixture, recovery } = await quarantined(['groq/1'], () => live);
    await recovery.look();
    const trial = fixture.router.chat(question({ stream: true }));
    await settled();
    assert.equal((await fixture.router.chat(question())).key, 'gemini/1');
    assert.equal(http.chats('groq/1'), 1);
    live.says('Because.');
    live.ends();
    assert.equal((await trial).key, 'groq/1');
  });

  it('lets a request that came during the try go to the key once it has answered, where nobody else is left', async () => {
    const live = new LiveReply();
    let chats = 0;
    const { http, fixture, recovery } = await quarantined(
      ['groq/1'],
      () => ((chats += 1) === 1 ? live : says.answers()),
      [],
    );
    await recovery.look();
    const trial = fixture.router.chat(question({ stream: true }));
    await settled();
    const other = fixture.router.chat(question());
    await settled();
    assert.equal(http.chats('groq/1'), 1);
    live.says('Because.');
    live.ends();
    assert.equal((await trial).key, 'groq/1');
    assert.equal((await other).key, 'groq/1');
  });

  it('lets it wait so for 20 s at the most', async () => {
    const { fixture, recovery } = await quarantined(['groq/1'], () => 'hangs', []);
    await recovery.look();
    const trial = fixture.router.chat(question({ stream: true }));
    await settled();
    const other = fixture.router.chat(question());
    await passTime(fixture);
    const { degraded, route } = await other;
    assert.deepEqual([degraded, route.ms], [true, 20_000]);
    await trial;
  });

  it('lets it wait for an answer that takes long: the key is well, and all that failed would alarm people', async () => {
    const live = new LiveReply();
    let chats = 0;
    const { fixture, recovery } = await quarantined(['groq/1'], () => ((chats += 1) === 1 ? live : says.answers()), []);
    await recovery.look();
    const trial = fixture.router.chat(question({ stream: true }));
    await settled();
    const other = fixture.router.chat(question());
    for (let second = 0; second < 30; second += 1) {
      live.says('and ');
      await fixture.clock.advance(1_000);
    }
    live.ends();
    await passTime(fixture);
    assert.equal((await trial).key, 'groq/1');
    assert.deepEqual([(await other).key, fixture.said('allFailed').length], ['groq/1', 0]);
  });

  describe('lets the next one try at once', () => {
    /** The first chat is as scripted, all after it are answered. */
    const triedFirst = async (first: says.Reply) => {
      let chats = 0;
      const { fixture, recovery } = await quarantined(
        ['groq/1'],
        () => ((chats += 1) === 1 ? first : says.answers()),
        [],
      );
      await recovery.look();
      const stop = new AbortController();
      const trial = fixture.router.chat(question({ signal: stop.signal })).catch(() => undefined);
      await settled();
      return { fixture, stop, trial };
    };

    it('where the one that tried was cancelled', async () => {
      const { fixture, stop, trial } = await triedFirst('hangs');
      const waiting = fixture.router.chat(question());
      await settled();
      stop.abort();
      await trial;
      await passTime(fixture);
      assert.equal((await waiting).key, 'groq/1');
      assert.equal((await ask(fixture)).key, 'groq/1');
    });

    it('where it was the request itself that was refused', async () => {
      const { fixture, trial } = await triedFirst(says.badField());
      await trial;
      const { key, route } = await ask(fixture);
      assert.deepEqual([key, route.ms], ['groq/1', 0]);
    });
  });

  it('begins again with a try in vain, which costs one attempt, and lets the next one try a minute later', async () => {
    const { http, fixture, recovery } = await quarantined(['groq/1'], says.overloaded);
    recovery.start();
    await pass(fixture, minuteMs);
    assert.equal((await ask(fixture)).key, 'gemini/1');
    assert.equal(http.chats('groq/1'), 1);
    assert.equal(fixture.healthOf('groq/1').quarantine?.untilMs, fixture.clock.now() + 5 * minuteMs);
    await pass(fixture, 50_000);
    await ask(fixture);
    assert.equal(http.chats('groq/1'), 1);
    await pass(fixture, 15_000);
    await ask(fixture);
    assert.equal(http.chats('groq/1'), 2);
    recovery.dispose();
  });

  it('is tried each five minutes after ten tries in vain', async () => {
    const { http, fixture, recovery } = await quarantined(['groq/1'], says.overloaded);
    recovery.start();
    const tries: number[] = [];
    for (let minute = 1; minute <= 31; minute += 1) {
      await pass(fixture, minuteMs);
      const before = http.chats('groq/1');
      assert.equal((await ask(fixture)).key, 'gemini/1');
      if (http.chats('groq/1') > before) tries.push(minute);
    }
    assert.deepEqual(tries, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30]);
    recovery.dispose();
  });

  it('has one key of a request tried at its usual place, the next one only where no other can answer', async () => {
    const keys = ['groq/1', 'groq/2', 'groq/3'] as const;
    const { http, fixture, recovery } = await quarantined(keys, says.overloaded);
    await recovery.look();
    assert.equal((await ask(fixture)).key, 'gemini/1');
    assert.deepEqual(
      keys.map((key) => http.chats(key)),
      [1, 0, 0],
    );
  });

  it('keeps nobody from being asked where no other can answer', async () => {
    let chats = 0;
    const keys = ['groq/1', 'groq/2'] as const;
    const { fixture, recovery } = await quarantined(
      keys,
      () => ((chats += 1) === 1 ? says.overloaded() : says.answers()),
      [],
    );
    await recovery.look();
    assert.equal((await ask(fixture)).key, 'groq/2');
  });

  it('of a whole provider gives it its place back with the answer, and not a better one before it', async () => {
    const { fixture, recovery } = await quarantined(['gemini/1'], says.answers, ['groq/1']);
    await recovery.look();
    assert.equal((await ask(fixture)).key, 'groq/1');
    const first = await quarantined(['groq/1'], says.answers);
    await first.recovery.look();
    for (let request = 0; request < 2; request += 1) assert.equal((await ask(first.fixture)).key, 'groq/1');
  });
});
