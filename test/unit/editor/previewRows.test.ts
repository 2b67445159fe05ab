import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readEnvFile } from '../../../src/adapters/envFile.ts';
import { planEnvImport } from '../../../src/core/keys/envPlan.ts';
import { describeEnvProblem } from '../../../src/core/keys/envProblem.ts';
import { planImport } from '../../../src/core/keys/importPlan.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { previewSections, type PreviewSection } from '../../../src/editor/commands/previewRows.ts';
import { groqText, KeyringFixture } from '../keys/keyringFixture.ts';
import { plainL10n } from '../support/plainL10n.ts';

function preview(fixture: KeyringFixture, text: string): readonly PreviewSection[] {
  const { keyring, providers } = fixture;
  const reading = readEnvFile(text, providers);
  assert.ok(reading !== 'tooLarge');
  const fingerprintOf: typeof keyring.fingerprintOf = (...of) => keyring.fingerprintOf(...of);
  const plan = planEnvImport({ reading, existing: keyring.keys(), fingerprintOf, providers });
  const notTaken = plan.problems.map((problem) => describeEnvProblem(plainL10n, problem));
  const ask = { plan, targets: plan.alertTargets, notTaken, notTakenMore: plan.problemsLeftOut, providers };
  return previewSections(ask, { l10n: plainL10n, language: 'en' });
}

const rowsOf = (sections: readonly PreviewSection[]): readonly string[] =>
  sections.flatMap(({ title, rows }) => [
    title,
    ...rows.map(({ label, description }) => `${label} ${description ?? ''}`.trim()),
  ]);

describe('The preview of an import', () => {
  it('shows the address that new keys would go to where a setting moved their provider', () => {
    const fixture = new KeyringFixture();
    fixture.providers = fixture.providers.map((provider) =>
      provider.id === 'groq' ? { ...provider, checkUrl: 'https://elsewhere.example/v1/models' } : provider,
    );
    const rows = rowsOf(preview(fixture, `GROQ_API_KEY_1=${groqText('a')}\nHF_TOKEN=${groqText('b')}`));
    assert.deepEqual(rows.slice(3), ['Sent where the settings say (1)', '$(globe) Groq https://elsewhere.example']);
  });

  it('names what is added, changed, not taken and left alone, each with its line', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a', 'b', 'c');
    const lines = [
      `GROQ_API_KEY_1=${groqText('z')}`,
      `GROQ_API_KEY_2=${groqText('b')}`,
      'GROQ_KEY_2_DAILY_LIMIT=14400',
      `GROQ_API_KEY_3=${groqText('c')}`,
      `GROQ_API_KEY_9=${groqText('y')}`,
      `HF_TOKEN=${groqText('x')}`,
      `GROQ_API_KEY_8=${groqText('y')}`,
      'GROQ_API_KEY_5',
      'GROQ_API_KEY_6="open',
      'GROQ_API_KEY_7=${GROQ_API_KEY_1}',
      'TELEGRAM_CHAT_ID=7',
    ];
    assert.deepEqual(rowsOf(preview(fixture, lines.join('\n'))), [
      'Will be added (2)',
      '$(add) Groq Key 9 line 5',
      '$(add) Hugging Face, next free number line 6',
      'Will be changed (2)',
      '$(edit) Groq Key 1 another secret · line 1',
      '$(edit) Groq Key 2 Tokens per day: 14,400 · line 2',
      'Alerts, asked for afterwards (1)',
      '$(bell) Telegram chat 7',
      'Not taken (3)',
      '$(warning) Line 8: there is no "=" in it.',
      '$(warning) Line 9: its quote is never closed.',
      '$(warning) Line 10, GROQ_API_KEY_7: it refers to another variable. Write the value itself.',
      'Left alone (2)',
      '$(check) Groq Key 3 already there · line 4',
      '$(check) Groq Key 8 the same secret as Groq Key 9 · line 7',
    ]);
  });

  it('names the limits of a pool that a backup brings, those that differ from what the pool has', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    await fixture.keyring.update('groq/1', { pool: 'team', poolLimits: { requestsPerDay: 8 } });
    const found = (['a', 'b'] as const).map((letter, index) => ({
      ...{ provider: 'groq', number: index + 1, secret: new Secret(groqText(letter)), pool: 'team' },
      poolLimits: { tokensPerDay: 14_400, requestsPerDay: 8 },
    }));
    const fingerprintOf: typeof fixture.keyring.fingerprintOf = (...of) => fixture.keyring.fingerprintOf(...of);
    const plan = planImport({ found, existing: fixture.keyring.keys(), fingerprintOf });
    const ask = { plan, targets: {}, notTaken: [], notTakenMore: 0, providers: fixture.providers };
    assert.deepEqual(rowsOf(previewSections(ask, { l10n: plainL10n, language: 'en' })), [
      'Will be added (1)',
      '$(add) Groq Key 2 pool team (Requests per day: 8, Tokens per day: 14,400)',
      'Will be changed (1)',
      '$(edit) Groq Key 1 pool team (Tokens per day: 14,400)',
    ]);
  });

  it('holds no secret, wherever in the file it stands', () => {
    const canary = `canary${'7'.repeat(30)}`;
    const token = `123456:${canary}`;
    const lines = [
      `GROQ_API_KEY_1=${canary}`,
      `GROQ_KEY_1_PRIORITY=${canary}`,
      `GROQ_API_KEY_2="${canary}`,
      `${canary}`,
      `${canary} = x`,
      `GROQ_API_KEY_3=${canary}\${HOME}`,
      `GROQ_API_KEY_4=${canary} ${canary}`,
      `TELEGRAM_BOT_TOKEN=${token}`,
      `TELEGRAM_CHAT_ID=${canary}`,
      `ALERT_EMAIL=${canary}`,
    ];
    const shown = JSON.stringify(preview(new KeyringFixture(), lines.join('\n')));
    assert.ok(shown.includes('Groq Key 1') && shown.includes('Line 3'));
    assert.ok(!shown.includes(canary), shown);
  });

  it('stays short with a thousand keys, and counts them all', () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => `GROQ_API_KEY_${index + 1}=import-key-${index}`);
    const [section] = preview(new KeyringFixture(), lines.join('\n'));
    assert.equal(section?.title, 'Will be added (1000)');
    assert.deepEqual(section?.rows.at(-1), { label: '…and 900 more' });
    assert.equal(section?.rows.length, 101);
  });
});
