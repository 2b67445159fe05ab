import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { proxyFor } from '../../../src/adapters/proxyChoice.ts';
import { direct } from './httpFixture.ts';

describe('the choice of a proxy', () => {
  const config = { ...direct, proxy: 'http://p:1', env: { https_proxy: 'http://e:1', no_proxy: 'env.test' } };
  const choose = (url: string, more: object = {}) => proxyFor(new URL(url), { ...config, ...more });

  it('is the setting’s before the environment’s, none to this machine, none where support is off', () => {
    assert.equal(choose('https://a.test/'), 'http://p:1');
    assert.equal(choose('https://a.test/', { proxy: ' ' }), 'http://e:1');
    assert.equal(choose('http://a.test/', { proxy: '' }), undefined);
    assert.equal(choose('http://127.0.0.1:11434/'), undefined);
    assert.equal(choose('http://[::1]:1234/'), undefined);
    assert.equal(choose('https://a.test/', { proxySupport: 'off' }), undefined);
  });

  it('is none for hosts of the no-proxy list, the setting’s in place of the environment’s', () => {
    assert.equal(choose('https://env.test/'), undefined);
    assert.equal(choose('https://env.test/', { noProxy: ['a.test'] }), 'http://p:1');
    for (const entry of ['a.test', '.a.test', '*.a.test', 'A.test:443', '*']) {
      assert.equal(choose('https://x.a.test/', { noProxy: [entry] }), undefined, entry);
    }
    assert.equal(choose('https://a.test/', { noProxy: ['a.test:8443'] }), 'http://p:1');
    assert.equal(choose('https://ba.test/', { noProxy: ['a.test'] }), 'http://p:1');
  });
});
