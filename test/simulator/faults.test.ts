import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { eventually } from '../harness/workbench/eventually.ts';
import { type Asked, eventsOf, firstChoice, get, post, streamedText } from './asking.ts';
import type { VendorId } from './behaviours.ts';
import { parseJson, record } from './json.ts';
import { pieces, plainStyle } from './sending.ts';
import type { Simulator } from './simulator.ts';
import { type Simulators, startSimulators } from './startSimulators.ts';

const models: Readonly<Record<VendorId, string>> = {
  groq: 'openai/gpt-oss-120b',
  gemini: 'gemini-3.5-flash-lite',
  mistral: 'mistral-small-latest',
  huggingface: 'openai/gpt-oss-120b',
  local: 'llama3.2:latest',
};

const streamed = (sim: Simulator, key: string, signal?: AbortSignal): Promise<Asked> =>
  post(sim, key, { model: models[sim.vendor.id], messages: [{ role: 'user', content: 'Hi' }], stream: true }, signal);

const plain = (sim: Simulator, key: string): Promise<Asked> =>
  post(sim, key, { model: models[sim.vendor.id], messages: [{ role: 'user', content: 'Hi' }] });

describe('faults of all simulators', () => {
  let sims: Simulators;

  before(async () => {
    sims = await startSimulators({ limits: 'none' });
  });
  after(() => sims.stop());
  afterEach(() => {
    for (const sim of sims.all) {
      sim.reset();
      sim.stream = plainStyle;
      sim.latencyMs = 0;
      sim.longLineBytes = 1_000_000;
      sim.retryAfter = undefined;
      sim.onRequest = undefined;
      sim.answer = 'Héllo wörld, 你好 and 👋 to all of you';
    }
  });

  const each = (what: string, test: (sim: Simulator) => Promise<void>): void => {
    for (const id of ['groq', 'gemini', 'mistral', 'huggingface', 'local'] as const) {
      it(`${id}: ${what}`, () => {
        sims[id].answer = 'Héllo wörld, 你好 and 👋 to all of you';
        return test(sims[id]);
      });
    }
  };

  each('streams the same text however it is cut', async (sim) => {
    const styles = [
      plainStyle,
      { ...plainStyle, split: 1 },
      { ...plainStyle, split: 7, lineEnd: '\r\n', comments: true },
      { ...plainStyle, split: 'whole', space: false },
    ] as const;
    for (const style of styles) {
      sim.stream = style;
      assert.equal(streamedText(await streamed(sim, 'good')), 'Héllo wörld, 你好 and 👋 to all of you');
    }
  });

  it('cuts through characters where a number of bytes is asked for', () => {
    const parts = [...pieces(['data: 你', '好 👋'], 7)];
    assert.deepEqual(
      parts.map((part) => part.length),
      [7, 7, 3],
    );
    assert.ok(parts.some((part) => new TextDecoder().decode(part).includes('\uFFFD')));
    assert.equal(Buffer.concat(parts).toString(), 'data: 你好 👋');
  });

  each('lets the zero-token check pass where only chats are refused', async (sim) => {
    for (const behaviour of ['rateMinute', 'overloaded', 'contextTooLong'] as const) {
      assert.equal((await get(sim.checkUrl, sim.key(behaviour))).status, 200);
    }
    assert.ok((await get(sim.checkUrl, sim.key('refused'))).status >= 400);
  });

  each('resets before the headers', async (sim) => {
    await assert.rejects(streamed(sim, 'resetBefore'), /fetch failed/);
    await assert.rejects(get(sim.checkUrl, sim.key('resetBefore')), /fetch failed/);
    assert.deepEqual(
      sim.requests.map((request) => request.outcome),
      ['reset', 'reset'],
    );
  });

  each('resets after the headers', async (sim) => {
    const reply = await streamed(sim, 'resetAfterHeaders');
    assert.deepEqual([reply.status, reply.body, reply.broken], [200, '', true]);
  });

  each('breaks in the middle', async (sim) => {
    const stream = await streamed(sim, 'breaks');
    assert.ok(stream.broken && eventsOf(stream).events.length > 0 && !eventsOf(stream).done);
    const whole = await plain(sim, 'breaks');
    assert.ok(whole.broken && whole.body.length > 0 && whole.json === undefined);
  });

  each('ends early, or without [DONE]', async (sim) => {
    const early = await streamed(sim, 'endsEarly');
    assert.ok(!early.broken && !eventsOf(early).done);
    assert.ok(eventsOf(early).events.every((event) => typeof firstChoice(event)['finish_reason'] !== 'string'));
    assert.ok((await plain(sim, 'endsEarly')).broken);
    const noDone = await streamed(sim, 'noDone');
    assert.ok(eventsOf(noDone).events.some((event) => typeof firstChoice(event)['finish_reason'] === 'string'));
    assert.ok(!eventsOf(noDone).done);
  });

  each('puts an error into the stream after a 200', async (sim) => {
    const reply = await streamed(sim, 'errorFrame');
    const last = eventsOf(reply).events.at(-1) ?? {};
    assert.equal(reply.status, 200);
    assert.ok('error' in last || last['object'] === 'error');
  });

  each('sends what no client can read', async (sim) => {
    assert.match((await streamed(sim, 'html200')).headers['content-type'] ?? '', /text\/html/);
    assert.equal((await streamed(sim, 'htmlBlocked')).status, 403);
    assert.equal((await streamed(sim, 'htmlError')).status, 502);
    assert.equal((await streamed(sim, 'emptyBody')).body, '');
    assert.equal((await plain(sim, 'binary')).json, undefined);
    assert.equal((await plain(sim, 'truncatedJson')).json, undefined);
    const cut = (await streamed(sim, 'truncatedJson')).body.trim().split('\n').at(-1) ?? '';
    assert.equal(parseJson(cut.replace(/^data: /, '')), undefined);
    assert.equal((await streamed(sim, 'wrongType')).headers['content-type'], 'application/octet-stream');
    assert.equal(record((await streamed(sim, 'plainDespiteStream')).json)['object'], 'chat.completion');
  });

  each('sends one very long line', async (sim) => {
    sim.longLineBytes = 300_000;
    assert.equal(streamedText(await streamed(sim, 'longLine')).length, 300_000);
  });

  each('streams without end until the client leaves', async (sim) => {
    const leave = new AbortController();
    const response = await fetch(`${sim.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sim.key('endless')}` },
      body: JSON.stringify({ model: models[sim.vendor.id], messages: [{ role: 'user', content: 'Hi' }], stream: true }),
      signal: leave.signal,
    });
    let bytes = 0;
    const reader = response.body?.getReader();
    while (bytes < 200_000) {
      const part: unknown = (await reader?.read())?.value;
      assert.ok(part instanceof Uint8Array);
      bytes += part.length;
    }
    leave.abort();
    await until(() => sim.inFlight === 0);
    assert.equal(sim.requests[0]?.outcome, 'aborted');
  });

  each('stalls before, at the start and in the middle until the client leaves', async (sim) => {
    for (const [index, behaviour] of (['silent', 'stalls', 'stallsMidStream'] as const).entries()) {
      const leave = new AbortController();
      const reply = streamed(sim, behaviour, leave.signal).catch(() => undefined);
      await until(() => sim.requests[index]?.outcome === 'stalled');
      assert.equal(sim.inFlight, 1, behaviour);
      leave.abort();
      await reply;
      await until(() => sim.inFlight === 0);
    }
  });

  each('fails twice with 503, then answers', async (sim) => {
    const replies = [
      await plain(sim, 'overloadedTwice'),
      await plain(sim, 'overloadedTwice'),
      await plain(sim, 'overloadedTwice'),
    ];
    assert.deepEqual(
      replies.map((reply) => reply.status),
      [503, 503, 200],
    );
  });

  each('says nothing for the cap, keeps usage to itself, answers under another name', async (sim) => {
    const empty = firstChoice((await plain(sim, 'empty')).json);
    assert.equal(empty['finish_reason'], 'length');
    assert.ok(!record(empty['message'])['content']?.toString().includes('Héllo'));
    assert.equal(record((await plain(sim, 'noUsage')).json)['usage'], undefined);
    assert.notEqual(record((await plain(sim, 'foreignModel')).json)['model'], models[sim.vendor.id]);
  });

  each('obeys a test: behave, next, onRequest, an outage', async (sim) => {
    const key = sim.key('good', 7);
    sim.behave(key, 'serverError');
    assert.equal((await plain(sim, key)).status, 500);
    sim.behave(key, undefined);
    sim.next(['overloaded', { status: 418, headers: { 'x-odd': '1' }, body: { odd: true } }], key);
    assert.deepEqual(
      [(await plain(sim, key)).status, (await plain(sim, key)).status, (await plain(sim, key)).status],
      [503, 418, 200],
    );
    sim.onRequest = (request) => (request.chatOfKey === 5 ? 'htmlBlocked' : undefined);
    assert.deepEqual([(await plain(sim, key)).status, (await plain(sim, key)).status], [403, 200]);
    sim.behaveAll('overloaded');
    assert.equal((await get(sim.checkUrl, key)).status, 503, 'the check too');
    sim.behaveAll(undefined);
    assert.equal((await get(sim.checkUrl, key)).status, 200);
    sim.retryAfter = '7';
    assert.equal((await plain(sim, 'overloaded')).headers['retry-after'], '7');
  });

  each('records who asked what, and how many together', async (sim) => {
    sim.nextAnswer({ text: 'x', usage: { prompt: 11, completion: 22 } });
    await plain(sim, sim.key('good', 2));
    const [seen] = sim.requestsOf('good/2');
    assert.equal(seen?.path, `${sim.vendor.basePath}/chat/completions`);
    assert.equal(record(seen.body)['model'], models[sim.vendor.id]);
    assert.deepEqual([seen.outcome, seen.status, seen.charged?.total], ['answered', 200, 33]);
    sim.reset();
    const leave = new AbortController();
    const held = Array.from({ length: 5 }, () => streamed(sim, 'silent', leave.signal).catch(() => undefined));
    await until(() => sim.inFlight === 5);
    leave.abort();
    await Promise.all(held);
    await until(() => sim.inFlight === 0);
    assert.equal(sim.maxInFlight, 5);
  });

  each('answers a broken request body in its own words', async (sim) => {
    const reply = await post(sim, 'good', '{"model":');
    assert.ok(reply.status === 400 || reply.status === 422);
    assert.notEqual(reply.json, undefined);
  });

  it('stops at once, whatever is under way, and comes back on the same port', async () => {
    const sim = await startSimulators({ limits: 'none' });
    const port = Number(new URL(sim.groq.origin).port);
    const hanging = assert.rejects(streamed(sim.groq, 'silent'));
    await until(() => sim.groq.requests.length === 1);
    await sim.stop();
    await hanging;
    assert.equal(sim.groq.connections, 0);
    await sim.groq.start({ port });
    assert.equal((await plain(sim.groq, 'good')).status, 200);
    await sim.stop();
  });
});

/** Waits for what the other side of a socket does. */
async function until(condition: () => boolean): Promise<void> {
  await eventually(async () => condition());
}
