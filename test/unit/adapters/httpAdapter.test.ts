import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { UndiciHttp } from '../../../src/adapters/undiciHttp.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { HttpError } from '../../../src/core/ports.ts';
import { type Far, far, httpWith, problemOf, request, send } from './httpFixture.ts';

describe('HTTP to a provider', () => {
  let there: Far;
  let http: UndiciHttp;
  let url: string;

  beforeEach(async () => {
    there = await far();
    http = httpWith();
    url = `http://127.0.0.1:${there.port}/v1/chat?x=1`;
  });
  afterEach(async () => {
    http.dispose();
    await there.stop();
  });

  it('sends method, path, body, the key in its header and the named user agent', async () => {
    assert.deepEqual(await send(http, request(url)), { status: 200, text: 'fine' });
    const [asked] = there.seen;
    assert.equal(asked?.request.url, '/v1/chat?x=1');
    assert.equal(asked.body, '{"a":1}');
    assert.equal(asked.request.headers.authorization, 'Bearer canary');
    assert.equal(asked.request.headers['user-agent'], 'ai-keys/1');
  });

  it('keeps its connections for the next requests', async () => {
    for (let turn = 0; turn < 10; turn += 1) await send(http, request(url));
    // undici rests a socket for one turn of the event loop, so that a quick follower takes a second one.
    assert.ok(there.connections <= 2, `${there.connections} connections`);
  });

  it('keeps its connection also when a short rest of a reply was not read', async () => {
    let rest = (): void => assert.fail();
    there.answer = (_, response) => {
      response.write('first');
      rest = () => void response.end('rest');
    };
    const { body } = await http.send(request(url));
    for await (const piece of body) {
      assert.equal(new TextDecoder().decode(piece), 'first');
      break;
    }
    rest();
    there.answer = (_, response) => void response.end('fine');
    await send(http, request(url));
    assert.equal(there.seen[0]?.request.socket.destroyed, false);
  });

  it('leaves a connection whose server goes on sending signs of life after the answer', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    there.answer = (incoming, response) => {
      // Also where it ends by a reset, which `once` of node:events takes for an error.
      closed = new Promise((resolve) => incoming.socket.once('close', resolve));
      response.write('all');
      const pings = setInterval(() => response.write(': ping\n\n'), 20);
      incoming.socket.once('close', () => clearInterval(pings));
    };
    const { body } = await http.send(request(url));
    for await (const _ of body) break;
    await closed;
  });

  it('follows no redirect: it would take the key along', async () => {
    there.answer = (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    assert.equal(problemOf(await send(http, request(url))), 'status 302');
    assert.equal(there.seen.length, 1);
  });

  it('ends a body that is longer than allowed', async () => {
    there.answer = (_, response) => void response.end('x'.repeat(200_000));
    assert.equal(problemOf(await send(http, request(url))), 'tooLong');
  });

  it('makes a fast sender wait for a slow reader', async () => {
    let written = 0;
    let full: () => void;
    const waits = new Promise<void>((resolve) => (full = resolve));
    there.answer = (_, response) => {
      const more = (): void => {
        while (written < 60_000_000) {
          written += 65_536;
          if (!response.write('x'.repeat(65_536))) {
            response.once('drain', more);
            setImmediate(() => full());
            return;
          }
        }
        response.end();
      };
      more();
    };
    const { body } = await http.send(request(url, { maxBytes: 100_000_000 }));
    await waits;
    assert.ok(written < 30_000_000, `${written} bytes were taken`);
    let read = 0;
    for await (const piece of body) read += piece.length;
    assert.equal(read, written);
  });

  it('gives up when headers, or the next piece, do not come in time', async () => {
    there.answer = () => undefined;
    assert.equal(problemOf(await send(http, request(url, { headersTimeoutMs: 100 }))), 'headersTimeout');
    there.answer = (_, response) => void response.write('begun');
    assert.equal(problemOf(await send(http, request(url, { idleTimeoutMs: 100 }))), 'idleTimeout');
  }).timeout(8_000);

  it('stops at once when the caller does: before, while waiting, and in the body', async () => {
    const gone = new AbortController();
    gone.abort();
    assert.equal(problemOf(await send(http, request(url, { signal: gone.signal }))), 'aborted');
    for (const begin of [false, true]) {
      const controller = new AbortController();
      there.answer = (_, response) => {
        if (begin) response.write('begun');
        setTimeout(() => controller.abort(), 20);
      };
      assert.equal(problemOf(await send(http, request(url, { signal: controller.signal }))), 'aborted');
    }
  });

  it('tells a refused connection, an unknown name and a reset apart, and what was sent', async () => {
    const refused = await send(http, request('http://127.0.0.1:1/'));
    assert.deepEqual(refused instanceof HttpError && [refused.problem, refused.beforeConnect], ['refused', true]);
    const unknown = await send(http, request('http://no-such-name.invalid/'));
    assert.deepEqual(unknown instanceof HttpError && [unknown.problem, unknown.beforeConnect], ['dns', true]);
    there.answer = (incoming) => void incoming.socket.resetAndDestroy();
    const reset = await send(http, request(url));
    assert.deepEqual(reset instanceof HttpError && [reset.problem, reset.beforeConnect], ['reset', false]);
    there.answer = (incoming, response) => void response.write('begun', () => incoming.socket.destroy());
    assert.equal(problemOf(await send(http, request(url))), 'reset');
  });

  it('names the origin in an error, and never the key or the path', async () => {
    const error = await send(http, request('http://127.0.0.1:1/secret-path'));
    assert.ok(error instanceof HttpError);
    assert.match(error.message, /^http:\/\/127\.0\.0\.1:1: refused/);
    assert.ok(!error.message.includes('secret') && !JSON.stringify(error).includes('canary'));
  });

  it('refuses a key that cannot stand in a header, as an error of the port', async () => {
    const secret = new Secret('a\nb: c');
    const error = await send(http, request(url, { auth: { header: 'authorization', scheme: 'Bearer', secret } }));
    assert.ok(error instanceof HttpError);
    assert.ok(!error.message.includes('b: c'));
    assert.equal(there.seen.length, 0);
  });
});
