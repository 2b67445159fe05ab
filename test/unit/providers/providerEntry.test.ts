import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  entryOf,
  newProviderId,
  providerIn,
  readProviderName,
  withEntry,
  withoutEntry,
} from '../../../src/core/providers/providerEntry.ts';
import { plainL10n } from '../support/plainL10n.ts';

describe('changing one entry of aiKeys.providers', () => {
  const theirs = {
    groq: { baseUrl: 'http://127.0.0.1:1/v1', somethingNew: { deep: [1] } },
    'of-later': 'a shape that this version does not know',
  };

  it('leaves everything else as it is, also what this version does not know', () => {
    const written = withEntry(theirs, 'groq', { models: ['m'], baseUrl: undefined });
    assert.deepEqual(written, {
      ok: true,
      setting: { ...theirs, groq: { somethingNew: { deep: [1] }, models: ['m'] } },
    });
    assert.deepEqual(withEntry(undefined, 'own', { baseUrl: 'x' }), { ok: true, setting: { own: { baseUrl: 'x' } } });
    assert.deepEqual(withoutEntry(theirs, 'groq'), { ok: true, setting: { 'of-later': theirs['of-later'] } });
  });

  it('writes nothing over a setting that is no object', () => {
    for (const broken of ['text', 7, ['groq']]) {
      assert.deepEqual(withEntry(broken, 'own', {}), { ok: false });
      assert.deepEqual(withoutEntry(broken, 'own'), { ok: false });
    }
    assert.deepEqual(withEntry(theirs, 'of-later', {}), { ok: false });
  });

  it('shows the provider as it would be, before anything is written', () => {
    const written = withEntry({}, 'own', { baseUrl: 'https://a.example/v1', displayName: 'Own', needsKey: false });
    assert.ok(written.ok);
    const provider = providerIn(written.setting, 'own', plainL10n);
    assert.deepEqual([provider?.displayName, provider?.checkUrl], ['Own', 'https://a.example/v1/models']);
    assert.equal(providerIn({}, 'own', plainL10n), undefined);
    assert.deepEqual(entryOf(written.setting, 'toString'), {});
  });
});

describe('the name of a provider of one’s own', () => {
  it('makes an id that a setting takes and nobody has', () => {
    const taken = (id: string): boolean => ['groq', 'my-llm'].includes(id);
    const ids = [
      ['My LLM', 'my-llm-2'],
      ['Groq', 'groq-2'],
      ['Café', 'cafe'],
      ['llm.example.org:8443', 'llm-example-org-8443'],
      ['模型', 'provider'],
      ['x'.repeat(200), 'x'.repeat(60)],
    ] as const;
    for (const [name, id] of ids) {
      assert.equal(newProviderId(name, taken), id);
      assert.ok(providerIn({ [id]: { baseUrl: 'https://a.example/v1' } }, id, plainL10n) !== undefined, id);
    }
  });

  it('is one line of at most 60 characters', () => {
    assert.deepEqual(readProviderName('  My LLM '), { ok: true, value: 'My LLM' });
    assert.equal(readProviderName('a\nb').ok, false);
    assert.equal(readProviderName('x'.repeat(61)).ok, false);
  });
});
