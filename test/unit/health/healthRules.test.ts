import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { newHealth, type Health } from '../../../src/core/health/health.ts';
import {
  afterBlame,
  afterGoodCheck,
  afterGoodLook,
  afterRefusal,
  afterSuccess,
  isHalfOpen,
  isQuarantined,
  wantsCheck,
} from '../../../src/core/health/healthRules.ts';
import { providerHealth } from '../../../src/core/health/providerHealth.ts';

const now = Date.UTC(2026, 10, 22, 12);
const minute = 60_000;
const blamed = (times: number, health: Health = newHealth): Health =>
  Array.from({ length: times }).reduce<Health>((before) => afterBlame(before, now), health);

describe('health', () => {
  it('starts at 100 and stays there', () => {
    assert.equal(newHealth.score, 100);
    assert.equal(afterSuccess(newHealth, now).score, 100);
  });

  it('loses 15 for a blamed failure and gains 5 for a success', () => {
    assert.equal(blamed(1).score, 85);
    assert.equal(afterSuccess(blamed(1), now).score, 90);
  });

  it('is quarantined for 5 minutes at 0', () => {
    const health = blamed(7);
    assert.equal(health.score, 0);
    assert.deepEqual(health.quarantine, { cause: 'outage', times: 1, untilMs: now + 5 * minute });
    assert.ok(isQuarantined(health, now + 5 * minute - 1));
    assert.ok(!isQuarantined(health, now + 5 * minute));
  });

  it('goes to 0 at once when it is refused', () => {
    const health = afterRefusal(newHealth, now);
    assert.equal(health.score, 0);
    assert.equal(health.accepted, false);
    assert.deepEqual(health.quarantine, { cause: 'refused', times: 1, untilMs: now + 5 * minute });
  });

  it('stays away twice as long after each refusal, up to 60 minutes', () => {
    let health: Health = newHealth;
    let at = now;
    const lengths = Array.from({ length: 6 }, () => {
      health = afterRefusal(health, at);
      const untilMs = health.quarantine?.untilMs ?? 0;
      const length = (untilMs - at) / minute;
      at = untilMs;
      return length;
    });
    assert.deepEqual(lengths, [5, 10, 20, 40, 60, 60]);
  });

  it('is not longer away for a request that was under way when it was refused', () => {
    const once = afterRefusal(newHealth, now);
    assert.deepEqual(afterRefusal(once, now + 1_000).quarantine, once.quarantine);
    assert.deepEqual(afterBlame(once, now + 1_000), once);
  });

  it('stays 5 minutes away after outages, however many', () => {
    let health = blamed(7);
    for (const at of [now + 5 * minute, now + 10 * minute]) {
      health = afterBlame(health, at);
      assert.equal(health.quarantine?.untilMs, at + 5 * minute);
    }
  });

  it('comes back with 20 after a good check, and counts on from there', () => {
    const back = afterGoodCheck(afterRefusal(newHealth, now), now + 5 * minute);
    assert.equal(back.score, 20);
    assert.equal(back.quarantine, undefined);
    assert.equal(back.accepted, true);
    assert.equal(afterSuccess(back, now).score, 25);
  });

  it('is let try by a good look after outages, and comes back with 20 when a chat is answered', () => {
    const looked = afterGoodLook(blamed(7), now + minute);
    assert.deepEqual([looked.score, looked.quarantine?.mayTry], [0, true]);
    assert.ok(!wantsCheck(looked, now + 2 * minute), 'the next request finds out');
    const back = afterSuccess(looked, now + 2 * minute);
    assert.deepEqual([back.score, back.quarantine], [20, undefined]);
  });

  it('comes back with 20 after a good look at the end of a refusal', () => {
    assert.equal(afterGoodLook(afterRefusal(newHealth, now), now + 5 * minute).score, 20);
  });

  it('goes on staying away longer where checks are good and chats are refused', () => {
    let health: Health = newHealth;
    let at = now;
    const lengths = Array.from({ length: 6 }, () => {
      health = afterRefusal(health, at);
      const untilMs = health.quarantine?.untilMs ?? 0;
      const length = (untilMs - at) / minute;
      at = untilMs;
      health = afterGoodLook(health, at);
      return length;
    });
    assert.deepEqual(lengths, [5, 10, 20, 40, 60, 60]);
  });

  it('is forgiven its refusals by an answered chat and by the check that the user asks for', () => {
    const looked = afterGoodLook(afterRefusal(newHealth, now), now + 5 * minute);
    for (const well of [afterSuccess(looked, now + 6 * minute), afterGoodCheck(looked, now + 6 * minute)]) {
      assert.equal(afterRefusal(well, now + 7 * minute).quarantine?.times, 1);
    }
  });

  it('counts its refusals over an outage between them', () => {
    const looked = afterGoodLook(afterRefusal(newHealth, now), now + 5 * minute);
    const out = blamed(2, looked);
    assert.equal(out.quarantine?.cause, 'outage');
    assert.equal(afterRefusal(out, now + 20 * minute).quarantine?.times, 2);
  });

  it('comes back at once when the user checks it, from outages too', () => {
    const back = afterGoodCheck(blamed(7), now + 1);
    assert.deepEqual([back.score, back.quarantine], [20, undefined]);
  });

  it('is in quarantine for 5 minutes again after a try in vain', () => {
    const tried = afterBlame(afterGoodLook(blamed(7), now + minute), now + minute);
    assert.deepEqual(tried.quarantine, { cause: 'outage', times: 2, untilMs: now + 6 * minute });
  });

  it('is looked at after ten tries in vain only once its 5 minutes are over', () => {
    let health = blamed(7);
    for (let time = 1; time <= 10; time += 1) health = afterBlame(afterGoodLook(health, now), now);
    assert.ok(!wantsCheck(health, now + 5 * minute - 1));
    assert.ok(wantsCheck(health, now + 5 * minute));
  });

  it('comes back with 20 after one good request, where there is no check', () => {
    const halfOpen = blamed(7);
    assert.ok(isHalfOpen(halfOpen, now + 5 * minute));
    assert.equal(afterSuccess(halfOpen, now + 5 * minute).score, 20);
  });

  it('does not come back from a refusal by a request that was under way', () => {
    const refused = afterRefusal(newHealth, now);
    assert.equal(afterSuccess(refused, now + 1_000).score, 0);
    assert.ok(isQuarantined(afterSuccess(refused, now + 1_000), now + 2_000));
  });

  it('keeps its score at a good check of a key that was well', () => {
    assert.equal(afterGoodCheck(blamed(2), now).score, 70);
  });

  it('is looked at each minute during an outage, and after a refusal only when its time is over', () => {
    assert.ok(wantsCheck(blamed(7), now));
    const refused = afterRefusal(newHealth, now);
    assert.ok(!wantsCheck(refused, now + 4 * minute));
    assert.ok(wantsCheck(refused, now + 5 * minute));
    assert.ok(!wantsCheck(newHealth, now));
  });

  it('does not stay quarantined for the hours that the clock was set back', () => {
    const refused = afterRefusal(newHealth, now);
    assert.ok(!isQuarantined(refused, now - 120 * minute));
  });

  it('of a provider is the mean of its active keys, rounded; 0 with none', () => {
    const scores: Record<string, Health> = {
      a: { score: 100 },
      b: { score: 91 },
      c: afterRefusal(newHealth, now),
      d: { score: 3 },
    };
    const keys = ['a', 'b', 'c', 'd'].map((id) => ({ id, enabled: id !== 'd' }));
    const healthOf = ({ id }: { id: string }): Health => scores[id] ?? newHealth;
    assert.equal(providerHealth(keys, healthOf, now), 96);
    assert.equal(providerHealth([], healthOf, now), 0);
    assert.equal(providerHealth(keys.slice(2), healthOf, now), 0);
  });
});
