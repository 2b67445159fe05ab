import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { HostDesk, question } from './support/hostDesk.ts';

describe('Failover in the extension host', () => {
  let desk: HostDesk;
  let groq: Simulator;

  before(async () => {
    desk = await HostDesk.open();
    groq = await startGroq({ limits: 'none' });
    await desk.set('aiKeys.providers', { groq: { baseUrl: groq.baseUrl } });
  });
  after(async () => {
    await desk.clear();
    await groq.stop();
  });

  it('asks a refused key once, answers with the second, and the caller sees no error', async () => {
    const first = await desk.addKey('groq', groq.key('refused'));
    const second = await desk.addKey('groq', groq.key('good'));
    const answers = [await desk.api.chat(question()), await desk.api.chat(question())];
    assert.deepEqual(
      answers.map(({ key, degraded }) => [key, degraded]),
      [
        [second, false],
        [second, false],
      ],
    );
    assert.deepEqual(
      answers[0]?.route.attempts.map(({ key, outcome }) => [key, outcome]),
      [
        [first, 'authInvalid'],
        [second, 'ok'],
      ],
    );
    assert.equal(groq.chatsOf(groq.key('refused')).length, 1);
    assert.equal(groq.chatsOf(groq.key('good')).length, 2);
    assert.deepEqual(await desk.api.explainRoute(), answers[1]?.route);
    const { groq: isValid } = await desk.api.validateModelKeys();
    assert.equal(isValid, true);
  });

  it('takes a new OpenAI-compatible provider from one settings entry, and nothing else', async () => {
    const { startLocal } = await import('../simulator/local/local.ts');
    const local = await startLocal({ limits: 'none' });
    try {
      const model = local.models[0] ?? '';
      await desk.set('aiKeys.providers', { 'my-llm': { baseUrl: local.baseUrl, models: [model], needsKey: false } });
      const answer = await desk.api.chat({ ...question(), provider: 'my-llm' });
      assert.deepEqual([answer.provider, answer.model, answer.degraded], ['my-llm', `my-llm/${model}`, false]);
    } finally {
      await local.stop();
    }
  });
});
