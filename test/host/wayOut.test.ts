import assert from 'node:assert/strict';
import dns from 'node:dns';
import * as tls from 'node:tls';
import { after, afterEach, before, describe, it } from 'mocha';
import { type Far, far } from '../unit/adapters/httpRig.ts';
import { LoopbackProxy } from '../unit/support/loopbackProxy.ts';
import { privateAuthority } from '../unit/support/privateAuthority.ts';
import { HostDesk, question } from './support/hostDesk.ts';

const host = 'provider.test';
const reply = JSON.stringify({
  choices: [{ index: 0, message: { role: 'assistant', content: 'From far away.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 },
});

describe('The way out of a company, from inside the extension host', () => {
  let desk: HostDesk;
  let there: Far;
  let proxy: LoopbackProxy;
  let address: string;
  const trusted = tls.getCACertificates('default');

  before(async () => {
    const authority = privateAuthority(host);
    tls.setDefaultCACertificates([...trusted, authority.ca]);
    desk = await HostDesk.open();
    there = await far(authority);
    there.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(reply);
    };
    proxy = new LoopbackProxy(() => there.port);
    address = await proxy.start();
  });
  afterEach(() => desk.clear());
  after(async () => {
    tls.setDefaultCACertificates(trusted);
    await proxy.stop();
    await there.stop();
  });

  async function ask(baseUrl: string) {
    await desk.set('aiKeys.providers', { corp: { baseUrl, models: ['m1'], needsKey: true } });
    await desk.addKey('corp', ['corp', 'key', String(Math.random())].join('-'));
    return await desk.api.chat({ ...question(), provider: 'corp', stream: false });
  }

  it('goes through a proxy that asks for name and password, to a provider of a private authority', async () => {
    proxy.authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    await desk.set('http.proxy', `http://me:secret@${address}`);
    const answer = await ask(`https://${host}/v1`);
    assert.equal(answer.content, 'From far away.');
    assert.deepEqual(proxy.connected, [`${host}:443`]);
    assert.equal(there.seen.at(-1)?.request.headers['proxy-authorization'], undefined);
  });

  it('leaves the proxy alone for a host of the no-proxy list', async () => {
    const before = proxy.connected.length;
    const { lookup } = dns;
    // A name server of the test's own: this host is here.
    const here = (_: string, options: unknown, done: unknown): unknown =>
      Reflect.apply(lookup, dns, ['127.0.0.1', options, done]);
    Reflect.set(dns, 'lookup', here);
    try {
      await desk.set('http.proxy', `http://me:secret@${address}`);
      await desk.set('http.noProxy', ['*.test']);
      const answer = await ask(`https://${host}:${there.port}/v1`);
      assert.equal(answer.content, 'From far away.');
      assert.equal(proxy.connected.length, before);
    } finally {
      Reflect.set(dns, 'lookup', lookup);
    }
  });

  it("falls back to the host's own fetch once when the direct way fails, and remembers that", async () => {
    const hostFetch = globalThis.fetch;
    const plain = await far();
    plain.answer = there.answer;
    const asked: string[] = [];
    globalThis.fetch = async (input, init) => {
      asked.push(input instanceof Request ? input.url : input.toString());
      return await hostFetch(`http://127.0.0.1:${plain.port}/v1/chat/completions`, init);
    };
    try {
      const url = 'https://other.test/v1';
      assert.equal((await ask(url)).content, 'From far away.');
      assert.equal((await desk.api.chat({ ...question(), provider: 'corp', stream: false })).content, 'From far away.');
      assert.deepEqual(asked, [`${url}/chat/completions`, `${url}/chat/completions`]);
    } finally {
      globalThis.fetch = hostFetch;
      await plain.stop();
    }
  });
});
