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

async function ask(fixture: RouterFixture): Promise<void> {
  const asked = fixture.router.chat(question());
  await passTime(fixture);
  await asked;
}

describe('a bucket near its limit', () => {
  it('is told of each hour while it is full, though it passed its threshold long ago', async () => {
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
