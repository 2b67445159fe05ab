import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isChat, models, pass, recoveryOf } from '../support/recoveryFixture.ts';
import { passTime, question, routerFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { chance } from './order.ts';

const minuteMs = 60_000;

describe('a key whose checks are good and whose chats are refused', () => {
  it('is asked less and less often, not every five minutes', async () => {
    const refused: says.Reply = { status: 401, body: JSON.stringify({ error: { message: 'Invalid API Key' } }) };
    const http = new says.ScriptedHttp((asked) => {
      if (!isChat(asked)) return models;
      return asked.secret === 'groq/1' ? refused : says.answers();
    });
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'], random: chance(0) });
    const recovery = recoveryOf(fixture);
    recovery.start();
    for (let minute = 0; minute < 6 * 60; minute += 1) {
      const asked = fixture.router.chat(question());
      await passTime(fixture);
      assert.equal((await asked).key, 'groq/2');
      await pass(fixture, minuteMs);
    }
    recovery.dispose();
    const most = 10;
    assert.ok(http.chats('groq/1') <= most, `asked ${http.chats('groq/1')} times`);
  });
});
