import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import { MemoryStore } from '../../../src/adapters/memoryStore.ts';
import { AlertFixture } from '../alerts/alertFixture.ts';
import {
  oneModel,
  passTime,
  providerOf,
  question,
  routerFixture,
  type RouterFixture,
} from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;

async function ask(fixture: RouterFixture, maxTokens?: number): Promise<void> {
  const asked = fixture.router.chat(question(maxTokens === undefined ? {} : { maxTokens }));
  await passTime(fixture);
  await asked;
}

describe('a bucket near its limit', () => {
  it('is told of each hour while it is full, though it passed its threshold long ago, whatever the clock shows', async () => {
    const http = new ScriptedHttp(() => says.answers({ prompt: 20, completion: 180 }));
    const providers = [providerOf('groq', oneModel('groq', { tokensPerDay: 24_000 }))];
    const fixture = routerFixture({ http, keys: ['groq/1'], providers });
    for (let request = 0; request < 95; request += 1) await ask(fixture);
    assert.deepEqual(
      fixture.said('thresholdPassed').map(({ thresholdPercent }) => thresholdPercent),
      [75],
    );
    for (let hour = 0; hour < 3; hour += 1) {
      await fixture.clock.advance(3_600_000);
      for (let request = 0; request < 5; request += 1) await ask(fixture);
    }
    assert.equal(fixture.said('bucketHeld').length, 4);
    const { clock } = fixture;
    await clock.advance(3_500_000);
    clock.setWall(clock.now() - 3_400_000);
    await clock.advance(100_000);
    for (let request = 0; request < 5; request += 1) await ask(fixture);
    assert.equal(fixture.said('bucketHeld').length, 5);
  });
});

