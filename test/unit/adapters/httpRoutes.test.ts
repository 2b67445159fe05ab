import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import type { UndiciHttp } from '../../../src/adapters/undiciHttp.ts';
import { LoopbackProxy } from '../support/loopbackProxy.ts';
import { type PrivateAuthority, privateAuthority } from '../support/privateAuthority.ts';
import { direct, type Far, far, httpWith, problemOf, request, send } from './httpFixture.ts';

const host = 'provider.test';

describe('the way out of a company', () => {
  let authority: PrivateAuthority;
  let there: Far;
  let proxy: LoopbackProxy;
  let proxyAddress: string;
  let http: UndiciHttp;
  const url = `https://${host}/v1/models`;

  before(() => {
    authority = privateAuthority(host);
  });
  beforeEach(async () => {
    there = await far(authority);
    proxy = new LoopbackProxy(() => there.port);
    proxyAddress = await proxy.start();
  });
  afterEach(async () => {
    http.dispose();
    await proxy.stop();
    await there.stop();
  });

  const trusting = { certificates: () => [authority.ca] };

  it('goes through the proxy of the setting, with the name and password in its address', async () => {
    proxy.authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    http = httpWith({ proxy: `http://me:p%40ss@${proxyAddress}` }, trusting);
    assert.deepEqual(await send(http, request(url)), { status: 200, text: 'fine' });
    assert.deepEqual(proxy.connected, [`${host}:443`]);
    assert.equal(there.seen[0]?.request.headers['proxy-authorization'], undefined);
  });

  it('sends the authorization of the setting to the proxy', async () => {
    proxy.authorization = 'Bearer abc';
    http = httpWith({ proxy: `http://${proxyAddress}`, proxyAuthorization: 'Bearer abc' }, trusting);
    assert.equal(problemOf(await send(http, request(url))), 'status 200');
  });

  it('goes through the proxy of the environment, which may lack a scheme', async () => {
    http = httpWith({ env: { HTTPS_PROXY: proxyAddress } }, trusting);
    assert.equal(problemOf(await send(http, request(url))), 'status 200');
    assert.equal(proxy.connected.length, 1);
  });

  it('goes directly to a host of the no-proxy list, and to this machine', async () => {
    const local = request(`https://localhost:${there.port}/`);
    http = httpWith({ proxy: `http://${proxyAddress}` }, trusting);
    assert.equal(problemOf(await send(http, local)), 'status 200');
    http.dispose();
    http = httpWith({ proxy: `http://${proxyAddress}`, noProxy: ['*.test'] }, trusting);
    assert.equal(problemOf(await send(http, request(url))), 'dns');
    assert.deepEqual(proxy.connected, []);
  });

  for (const [what, address] of [
    ['refuses', ''],
    ['is not there', 'http://127.0.0.1:1'],
    ['has no address', '%%%'],
    ['is of a kind that nobody knows', 'gopher://127.0.0.1:1'],
  ] as const) {
    it(`says so where the proxy ${what}, and that nothing was sent`, async () => {
      proxy.authorization = 'Basic x';
      http = httpWith({ proxy: address || `http://${proxyAddress}` }, trusting);
      const sent = await send(http, request(url));
      assert.deepEqual([problemOf(sent), 'beforeConnect' in sent && sent.beforeConnect], ['proxy', true]);
      assert.equal(there.seen.length, 0);
    });
  }

  it('trusts an authority that the system trusts, and no other', async () => {
    const local = `https://localhost:${there.port}/`;
    http = httpWith();
    assert.equal(problemOf(await send(http, request(local))), 'certificate');
    assert.equal(there.seen.length, 0);
    http.dispose();
    http = httpWith({}, trusting);
    assert.equal(problemOf(await send(http, request(local))), 'status 200');
  });

  it('takes any certificate where strict SSL is off', async () => {
    http = httpWith({ strictSSL: false });
    assert.equal(problemOf(await send(http, request(`https://localhost:${there.port}/`))), 'status 200');
  });

  it('takes up a change of the configuration', async () => {
    let change = (): void => assert.fail();
    let strictSSL = true;
    const onConfigChanged = (listener: () => void) => {
      change = listener;
      return () => undefined;
    };
    http = httpWith({}, { config: () => ({ ...direct, strictSSL }), onConfigChanged });
    const local = request(`https://localhost:${there.port}/`);
    assert.equal(problemOf(await send(http, local)), 'certificate');
    strictSSL = false;
    change();
    assert.equal(problemOf(await send(http, local)), 'status 200');
  });
});
