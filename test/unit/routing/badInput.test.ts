import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ChatRequest } from '../../../src/core/routing/chat.ts';
import { held, question, routerFixture, settled } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;

describe('bad input', () => {
  async function rejected(change: Partial<ChatRequest>, expected: { readonly kind: string; readonly message: RegExp }) {
    const http = new ScriptedHttp(() => says.answers());
    const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1'] });
    await assert.rejects(fixture.router.chat(question(change)), { name: 'ChatError', ...expected });
    await settled();
    assert.equal(http.asked.length, 0);
    assert.equal(fixture.router.busy, 0);
    assert.deepEqual(held(fixture), { requests: 0, tokens: 0 });
    assert.equal(fixture.said('allFailed').length, 0);
    return fixture;
  }

  it('empty messages', () => rejected({ messages: [] }, { kind: 'noMessages', message: /no messages/ }));
  it('an unknown provider, with the known ones', () =>
    rejected({ provider: 'grok' }, { kind: 'unknownProvider', message: /"grok".*groq, gemini/ }));
  it('an unknown model, with the known ones', () =>
    rejected({ model: 'gpt-99' }, { kind: 'unknownModel', message: /"gpt-99".*groq\/groq-model/ }));
  it('an unknown model of a known provider', () =>
    rejected({ model: 'groq/gpt-99' }, { kind: 'unknownModel', message: /"groq\/gpt-99"/ }));
  it("a provider and another one's model", () =>
    rejected({ provider: 'groq', model: 'gemini-model' }, { kind: 'contradiction', message: /"gemini"/ }));
  it('an already aborted signal: nothing is asked, held or recorded', async () => {
    const fixture = await rejected({ signal: AbortSignal.abort() }, { kind: 'cancelled', message: /cancelled/ });
    assert.deepEqual(await fixture.router.routes(), []);
  });

  it('an already aborted signal does not join a call that is under way', async () => {
    const http = new ScriptedHttp(() => says.answers());
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    const ask = question();
    const stays = fixture.router.chat(ask);
    await assert.rejects(fixture.router.chat({ ...ask, signal: AbortSignal.abort() }), { kind: 'cancelled' });
    assert.equal((await stays).content, 'Because.');
  });
});
