import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ChatRequest } from '../../../src/core/routing/chat.ts';
import { held, question, routerRig, settled } from '../support/routerRig.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;

describe('bad input', () => {
  async function rejected(change: Partial<ChatRequest>, expected: { readonly kind: string; readonly message: RegExp }) {
    const http = new ScriptedHttp(() => says.answers());
    const rig = routerRig({ http, keys: ['groq/1', 'gemini/1'] });
    await assert.rejects(rig.router.chat(question(change)), { name: 'ChatError', ...expected });
    await settled();
    assert.equal(http.asked.length, 0);
    assert.equal(rig.router.busy, 0);
    assert.deepEqual(held(rig), { requests: 0, tokens: 0 });
    assert.equal(rig.said('allFailed').length, 0);
    return rig;
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
    const rig = await rejected({ signal: AbortSignal.abort() }, { kind: 'cancelled', message: /cancelled/ });
    assert.deepEqual(await rig.router.routes(), []);
  });

  it('an already aborted signal does not join a call that is under way', async () => {
    const http = new ScriptedHttp(() => says.answers());
    const rig = routerRig({ http, keys: ['groq/1'] });
    const ask = question();
    const stays = rig.router.chat(ask);
    await assert.rejects(rig.router.chat({ ...ask, signal: AbortSignal.abort() }), { kind: 'cancelled' });
    assert.equal((await stays).content, 'Because.');
  });
});
