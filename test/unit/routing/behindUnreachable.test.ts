import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isChat, models, recoveryOf } from '../support/recoveryFixture.ts';
import { passTime, question, routerFixture, type RouterFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { chance, score } from './order.ts';

/** Groq stands behind after an outage, and a good check lets one request try it. */
async function behind(chat: (secret: string) => says.Reply): Promise<RouterFixture> {
  const http = new says.ScriptedHttp((asked) => (isChat(asked) ? chat(asked.secret) : models));
  const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1'], random: chance(0.5) });
  await score(fixture, 'groq/1', 40);
  await recoveryOf(fixture).look();
  return fixture;
}

async function ask(fixture: RouterFixture) {
  const asked = fixture.router.chat(question());
  await passTime(fixture);
  return asked;
}

describe('a provider set behind that cannot be reached', () => {
  it('is tried by one request, and that try counts', async () => {
    const fixture = await behind((secret) => (secret.startsWith('groq') ? { problem: 'refused' } : says.answers()));
    assert.equal((await ask(fixture)).route.attempts.length, 2);
    assert.equal((await ask(fixture)).route.attempts.length, 1, 'one has found out');
    const demotion = fixture.ledger.demotion('groq');
    assert.equal(demotion?.state === 'behind' && demotion.failures, 1);
  });

  it('is tried by the next request where the machine was offline', async () => {
    let isOffline = true;
    const fixture = await behind(() => (isOffline ? { problem: 'dns' } : says.answers()));
    assert.equal((await ask(fixture)).degraded, true);
    isOffline = false;
    assert.equal((await ask(fixture)).key, 'groq/1');
  });
});
