import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { describeAddressProblem, readAddress, readBaseAddress } from '../../../src/core/providers/providerAddress.ts';
import { readProviderSettings } from '../../../src/core/providers/providerSettings.ts';
import { plainL10n } from '../support/plainL10n.ts';

const urlOf = (text: string): string | undefined => {
  const reading = readBaseAddress(text);
  return reading.ok ? reading.url : undefined;
};

const problemOf = (text: string): string => {
  const reading = readAddress(text);
  return reading.ok ? '' : reading.problem.kind;
};

describe('the address of a provider of one’s own', () => {
  it('is taken as people copy it', () => {
    const same = [
      ['https://llm.example.org/v1', 'https://llm.example.org/v1'],
      [' "https://llm.example.org/v1/" ', 'https://llm.example.org/v1'],
      ['<https://llm.example.org/v1>', 'https://llm.example.org/v1'],
      ['llm.example.org/v1', 'https://llm.example.org/v1'],
      ['https://llm.example.org/v1/chat/completions', 'https://llm.example.org/v1'],
      ['https://llm.example.org/v1/models/', 'https://llm.example.org/v1'],
      ['localhost:11434/v1', 'http://localhost:11434/v1'],
      ['127.0.0.1:1234/v1', 'http://127.0.0.1:1234/v1'],
      ['http://[::1]:8000/v1', 'http://[::1]:8000/v1'],
    ] as const;
    for (const [text, url] of same) assert.equal(urlOf(text), url, text);
  });

  it('goes by https: anywhere, and by http: only to this machine', () => {
    assert.equal(problemOf('http://llm.example.org/v1'), 'notSecret');
    assert.equal(problemOf('http://localhost.evil.example/v1'), 'notSecret');
    assert.equal(problemOf('http://127.0.0.1.evil.example/v1'), 'notSecret');
    assert.equal(urlOf('https://192.168.1.5:8443/v1'), 'https://192.168.1.5:8443/v1');
  });

  it('is refused with the reason where it is none', () => {
    const wrong = [
      ['', 'empty'],
      ['  ', 'empty'],
      ['my server', 'notAnAddress'],
      ['ftp://llm.example.org', 'notAnAddress'],
      ['javascript:alert(1)', 'notAnAddress'],
      ['https://', 'notAnAddress'],
      ['ollama', 'notAnAddress'],
      ['https://me:pass@llm.example.org/v1', 'userName'],
      ['https://llm.example.org/v1?key=x', 'query'],
      ['https://llm.example.org/v1#x', 'query'],
    ] as const;
    for (const [text, kind] of wrong) {
      assert.equal(problemOf(text), kind, text);
      assert.notEqual(describeAddressProblem(plainL10n, { kind }), '');
    }
  });

  it('is never one that the setting would refuse', () => {
    for (const text of ['llm.example.org', 'localhost:1/v1', 'https://a.example/v1/models', 'https://[::1]/v1']) {
      const baseUrl = urlOf(text);
      assert.ok(baseUrl !== undefined, text);
      assert.deepEqual(readProviderSettings({ own: { baseUrl } }, plainL10n).problems, [], text);
    }
  });
});
