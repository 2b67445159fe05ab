import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { far, httpWith, problemOf, request, send } from './httpFixture.ts';

describe('the host’s own fetch', () => {
  const hostFetch = (answers: (() => Promise<Response>)[], asked: string[]): typeof fetch => {
    return async (input, init) => {
      const url = input instanceof Request ? input.url : input.toString();
      asked.push(`${init?.method ?? ''} ${url} ${new Headers(init?.headers).get('authorization') ?? ''}`);
      return await (answers.shift()?.() ?? Promise.reject(new TypeError('fetch failed')));
    };
  };
  const fine = () => Promise.resolve(new Response('through the host'));
  const closed = 'http://127.0.0.1:1/';

  it('is tried once when the direct way is closed, and remembered for that origin', async () => {
    const asked: string[] = [];
    const http = httpWith({}, { hostFetch: hostFetch([fine, fine], asked) });
    for (let turn = 0; turn < 2; turn += 1) {
      assert.deepEqual(await send(http, request(closed)), { status: 200, text: 'through the host' });
    }
    assert.deepEqual(asked, ['POST http://127.0.0.1:1/ Bearer canary', 'POST http://127.0.0.1:1/ Bearer canary']);
    http.dispose();
  });

  it('is not tried when the request may have arrived', async () => {
    const there = await far();
    there.answer = (incoming) => void incoming.socket.resetAndDestroy();
    const asked: string[] = [];
    const http = httpWith({}, { hostFetch: hostFetch([fine], asked) });
    assert.equal(problemOf(await send(http, request(`http://127.0.0.1:${there.port}/`))), 'reset');
    assert.deepEqual(asked, []);
    http.dispose();
    await there.stop();
  });

  it('that fails too leaves the first error to be told, and nothing remembered', async () => {
    const asked: string[] = [];
    const http = httpWith({}, { hostFetch: hostFetch([], asked) });
    assert.equal(problemOf(await send(http, request(closed))), 'refused');
    assert.equal(problemOf(await send(http, request(closed))), 'refused');
    assert.equal(asked.length, 2);
    http.dispose();
  });

  it('keeps the bounds on bytes, silence and patience', async () => {
    const there = await far();
    const url = `http://127.0.0.1:${there.port}/`;
    // Every address goes to the real server, by the real fetch, as VS Code's would by its proxy.
    const http = httpWith({}, { hostFetch: (_, init) => fetch(url, init) });
    there.answer = (_, response) => void response.end('x'.repeat(200_000));
    assert.equal(problemOf(await send(http, request(closed))), 'tooLong');
    there.answer = (_, response) => void response.write('begun');
    assert.equal(problemOf(await send(http, request(closed, { idleTimeoutMs: 30 }))), 'idleTimeout');
    there.answer = () => undefined;
    assert.equal(
      problemOf(await send(http, request('http://127.0.0.1:2/', { headersTimeoutMs: 30 }))),
      'headersTimeout',
    );
    const controller = new AbortController();
    there.answer = () => controller.abort();
    assert.equal(problemOf(await send(http, request('http://127.0.0.1:3/', { signal: controller.signal }))), 'aborted');
    http.dispose();
    await there.stop();
  });
});
