import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readHttpConfig } from '../../../src/adapters/httpSettings.ts';

const read = (settings: Readonly<Record<string, unknown>>) => readHttpConfig({ get: (name) => settings[name] }, {});
const defaults = {
  proxy: undefined,
  noProxy: undefined,
  strictSSL: true,
  proxySupport: 'override',
  proxyAuthorization: undefined,
  systemCertificates: true,
  env: {},
};

describe('VS Code’s http settings', () => {
  it('are taken as they are', () => {
    const settings = {
      proxy: 'http://p:1',
      noProxy: ['a'],
      proxyStrictSSL: false,
      proxySupport: 'off',
      proxyAuthorization: 'Basic x',
      systemCertificates: false,
    };
    const { proxyStrictSSL: strictSSL, ...rest } = settings;
    assert.deepEqual(read(settings), { ...rest, strictSSL, env: {} });
  });

  it('of a wrong type, or empty, are as if they were absent', () => {
    assert.deepEqual(read({}), defaults);
    assert.deepEqual(
      read({ proxy: 5, noProxy: 'a', proxyStrictSSL: 'no', proxySupport: null, proxyAuthorization: '' }),
      defaults,
    );
  });
});
