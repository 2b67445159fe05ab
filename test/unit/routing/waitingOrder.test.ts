import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { oneModel, providerOf, question, routerFixture, settled } from '../support/routerFixture.ts';
import { answer, groq, ollama, SlowServer } from './slowServer.ts';

describe('who waits for a request to end is served', () => {
  /** A server of one request at once, and the names of those that were answered, in order. */
  function served(keys: Parameters<typeof routerFixture>[0]['keys'] = [], providers = [ollama()]) {
    const server = new SlowServer();
    const fixture = routerFixture({ http: server.http, keys, providers });
    const order: string[] = [];
    const ask = (name: string, change: Parameters<typeof question>[0] = {}): Promise<void> =>
      fixture.router.chat(question(change)).then(
        ({ degraded }) => void order.push(degraded ? `${name}: degraded` : name),
        () => void order.push(`${name}: cancelled`),
      );
    const answerAll = async (): Promise<readonly string[]> => {
      while (server.replies.length > 0) await server.answersOne();
      return order;
    };
    return { server, fixture, ask, answerAll };
  }

  it('in the order they came', async () => {
    const { ask, answerAll } = served();
    for (const name of ['first', 'second', 'third', 'fourth']) {
      void ask(name);
      await settled();
    }
    assert.deepEqual(await answerAll(), ['first', 'second', 'third', 'fourth']);
  });

  it('foreground first', async () => {
    const { ask, answerAll } = served();
    void ask('under way', { lane: 'background' });
    await settled();
    void ask('background 1', { lane: 'background' });
    void ask('background 2', { lane: 'background' });
    await settled();
    void ask('foreground 1');
    void ask('foreground 2', { lane: 'foreground' });
    await settled();
    assert.deepEqual(await answerAll(), ['under way', 'foreground 1', 'foreground 2', 'background 1', 'background 2']);
  });

  it('before one that comes at the moment when another ends', async () => {
    const { server, ask, answerAll } = served();
    void ask('under way');
    await settled();
    void ask('waits');
    await settled();
    server.replies.shift()?.come(answer);
    // Turn by turn, so that one of them comes when the ledger knows and who waits does not yet.
    for (let turn = 0; turn < 40; turn += 1) {
      await Promise.resolve();
      void ask(`late ${turn}`);
    }
    await settled();
    assert.deepEqual((await answerAll()).slice(0, 2), ['under way', 'waits']);
  });

  it('at once, at whatever moment the other ends', async () => {
    for (let turn = 0; turn < 40; turn += 1) {
      const { server, ask, answerAll } = served();
      void ask('under way');
      await settled();
      server.replies.shift()?.come(answer);
      for (let passed = 0; passed < turn; passed += 1) await Promise.resolve();
      void ask('next');
      await settled();
      assert.deepEqual(await answerAll(), ['under way', 'next'], `after ${turn} turns`);
    }
  });

  it('though one before it is cancelled', async () => {
    const { ask, answerAll } = served();
    const leave = new AbortController();
    void ask('under way');
    await settled();
    void ask('leaves', { signal: leave.signal });
    void ask('stays');
    await settled();
    leave.abort();
    await settled();
    assert.deepEqual(await answerAll(), ['leaves: cancelled', 'under way', 'stays']);
  });

  it('by as many as may be under way at once', async () => {
    const { server, ask, answerAll } = served([], [ollama({ maxConcurrent: 2 })]);
    for (const name of ['a', 'b', 'c', 'd', 'e']) void ask(name);
    await settled();
    assert.equal(server.http.asked.length, 2);
    await server.answersOne();
    assert.equal(server.http.asked.length, 3);
    await server.answersOne();
    assert.equal(server.http.asked.length, 4);
    assert.deepEqual(await answerAll(), ['a', 'b', 'c', 'd', 'e']);
  });

  it('by each of two keys that come free at the same moment', async () => {
    const { server, ask, answerAll } = served(['groq/1', 'groq/2'], [groq({ maxConcurrent: 1 })]);
    for (const name of ['a', 'b', 'c', 'd']) void ask(name);
    await settled();
    assert.equal(server.http.asked.length, 2);
    for (const reply of server.replies.splice(0)) reply.come(answer);
    await settled();
    assert.equal(server.http.asked.length, 4);
    assert.deepEqual((await answerAll()).toSorted(), ['a', 'b', 'c', 'd']);
  });

  it('though one before it is asked elsewhere meanwhile', async () => {
    const { server, fixture, ask, answerAll } = served(
      ['groq/1', 'gemini/1'],
      [groq({ maxConcurrent: 1 }), providerOf('gemini', { ...oneModel('gemini'), maxConcurrent: 1 })],
    );
    void ask('at groq');
    void ask('at gemini');
    await settled();
    void ask('anywhere');
    void ask('groq only', { provider: 'groq' });
    await settled();
    assert.equal(server.http.asked.length, 2);
    // Gemini ends first.
    server.replies.splice(1, 1)[0]?.come(answer);
    await settled();
    assert.equal(server.http.asked[2]?.secret, 'gemini/1');
    await server.answersOne();
    assert.equal(server.http.asked[3]?.secret, 'groq/1');
    await answerAll();
    assert.equal(fixture.router.busy, 0);
  });

  it('foreground, once somebody waits for what was asked in the background', async () => {
    const { fixture, ask, answerAll } = served();
    void ask('under way');
    await settled();
    const same = question({ lane: 'background' });
    const order: string[] = [];
    void ask('background', { lane: 'background' }).then(() => order.push('background'));
    void fixture.router.chat(same).then(() => order.push('joined'));
    await settled();
    void fixture.router.chat({ ...same, lane: 'foreground' });
    await settled();
    await answerAll();
    assert.deepEqual(order, ['joined', 'background']);
  });

  it('with the answer that another lane got before', async () => {
    const { server, fixture, ask, answerAll } = served();
    const same = question({ lane: 'background' });
    void ask('from the provider', same);
    await settled();
    await answerAll();
    assert.equal((await fixture.router.chat({ ...same, lane: 'foreground' })).cached, true);
    assert.equal(server.http.asked.length, 1);
  });
});
