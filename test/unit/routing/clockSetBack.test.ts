import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isChat, models, pass, recoveryOf } from '../support/recoveryFixture.ts';
import { passTime, question, routerFixture, type RouterFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { blocksOf } from './oneRequest.ts';

const minuteMs = 60_000;

async function keyOf(fixture: RouterFixture): Promise<string | undefined> {
  const asked = fixture.router.chat(question());
  await passTime(fixture);
  return (await asked).key;
}

const waits: says.Reply = {
  status: 429,
  body: JSON.stringify({
    error: { message: 'Rate limit reached on tokens per day (TPD). Please try again in 15m0s.' },
  }),
};
const refuses: says.Reply = { status: 401, body: JSON.stringify({ error: { message: 'Invalid API Key' } }) };

describe('a clock that is set back by less than what has passed', () => {
  for (const [what, reply, lengthMinutes] of [
    ['a wait', waits, 15],
    ['a quarantine', refuses, 5],
  ] as const) {
    it(`ends ${what} no later`, async () => {
      let isBad = true;
      const http = new says.ScriptedHttp((asked) => {
        const isAsked = asked.secret === 'groq/1' && isBad;
        if (!isChat(asked)) return isAsked && reply === refuses ? refuses : models;
        return isAsked ? reply : says.answers();
      });
      const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'] });
      const recovery = recoveryOf(fixture);
      recovery.start();
      assert.equal(await keyOf(fixture), 'groq/2');
      isBad = false;
      await pass(fixture, (lengthMinutes - 2) * minuteMs);
      fixture.clock.setWall(fixture.clock.now() - (lengthMinutes - 3) * minuteMs);
      await pass(fixture, minuteMs);
      assert.equal(await keyOf(fixture), 'groq/2');
      await pass(fixture, 1.25 * minuteMs);
      assert.equal(await keyOf(fixture), 'groq/1');
      recovery.dispose();
    });
  }

  it('ends no sooner what ends with the day', async () => {
    const http = new says.ScriptedHttp((asked) => {
      if (!isChat(asked)) return models;
      const message = 'Rate limit reached on tokens per day (TPD).';
      return asked.secret === 'groq/1' ? { status: 429, body: JSON.stringify({ error: { message } }) } : says.answers();
    });
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'] });
    const recovery = recoveryOf(fixture);
    recovery.start();
    assert.equal(await keyOf(fixture), 'groq/2');
    const before = blocksOf(fixture, 'groq/1');
    assert.equal(before.length, 1);
    await pass(fixture, 13 * minuteMs);
    fixture.clock.setWall(fixture.clock.now() - 12 * minuteMs);
    await pass(fixture, minuteMs);
    assert.deepEqual(blocksOf(fixture, 'groq/1'), before);
    recovery.dispose();
  });
});
