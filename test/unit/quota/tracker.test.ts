import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { afterRefusal } from '../../../src/core/health/healthRules.ts';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { forever } from '../../../src/core/quota/ledger.ts';
import { askerOf, teach } from '../ledger/spend.ts';
import { gemini, groq, trackerFixture } from './trackerFixture.ts';

const hour = 3_600_000;
const daily = { limits: { tokensPerDay: 14_400 } };
const twoModels = [
  { id: 'm1', limits: { tokensPerDay: 1_000 } },
  { id: 'm2', limits: { tokensPerDay: 1_000 } },
];

describe('the tracker', () => {
  it('plays a normal day to the number', async () => {
    const fixture = trackerFixture([groq()]);
    const keys = [await fixture.add('groq', daily), await fixture.add('groq', daily), await fixture.add('groq', daily)];
    const [first, second] = keys;
    assert.ok(first !== undefined && second !== undefined);
    const percent = (key: typeof first): number | undefined =>
      fixture.tracker.keyStatus(key, groq()).headline?.percentage;
    await fixture.spend(first, 5_000);
    assert.equal(percent(first), 34.7);
    await fixture.spend(first, 7_000);
    assert.equal(percent(first), 83.3);
    assert.equal(fixture.room(first, 2_400).ok, true);
    assert.equal(fixture.room(first, 2_401).ok, false);
    assert.equal(fixture.room(first, 2_400).ok, true);
    assert.equal(await fixture.spend(first, 2_400), true);
    assert.equal(percent(first), 100);
    assert.equal(fixture.tracker.keyStatus(first, groq()).state, 'exhausted');
    assert.equal(fixture.room(first, 1).ok, false);
    await fixture.spend(second, 3_200);
    assert.equal(percent(second), 22.2);
    await fixture.clock.advance(12 * hour);
    assert.deepEqual(keys.map(percent), [0, 0, 0]);
    assert.deepEqual(
      keys.map((key) => fixture.tracker.keyStatus(key, groq()).state),
      ['ok', 'ok', 'ok'],
    );
  });

  it('gives getAllStats as the spec has it', async () => {
    const fixture = trackerFixture([groq(), gemini()]);
    const key = await fixture.add('groq', daily);
    await fixture.spend(key, 12_000);
    const other = await fixture.add('gemini', { limits: { requestsPerDay: 1_500 } });
    for (let count = 0; count < 3; count += 1) await fixture.spend(other, 10);
    assert.deepEqual(fixture.tracker.allStats(), {
      groq: { key_1: { used: 12_000, limit: 14_400, remaining: 2_400, percentage: 83.3 } },
      gemini: { key_1: { used: 3, limit: 1_500, remaining: 1_497, percentage: 0.2 } },
    });
  });

  it('gives getHealthStatus as the spec has it', async () => {
    const fixture = trackerFixture([groq()]);
    const keys = [await fixture.add('groq'), await fixture.add('groq'), await fixture.add('groq')];
    await fixture.ledger.changeHealth(keys[0]?.fingerprint ?? '', (health) => ({ ...health, score: 90 }));
    await fixture.ledger.changeHealth(keys[2]?.fingerprint ?? '', (health) =>
      afterRefusal(health, fixture.clock.now()),
    );
    assert.deepEqual(fixture.tracker.healthStatus(), { groq: { healthScore: 95, keys: 3, active: 2, quarantined: 1 } });
  });

  it('never shows 100 before the limit is reached', async () => {
    const fixture = trackerFixture([groq()]);
    const key = await fixture.add('groq', { limits: { tokensPerDay: 1_000_000 } });
    await fixture.spend(key, 999_999);
    assert.equal(fixture.tracker.keyStatus(key, groq()).headline?.percentage, 99.9);
  });

  it('shows nulls where no limit is known, and the tightest other where there is no daily one', async () => {
    const fixture = trackerFixture([groq()]);
    const bare = await fixture.add('groq');
    const monthly = await fixture.add('groq', { limits: { tokensPerMonth: 1_000, requestsPerMonth: 10 } });
    await fixture.spend(bare, 70);
    await fixture.spend(monthly, 50);
    assert.deepEqual(fixture.tracker.allStats()['groq'], {
      key_1: { used: 70, limit: null, remaining: null, percentage: null },
      key_2: { used: 1, limit: 10, remaining: 9, percentage: 10, which: 'requestsPerMonth' },
    });
  });

  it('passes over a key with under 100 tokens left', async () => {
    const fixture = trackerFixture([groq()]);
    const key = await fixture.add('groq', { limits: { tokensPerDay: 1_000 } });
    await fixture.spend(key, 900);
    assert.equal(fixture.room(key, 50).ok, true);
    await fixture.spend(key, 1);
    assert.equal(fixture.room(key, 50).ok, false);
    assert.equal(fixture.tracker.keyStatus(key, groq()).state, 'exhausted');
  });

  it('says of a reservation in the way that it is held, not exhausted', async () => {
    const fixture = trackerFixture([groq()]);
    const key = await fixture.add('groq', { limits: { tokensPerDay: 1_000 } });
    const reservation = await fixture.reserve(key, 950);
    const room = fixture.room(key, 100);
    assert.ok(!room.ok && room.used === 0 && room.held === 950);
    assert.equal(fixture.tracker.keyStatus(key, groq()).state, 'ok');
    await fixture.settle(reservation ?? '', 10);
    assert.equal(fixture.room(key, 100).ok, true);
  });

  it('counts each model apart where the provider does, and the key is exhausted with the last of them', async () => {
    const provider = groq({ models: twoModels });
    const fixture = trackerFixture([provider]);
    const key = await fixture.add('groq');
    await fixture.spend(key, 1_000, 'm1');
    assert.equal(fixture.room(key, 100, 'm1').ok, false);
    assert.equal(fixture.room(key, 100, 'm2').ok, true);
    assert.equal(fixture.tracker.keyStatus(key, provider).state, 'ok');
    await fixture.spend(key, 950, 'm2');
    assert.equal(fixture.tracker.keyStatus(key, provider).state, 'exhausted');
  });

  it('holds the user’s own limit over the key’s sum, in place of every other of its name', async () => {
    const provider = groq({ models: twoModels, limitForm: 'window' });
    const fixture = trackerFixture([provider]);
    const key = await fixture.add('groq', { limits: { tokensPerDay: 5_000 } });
    await fixture.ledger.learn(accountOf(key), 'm1', { tokensPerDay: 900 }, fixture.clock.now());
    assert.deepEqual(
      fixture.tracker.ceilings(key, provider, 'm1', fixture.clock.now()).map(({ scope, value }) => [scope, value]),
      [['*', 5_000]],
    );
  });

  it('holds a day that the user sets by the calendar, beside the provider’s bucket', async () => {
    const provider = groq({ models: twoModels });
    const fixture = trackerFixture([provider]);
    const key = await fixture.add('groq', { limits: { tokensPerDay: 5_000 } });
    assert.deepEqual(
      fixture.tracker
        .ceilings(key, provider, 'm1', fixture.clock.now())
        .map(({ scope, value, form }) => [scope, value, form]),
      [
        ['*', 5_000, 'calendar'],
        ['m1', 1_000, 'bucket'],
      ],
    );
  });

  it('tells how many requests at once the provider was found to take', async () => {
    const provider = groq();
    const fixture = trackerFixture([provider]);
    const key = await fixture.add('groq');
    assert.equal(fixture.tracker.keyStatus(key, provider).learnedConcurrent, undefined);
    const nowMs = fixture.clock.now();
    await teach(fixture.ledger, { underWay: 4, refused: {}, nowMs }, askerOf(key));
    assert.equal(fixture.tracker.keyStatus(key, provider).learnedConcurrent?.most, 3);
  });

  it('takes what the provider last said before the catalog', async () => {
    const provider = groq({ models: twoModels });
    const fixture = trackerFixture([provider]);
    const key = await fixture.add('groq');
    await fixture.ledger.learn(accountOf(key), 'm1', { tokensPerDay: 900 }, fixture.clock.now());
    const sources = fixture.tracker
      .keyStatus(key, provider)
      .limits.map(({ scope, value, source }) => [scope, value, source]);
    assert.deepEqual(sources, [
      ['m1', 900, 'learned'],
      ['m2', 1_000, 'catalog'],
    ]);
  });

  it('ignores limits that none can be', async () => {
    const fixture = trackerFixture([groq()]);
    const key = await fixture.add('groq', {
      limits: { tokensPerDay: -5, requestsPerDay: 0, tokensPerMinute: Number.NaN },
    });
    assert.deepEqual(fixture.tracker.ceilings(key, groq(), 'm1', fixture.clock.now()), []);
  });

  it('shows no negative remaining where more was used than the limit', async () => {
    const fixture = trackerFixture([groq()]);
    const key = await fixture.add('groq', daily);
    const reservation = await fixture.reserve(key, 10_000);
    await fixture.settle(reservation ?? '', 20_000);
    const stats = fixture.tracker.allStats()['groq'];
    assert.deepEqual(stats?.['key_1'], { used: 20_000, limit: 14_400, remaining: 0, percentage: 100 });
  });

  it('names the moment when room comes back in a minute', async () => {
    const fixture = trackerFixture([gemini()]);
    const key = await fixture.add('gemini', { limits: { tokensPerMinute: 1_000 } });
    await fixture.spend(key, 600);
    await fixture.clock.advance(20_000);
    await fixture.spend(key, 300);
    const room = fixture.room(key, 500);
    assert.ok(!room.ok);
    await fixture.clock.advance(room.resetAtMs - fixture.clock.now() - 1);
    assert.equal(fixture.room(key, 500).ok, false);
    await fixture.clock.advance(1);
    assert.equal(fixture.room(key, 500).ok, true);
  });

  it('shares use in a pool: adding a key adds no quota', async () => {
    const provider = groq({ ...daily, limitForm: 'window' });
    const fixture = trackerFixture([provider]);
    const [one, two] = [await fixture.add('groq', { pool: 'p' }), await fixture.add('groq', { pool: 'p' })];
    await fixture.spend(one, 14_400);
    assert.equal(fixture.room(two, 100).ok, false);
    assert.equal(fixture.tracker.keyStatus(two, provider).state, 'exhausted');
  });

  it('shows the limit of a pool beside that of one of its keys, the tighter one first', async () => {
    const provider = groq();
    const fixture = trackerFixture([provider]);
    const limits = { tokensPerDay: 1_000 };
    const one = await fixture.add('groq', { pool: 'p', poolLimits: { tokensPerDay: 2_000 }, limits });
    const two = await fixture.add('groq', { pool: 'p' });
    const shown = () => {
      const { limits: all, headline } = fixture.tracker.keyStatus(one, provider);
      return [headline?.value, ...all.map(({ used, value, ofKeyAlone }) => [used, value, ofKeyAlone === true])];
    };
    await fixture.spend(one, 600);
    assert.deepEqual(shown(), [1_000, [600, 1_000, true], [600, 2_000, false]]);
    await fixture.spend(two, 1_300);
    assert.deepEqual(shown(), [2_000, [600, 1_000, true], [1_900, 2_000, false]]);
    assert.equal(fixture.tracker.allStats()['groq']?.['key_1']?.percentage, 95);
  });

  it('follows a change of the provider’s zone without a miscount', async () => {
    const fixture = trackerFixture([groq()]);
    const key = await fixture.add('groq', daily);
    await fixture.spend(key, 1_000);
    await fixture.clock.advance(14 * hour);
    await fixture.spend(key, 200);
    const usedIn = (resetTimeZone: string): number | undefined =>
      fixture.tracker.keyStatus(key, groq({ resetTimeZone })).headline?.used;
    // 02:00 UTC: a new day there, still the same one in Los Angeles (18:00 the day before).
    assert.equal(usedIn('UTC'), 200);
    assert.equal(usedIn('America/Los_Angeles'), 1_200);
    assert.equal(usedIn('UTC'), 200);
  });

  it('shows what keeps a key away', async () => {
    const fixture = trackerFixture([groq()]);
    const key = await fixture.add('groq', daily);
    const state = (): string => fixture.tracker.keyStatus(key, groq()).state;
    const now = fixture.clock.now();
    await fixture.ledger.block(accountOf(key), {
      kind: 'cooldown',
      scope: '*',
      limit: 'unnamed',
      untilMs: now + 2_000,
    });
    assert.equal(state(), 'cooling');
    await fixture.ledger.block(accountOf(key), { kind: 'exhausted', scope: '*', limit: 'credit', untilMs: forever });
    assert.equal(state(), 'exhausted');
    await fixture.ledger.unblock(accountOf(key));
    assert.equal(state(), 'ok');
    await fixture.spend(key, 10_801);
    assert.equal(state(), 'warning');
    await fixture.ledger.changeHealth(key.fingerprint, (health) => afterRefusal(health, now));
    assert.equal(state(), 'refused');
  });
});
