import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Message } from '../../../src/core/providers/message.ts';
import { providerOf, question, routerFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { score } from './order.ts';

const { ScriptedHttp } = says;

/** A conversation that groq/2 has served, since groq/1 was cooling then. */
async function servedByTheSecond() {
  const http = new ScriptedHttp(({ secret }) =>
    secret === 'groq/1' && http.chats('groq/1') === 1 ? says.rateLimited('RPM', '5s') : says.answers(),
  );
  const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'] });
  const first = question();
  assert.equal((await fixture.router.chat(first)).key, 'groq/2');
  await fixture.clock.advance(6_000);
  const next = (answer: Message['content'], text = 'And then?'): { messages: Message[]; stream: false } => ({
    messages: [...first.messages, { role: 'assistant', content: answer }, { role: 'user', content: text }],
    stream: false,
  });
  return { http, fixture, next };
}

const continued = (messages: readonly Message[]) => ({
  messages: [...messages, { role: 'assistant', content: 'Because.' }, { role: 'user', content: 'And then?' }] as const,
  stream: false,
});

describe('affinity', () => {
  it('messages that continue a conversation prefer the key that served it', async () => {
    const { fixture, next } = await servedByTheSecond();
    const answer = await fixture.router.chat(next('Because.'));
    assert.equal(answer.key, 'groq/2');
    assert.match(answer.route.attempts[0]?.sentence ?? '', /it served this conversation before/);
  });

  it('in whatever form the caller sends the answer back', async () => {
    const { fixture, next } = await servedByTheSecond();
    assert.equal((await fixture.router.chat(next([{ type: 'text', text: 'Because.' }]))).key, 'groq/2');
  });

  it('another conversation goes its usual way', async () => {
    const { fixture } = await servedByTheSecond();
    assert.equal((await fixture.router.chat(question())).key, 'groq/1');
  });

  it('only while that key stays eligible', async () => {
    const { fixture, next } = await servedByTheSecond();
    await fixture.ledger.changeHealth(fixture.keyAt('groq/2').fingerprint, () => ({
      score: 0,
      quarantine: { untilMs: fixture.clock.now() + 300_000, cause: 'refused', times: 1 },
    }));
    assert.equal((await fixture.router.chat(next('Because.'))).key, 'groq/1');
  });

  it('never to a weak key', async () => {
    const { fixture, next } = await servedByTheSecond();
    await score(fixture, 'groq/2', 5);
    assert.equal((await fixture.router.chat(next('Because.'))).key, 'groq/1');
  });

  it('for 10 minutes after its last answer', async () => {
    for (const [minutes, key] of [
      [9, 'groq/2'],
      [11, 'groq/1'],
    ] as const) {
      const { fixture, next } = await servedByTheSecond();
      await fixture.clock.advance(minutes * 60_000 - 6_000);
      assert.equal((await fixture.router.chat(next('Because.'))).key, key, `${minutes} minutes`);
    }
  });

  it('never to a worse model', async () => {
    const models = ['big', 'small'].map((id) => ({ id, limits: {}, contextTokens: 100_000 }));
    const http = new ScriptedHttp(({ model }) =>
      model === 'big' && http.asked.length === 1 ? says.rateLimited('RPM', '5s') : says.answers(),
    );
    const fixture = routerFixture({ http, keys: ['groq/1'], providers: [providerOf('groq', { models, limits: {} })] });
    const { messages } = question();
    assert.equal((await fixture.router.chat({ messages, stream: false })).model, 'groq/small');
    await fixture.clock.advance(6_000);
    assert.equal((await fixture.router.chat(continued(messages))).model, 'groq/big');
  });

  it('never to another provider than the one whose turn it is', async () => {
    const http = new ScriptedHttp(({ secret }) =>
      secret === 'groq/1' && http.chats('groq/1') === 1 ? says.rateLimited('RPM', '5s') : says.answers(),
    );
    const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1'] });
    const { messages } = question();
    assert.equal((await fixture.router.chat({ messages, stream: false })).key, 'gemini/1');
    await fixture.clock.advance(6_000);
    assert.equal((await fixture.router.chat(continued(messages))).key, 'groq/1');
  });

  it('holds over tool calls, whose answer has no text', async () => {
    const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } };
    const calls = JSON.stringify({
      choices: [
        { index: 0, message: { role: 'assistant', content: null, tool_calls: [call] }, finish_reason: 'tool_calls' },
      ],
    });
    const http = new ScriptedHttp(({ secret }) => {
      if (secret === 'groq/1' && http.chats('groq/1') === 1) return says.rateLimited('RPM', '5s');
      return http.chats('groq/2') === 1 ? { status: 200, body: calls } : says.answers();
    });
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'] });
    const ask = question({ tools: [{ name: 'look', parameters: { type: 'object' } }] });
    const first = await fixture.router.chat(ask);
    assert.equal(first.key, 'groq/2');
    await fixture.clock.advance(6_000);
    const answer = await fixture.router.chat({
      ...ask,
      messages: [
        ...ask.messages,
        { role: 'assistant', content: first.toolCalls },
        { role: 'tool', content: [{ type: 'toolResult', id: 'c1', content: 'seen' }] },
      ],
    });
    assert.equal(answer.key, 'groq/2');
  });
});
