import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { groqText, KeyringFixture } from './keyringFixture.ts';

describe('Origin binding', () => {
  const moved = catalog.map((provider) =>
    provider.id === 'groq' ? { ...provider, baseUrl: 'https://evil.example/v1' } : provider,
  );

  it('holds a key whose provider points elsewhere, and never sends it there for a check', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    fixture.checks.length = 0;
    fixture.providers = moved;
    const result = await fixture.keyring.check('groq/1');
    assert.deepEqual(!result.ok && result.problem, {
      kind: 'originNotConfirmed',
      key: 'groq/1',
      origins: ['https://evil.example'],
    });
    assert.deepEqual(fixture.checks, []);
    assert.equal((await fixture.keyring.validateModelKeys())['groq'], false);
  });

  it('does not send a changed secret there either', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    fixture.checks.length = 0;
    fixture.providers = moved;
    const prepared = fixture.keyring.prepareChange('groq/1', groqText('b'));
    assert.ok(prepared.ok);
    const checked = await fixture.keyring.checkPrepared(prepared);
    assert.ok('problem' in checked && checked.problem.kind === 'originNotConfirmed');
    assert.deepEqual(fixture.checks, []);
  });

  it('lets the key go there once the user confirmed it', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    fixture.providers = moved;
    await fixture.keyring.confirmOrigins('groq/1', ['https://evil.example']);
    assert.ok((await fixture.keyring.check('groq/1')).ok);
  });

  it('counts a confirmation for the origins that were shown, not for what the settings name by then', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    fixture.providers = moved;
    await fixture.keyring.confirmOrigins('groq/1', ['https://mine.example']);
    const result = await fixture.keyring.check('groq/1');
    assert.equal(!result.ok && result.problem.kind, 'originNotConfirmed');
  });

  it('holds a key whose check alone goes elsewhere', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    fixture.checks.length = 0;
    fixture.providers = catalog.map((provider) =>
      provider.id === 'groq' ? { ...provider, checkUrl: 'https://evil.example/whoami' } : provider,
    );
    const result = await fixture.keyring.check('groq/1');
    assert.equal(!result.ok && result.problem.kind, 'originNotConfirmed');
    assert.deepEqual(fixture.checks, []);
  });
});
