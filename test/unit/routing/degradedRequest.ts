import assert from 'node:assert/strict';
import { passTime, question, routerFixture, type RouterFixtureOptions } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

/** One request that no key answers; without a script, since each has used up its day. */
export async function degraded(options: Partial<RouterFixtureOptions>, change: Parameters<typeof question>[0] = {}) {
  const http = new says.ScriptedHttp(() => says.rateLimited('TPD', '2h'));
  const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1'], ...options });
  const asked = fixture.router.chat(question(change));
  await passTime(fixture);
  const answer = await asked;
  assert.equal(answer.degraded, true);
  return { fixture, answer, alarms: fixture.said('allFailed') };
}
