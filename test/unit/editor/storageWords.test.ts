import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { secretsNotice, unreadableNotice, type SecretsScene } from '../../../src/editor/storageWords.ts';
import { plainL10n } from '../support/plainL10n.ts';

const calm: SecretsScene = { missing: [], names: [], keepsNothing: false, isWeb: false, windowStartMs: 1_000 };
const say = (scene: Partial<SecretsScene>) => secretsNotice(plainL10n, { ...calm, ...scene });
const lost = { missing: [{ addedAtMs: 5 }], names: ['Groq Key 2'] };

describe('What is said about secrets that are not there', () => {
  it('is nothing while all of them are', () => {
    assert.equal(say({}), undefined);
    assert.equal(say({ isWeb: true }), undefined);
  });

  it('asks for the one that the system lost, and says what is still there', () => {
    assert.deepEqual(say(lost), {
      text: 'The system no longer has the secret of Groq Key 2. Enter it again: label, limits and usage are still there.',
      actions: ['enterAgain'],
    });
  });

  it('says without a keyring that keys are kept only until this window closes', () => {
    const notice = say({ keepsNothing: true });
    assert.match(notice?.text ?? '', /kept only until this window closes/);
    assert.deepEqual(notice?.actions, ['aboutKeyrings']);
    const both = say({ ...lost, keepsNothing: true });
    assert.match(both?.text ?? '', /secret of Groq Key 2.*kept only until this window closes/);
    assert.deepEqual(both?.actions, ['enterAgain', 'aboutKeyrings']);
  });

  it('offers in a browser to reload where another window added the key', () => {
    const elsewhere = say({ isWeb: true, missing: [{ addedAtMs: 2_000 }], names: ['Groq Key 3'] });
    assert.match(elsewhere?.text ?? '', /Another window stored Groq Key 3/);
    assert.deepEqual(elsewhere?.actions, ['reload', 'enterAgain']);
    assert.deepEqual(say({ ...lost, isWeb: true })?.actions, ['enterAgain', 'reload']);
  });

  it('is another thing where the storage did not answer: the secret may be there', () => {
    assert.deepEqual(unreadableNotice(plainL10n, ['Groq Key 2']), {
      text: 'VS Code’s secret storage did not answer for Groq Key 2. Unlock the system’s keyring, then reload the window.',
      actions: ['reload', 'aboutKeyrings'],
    });
  });

  it('names three of many', () => {
    const names = ['A', 'B', 'C', 'D', 'E'];
    const missing = names.map(() => ({ addedAtMs: 5 }));
    assert.match(say({ missing, names })?.text ?? '', /the secrets of A, B, C and 2 more\. Enter them again/);
  });
});
