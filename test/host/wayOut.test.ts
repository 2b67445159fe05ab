import assert from 'node:assert/strict';
import dns from 'node:dns';
import * as tls from 'node:tls';
import { describe, it } from 'mocha';
import type { ChatAnswer } from '../../src/core/routing/chat.ts';
import { type Far, far } from '../unit/adapters/httpFixture.ts';
import { LoopbackProxy } from '../unit/support/loopbackProxy.ts';
import { privateAuthority } from '../unit/support/privateAuthority.ts';
import { type HostFixture, question, withHost } from './support/hostFixture.ts';

const remoteHost = 'provider.test';
const reply = JSON.stringify({
  choices: [{ index: 0, message: { role: 'assistant', content: 'From far away.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 },
});

type Company = {
  readonly remote: Far;
  readonly proxy: LoopbackProxy;
  /** The proxy's, with name and password. */
  readonly proxyUrl: string;
};

/** A provider of a private authority that this host trusts, and a proxy that asks for name and password on the way to it. */
async function companyOf(host: HostFixture): Promise<Company> {
  const authority = privateAuthority(remoteHost);
  const trusted = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...trusted, authority.ca]);
  host.undo(() => tls.setDefaultCACertificates(trusted));
  const remote = await remoteOf(host, authority);
  const proxy = new LoopbackProxy(() => remote.port);
  const address = await proxy.start();
  host.undo(() => proxy.stop());
  proxy.authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`;
  return { remote, proxy, proxyUrl: `http://me:secret@${address}` };
}

async function remoteOf(host: HostFixture, authority?: Parameters<typeof far>[0]): Promise<Far> {
  const remote = await far(authority);
  host.undo(() => remote.stop());
  remote.answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(reply);
  };
  return remote;
}

async function addProvider(host: HostFixture, baseUrl: string): Promise<void> {
  await host.set('aiKeys.providers', { corp: { baseUrl, models: ['m1'], needsKey: true } });
  await host.addKey('corp', ['corp', 'key', String(Math.random())].join('-'));
}

const ask = ({ api }: HostFixture): Promise<ChatAnswer> => api.chat({ ...question(), provider: 'corp', stream: false });

describe('The way out of a company, from inside the extension host', () => {
  it(
    'goes through a proxy that asks for name and password, to a provider of a private authority',
    withHost(async (host) => {
      const { remote, proxy, proxyUrl } = await companyOf(host);
      await host.set('http.proxy', proxyUrl);
      await addProvider(host, `https://${remoteHost}/v1`);
      assert.equal((await ask(host)).content, 'From far away.');
      assert.deepEqual(proxy.connected, [`${remoteHost}:443`]);
      assert.equal(remote.seen.at(-1)?.request.headers['proxy-authorization'], undefined);
    }),
  );

  it(
    'leaves the proxy alone for a host of the no-proxy list',
    withHost(async (host) => {
      const { remote, proxy, proxyUrl } = await companyOf(host);
      const { lookup } = dns;
      // A name server of the test's own: this host is here.
      const here = (_: string, options: unknown, done: unknown): unknown =>
        Reflect.apply(lookup, dns, ['127.0.0.1', options, done]);
      Reflect.set(dns, 'lookup', here);
      host.undo(() => Reflect.set(dns, 'lookup', lookup));
      await host.set('http.proxy', proxyUrl);
      await host.set('http.noProxy', ['*.test']);
      await addProvider(host, `https://${remoteHost}:${remote.port}/v1`);
      assert.equal((await ask(host)).content, 'From far away.');
      assert.deepEqual(proxy.connected, []);
    }),
  );

  it(
    "falls back to the host's own fetch once when the direct way fails, and remembers that",
    withHost(async (host) => {
      const hostFetch = globalThis.fetch;
      const remote = await remoteOf(host);
      const asked: string[] = [];
      globalThis.fetch = async (input, init) => {
        asked.push(input instanceof Request ? input.url : input.toString());
        return await hostFetch(`http://127.0.0.1:${remote.port}/v1/chat/completions`, init);
      };
      host.undo(() => (globalThis.fetch = hostFetch));
      const url = 'https://other.test/v1';
      await addProvider(host, url);
      assert.equal((await ask(host)).content, 'From far away.');
      assert.equal((await ask(host)).content, 'From far away.');
      assert.deepEqual(asked, [`${url}/chat/completions`, `${url}/chat/completions`]);
    }),
  );
});