describe('the limits of a key that are watched', () => {
  const passed = (fixture: RouterFixture) =>
    fixture.said('thresholdPassed').map(({ thresholdPercent, isDaily, status: { limit, scope } }) => ({
      ...{ limit, scope, thresholdPercent, isDaily },
    }));
  const small = () => new ScriptedHttp(() => says.answers({ prompt: 1, completion: 1 }));
  const of100Tokens = () => new ScriptedHttp(() => says.answers({ prompt: 20, completion: 80 }));

  it('are told of again once the clock was set back: it is another day, and nobody would hear of it', async () => {
    const providers = [providerOf('mistral', oneModel('mistral', { requestsPerDay: 10 }))];
    const fixture = routerFixture({ http: small(), keys: ['mistral/1'], providers });
    const { clock } = fixture;
    const today = clock.now();
    clock.setWall(today + 3 * 86_400_000);
    for (let request = 0; request < 8; request += 1) await ask(fixture);
    assert.equal(passed(fixture).length, 1);
    clock.setWall(today);
    await ask(fixture);
    assert.equal(passed(fixture).length, 2);
  });

  it('are its requests of the day too, beside a badge that counts tokens', async () => {
    const limits = { tokensPerDay: 100_000, requestsPerDay: 40 };
    const providers = [providerOf('mistral', oneModel('mistral', limits))];
    const fixture = routerFixture({ http: small(), keys: ['mistral/1'], providers });
    for (let request = 0; request < 40; request += 1) await ask(fixture);
    const requests = { limit: 'requestsPerDay', scope: '*', isDaily: false };
    assert.deepEqual(passed(fixture), [
      { ...requests, thresholdPercent: 75 },
      { ...requests, thresholdPercent: 90 },
    ]);
  });

  it('are its months, and the day that the user set beside a provider’s bucket', async () => {
    const providers = [providerOf('groq', oneModel('groq', { requestsPerMonth: 10 }))];
    const limits = { tokensPerDay: 1_000 };
    const fixture = routerFixture({ http: of100Tokens(), keys: [{ ref: 'groq/1', limits }], providers });
    for (let request = 0; request < 8; request += 1) await ask(fixture, 100);
    assert.deepEqual(passed(fixture), [
      { limit: 'tokensPerDay', scope: '*', thresholdPercent: 75, isDaily: true },
      { limit: 'requestsPerMonth', scope: '*', thresholdPercent: 75, isDaily: false },
    ]);
  });

  it('are those of its pool and its own of the same name', async () => {
    const of = { pool: 'p', limits: { tokensPerDay: 1_000 }, poolLimits: { tokensPerDay: 1_150 } };
    const fixture = routerFixture({
      http: of100Tokens(),
      keys: [{ ref: 'groq/1', ...of }],
      providers: [providerOf('groq', oneModel('groq', {}))],
    });
    for (let request = 0; request < 10; request += 1) await ask(fixture, 100);
    assert.deepEqual(
      fixture.said('thresholdPassed').map(({ thresholdPercent, status: { value } }) => [thresholdPercent, value]),
      [
        [75, 1_000],
        [75, 1_150],
      ],
    );
  });

  it('are those of a model only where it is the last of the key that has room', async () => {
    const models = ['first', 'last'].map((id) => ({ id, limits: { requestsPerDay: 10 }, contextTokens: 100_000 }));
    const fixture = routerFixture({
      http: small(),
      keys: ['gemini/1'],
      providers: [providerOf('gemini', { models, limits: {} })],
    });
    for (let request = 0; request < 17; request += 1) await ask(fixture);
    assert.deepEqual(passed(fixture), []);
    for (let request = 17; request < 20; request += 1) await ask(fixture);
    const requests = { limit: 'requestsPerDay', scope: 'last', isDaily: true };
    assert.deepEqual(passed(fixture), [
      { ...requests, thresholdPercent: 75 },
      { ...requests, thresholdPercent: 90 },
    ]);
  });

  it('are all of its buckets: of each it is told while it is full', async () => {
    const limits = { tokensPerDay: 10_000, requestsPerDay: 100 };
    const providers = [providerOf('groq', oneModel('groq', limits))];
    const fixture = routerFixture({ http: of100Tokens(), keys: ['groq/1'], providers });
    for (let request = 0; request < 70; request += 1) await ask(fixture, 100);
    assert.deepEqual(
      fixture
        .said('bucketHeld')
        .map(({ status }) => status.limit)
        .toSorted(),
      ['requestsPerDay', 'tokensPerDay'],
    );
  });
});

describe('a threshold that two windows passed', () => {
  async function pastIt(): Promise<readonly [RouterFixture, RouterFixture]> {
    const store = new MemoryStore();
    const http = new ScriptedHttp(() => says.answers({ prompt: 20, completion: 60 }));
    const key = { ref: 'groq/1', limits: { tokensPerDay: 10_000 } } as const;
    const one = routerFixture({ http, keys: [key], ledger: (clock) => new MemoryLedger({ clock, store }) });
    const two = routerFixture({
      http,
      keys: [key],
      clock: one.clock,
      ledger: () => new MemoryLedger({ clock: one.clock, store }),
    });
    for (let request = 0; request < 50; request += 1) await Promise.all([ask(one), ask(two)]);
    return [one, two];
  }

  it('is told once', async () => {
    const alerts = new AlertFixture();
    const windows = (await pastIt()).map((fixture) => {
      const window = alerts.open();
      for (const event of fixture.said('thresholdPassed')) window.service.handle(event);
      return window;
    });
    await alerts.clock.advance(60_000);
    assert.deepEqual(
      windows.flatMap(({ telegram }) => telegram.texts.map((text) => text.replace(/\d+%/, '…'))),
      ['⚠️ Groq Key 1: … quota used'],
    );
  });

  it('is told by the other where one died before it had told it', async () => {
    const [, other] = await pastIt();
    assert.deepEqual(
      other.said('thresholdPassed').map(({ thresholdPercent }) => thresholdPercent),
      [75],
    );
  });
});
