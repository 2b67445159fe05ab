import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { errorOf, eventsOf, get, post, streamedText } from '../asking.ts';
import { list, record } from '../json.ts';
import type { Simulator } from '../simulator.ts';
import { startLocal } from './local.ts';

const hello = { model: 'llama3.2:latest', messages: [{ role: 'user', content: 'Hello' }] };

describe('simulated local server', () => {
  let sim: Simulator;

  beforeEach(async () => {
    sim = await startLocal();
  });
  afterEach(() => sim.stop());

  it('needs no key and takes any', async () => {
    assert.equal((await post(sim, undefined, hello)).status, 200);
    assert.equal((await post(sim, 'ollama', hello)).status, 200);
    assert.equal(list(record((await get(sim.checkUrl)).json)['data']).length, 2);
  });

  it('takes unknown fields without a word', async () => {
    assert.equal((await post(sim, undefined, { ...hello, whatever: 1 })).status, 200);
  });

  it('says 404 to an unknown model and how far a prompt goes beyond the context', async () => {
    const unknown = await post(sim, undefined, { ...hello, model: 'x' });
    assert.equal(unknown.status, 404);
    assert.equal(errorOf(unknown), "model 'x' not found");
    sim.countPrompt = () => 5_000;
    assert.equal(
      errorOf(await post(sim, undefined, hello)),
      'prompt too long; exceeded max context length by 904 tokens',
    );
  });

  it('streams, with usage only where it was asked for', async () => {
    sim.answer = 'Hello there';
    const reply = await post(sim, undefined, { ...hello, stream: true, stream_options: { include_usage: true } });
    assert.equal(streamedText(reply), 'Hello there');
    assert.deepEqual(eventsOf(reply).events.at(-1)?.['choices'], []);
    assert.ok(
      eventsOf(await post(sim, undefined, { ...hello, stream: true })).events.every((event) => !('usage' in event)),
    );
  });

  it('refuses whoever brings no good key where one is needed', async () => {
    const strict = await startLocal({ needsKey: true });
    try {
      assert.equal((await post(strict, undefined, hello)).status, 401);
      assert.equal((await post(strict, 'good', hello)).status, 200);
      assert.equal((await get(strict.checkUrl, 'unknown')).status, 401);
    } finally {
      await strict.stop();
    }
  });
});
