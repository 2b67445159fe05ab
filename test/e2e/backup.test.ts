import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { SystemClock } from '../../src/adapters/systemClock.ts';
import { SystemRandom } from '../../src/adapters/systemRandom.ts';
import { createBackup } from '../../src/core/keys/backup.ts';
import { encodeBase64Url } from '../../src/core/keys/base64Url.ts';
import { encryptFernet, fernetKey } from '../../src/core/keys/fernet.ts';
import { Secret } from '../../src/core/keys/secret.ts';
import type { Profile } from '../harness/profile.ts';
import { demoSettings } from '../harness/start/demo.ts';
import { keyOf, openAsAnotherWindow, type KeyState } from '../harness/workbench/keyState.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { filesWith } from './support/plantedSecrets.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const passphrase = `horse battery ${randomBytes(6).toString('hex')}`;

type Groq = { readonly groq: Simulator };

const secretsOf = ({ groq }: Groq): readonly string[] => [1, 2, 3].map((number) => groq.key('good', number));

/** Groq Key 1, 3 and 5, with everything that Edit can set; asked in the order 1, 5, 3. */
const threeKeys = ({ groq }: Groq): readonly KeyState[] => [
  keyOf(groq, groq.key('good', 1), { number: 1, priority: 1, label: 'Primary', pool: 'team' }),
  keyOf(groq, groq.key('good', 2), {
    ...{ number: 3, priority: 7, label: 'Backup', pool: 'team' },
    ...{ limits: { tokensPerDay: 14_400 }, enabled: false },
  }),
  keyOf(groq, groq.key('good', 3), { number: 5, priority: 3 }),
];

const withKeys = { simulators: { groq: startGroq }, keys: threeKeys };

describe('Keys from one machine to another', () => {
  it(
    'are backed up with a passphrase that is asked for twice, to a place that a modal names, for the user alone, with no secret in the clear',
    withWorkbench(withKeys, async ({ workbench, profile, groq }) => {
      const { quickInput, dialog } = workbench;
      const backup = join(profile.home, 'keys.json');
      await workbench.runToBox('AI Keys: Back Up Keys', /Back Up Keys \(1\/2\)/);
      await enter(workbench, /Back Up Keys \(1\/2\)/, 'short');
      assert.equal(await quickInput.isHidden(), true, 'what is typed is not shown');
      await quickInput.messageLike(/At least 8 characters/);
      await enter(workbench, /Back Up Keys \(1\/2\)/, passphrase);
      await enter(workbench, /Back Up Keys \(2\/2\)/, `${passphrase}x`);
      await quickInput.messageLike(/differs/);
      await enter(workbench, /Back Up Keys \(2\/2\)/, passphrase);
      await quickInput.waitForTitle(/Back Up Keys$/);
      await quickInput.chooseFile(backup);
      const question = await dialog.text();
      assert.ok(question.includes(backup), question);
      assert.match(question, /Groq Key 1, Groq Key 5, Groq Key 3/);
      assert.match(question, /encrypted with your passphrase/);
      await workbench.screenshot('screenshots/backup-modal');
      await dialog.click('Cancel');
      await assert.rejects(stat(backup));

      await backUp(workbench, backup);
      assert.equal((await stat(backup)).mode & 0o777, 0o600);
      const text = await readFile(backup, 'utf8');
      assert.match(text, /"format": "ai-keys-backup"/);
      for (const secret of secretsOf({ groq })) assert.ok(!text.includes(secret));
    }),
  );

  it(
    'are exported as a .env after a modal that says that it is readable; where that cannot be written it says why and lets another place be chosen',
    withWorkbench(withKeys, async ({ workbench, profile, groq }) => {
      const { quickInput, dialog, notifications } = workbench;
      const file = join(profile.home, 'exported.env');
      await workbench.runToBox('AI Keys: Export .env', /Export Keys as \.env/);
      await quickInput.chooseFile('/sys/keys.env');
      await dialog.click('Write Secrets');
      await notifications.click(
        /Nothing was written to \/sys\/keys\.env: you may not write there/,
        'Choose Another Place',
      );
      await quickInput.waitForTitle(/Export Keys as \.env/);
      await quickInput.chooseFile(file);
      const question = await dialog.text();
      assert.ok(question.includes(file), question);
      assert.match(question, /readable by anyone/);
      assert.match(question, /Groq Key 1, Groq Key 5, Groq Key 3/);
      await dialog.click('Write Secrets');
      await notifications.waitFor(/3 keys are in .*exported\.env/);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      const text = await readFile(file, 'utf8');
      secretsOf({ groq }).forEach((secret, index) =>
        assert.ok(text.includes(`GROQ_API_KEY_${index * 2 + 1}=${secret}\n`)),
      );
      assert.match(text, /GROQ_KEY_3_PRIORITY=7/);
    }),
  );

  it(
    'leave neither secret nor passphrase behind, are previewed, and are there after a modal with the same labels, priorities, limits, pools and origins',
    withWorkbench({ ...withKeys, alone: true }, async ({ workbench: here, session, profile, groq }) => {
      const { dataDir, browserDir, workspaceDir, home } = profile;
      const backup = join(home, 'keys.json');
      const planted = [...secretsOf({ groq }), passphrase];
      await here.runToBox('AI Keys: Export .env', /Export Keys as \.env/);
      await here.quickInput.chooseFile(join(home, 'exported.env'));
      await here.dialog.click('Write Secrets');
      await here.notifications.waitFor(/3 keys are in .*exported\.env/);
      await backUp(here, backup);
      assert.deepEqual(await filesWith(planted, [dataDir, browserDir, workspaceDir]), []);
      assert.deepEqual(await filesWith(planted, [home]), [join(home, 'exported.env')]);
      const keysHere = await keysIn(profile);

      const there = await Session.begin(session.vsCode, { settings: demoSettings(groq) });
      const workbench = await there.openWindow();
      await workbench.openView('AI Keys');
      await workbench.tree().welcome().waitFor();
      await openFile(workbench, backup);
      await enter(workbench, /Restore Keys from .*keys\.json/, passphrase);
      await workbench.quickInput.row('Restore 3 keys…').waitFor();
      const rows = (await workbench.quickInput.descriptions()).join('\n');
      assert.match(rows, /Groq Key 3.*Backup.*priority 7.*Tokens per day: 14,400.*pool team.*disabled/);
      for (const secret of secretsOf({ groq })) assert.ok(!(await workbench.page.content()).includes(secret));
      await workbench.screenshot('screenshots/restore-preview');
      await workbench.quickInput.submit();
      assert.match(await workbench.dialog.text(), /Added: Groq Key 1, Groq Key 5, Groq Key 3/);
      await workbench.dialog.click('Restore');
      await workbench.notifications.waitFor(/3 keys added from/);
      assert.deepEqual(await keysIn(there.profile), keysHere);

      await workbench.runCommand('AI Keys: Check All Keys');
      await workbench.notifications.waitFor(/All 2 keys work/);
      await openFile(workbench, backup);
      await enter(workbench, /Restore Keys from .*keys\.json/, passphrase);
      await workbench.notifications.waitFor(/All 3 keys in .* are already there/);
      assert.deepEqual(await filesWith(planted, [there.profile.home, dataDir, browserDir]), []);
      await there.profile.remove();
    }),
  );

  it(
    'are not restored from a file that is cut, newer or no backup, which is said before any passphrase, nor with a wrong one, nor after Escape',
    withWorkbench({ simulators: { groq: startGroq } }, async ({ workbench, profile, groq }) => {
      const backup = join(profile.home, 'keys.json');
      const text = await backupText(threeKeys({ groq }));
      await writeFile(backup, text);
      const wrong: readonly (readonly [string, RegExp])[] = [
        [text.slice(0, -30), /not complete/],
        [text.replace('"version": 1', '"version": 2'), /version 2, which a newer AI Keys made/],
        ['{"some":"thing"}', /not a backup of AI Keys/],
        ['\0\0', /not a text file/],
      ];
      for (const [index, [content, words]] of wrong.entries()) {
        const file = join(profile.home, `wrong-${index}.json`);
        await writeFile(file, content);
        await openFile(workbench, file);
        await workbench.notifications.waitFor(words);
      }
      await workbench.runCommand('Notifications: Clear All Notifications');
      await openFile(workbench, backup);
      await enter(workbench, /Restore Keys from .*keys\.json/, 'not the one');
      await workbench.quickInput.messageLike(/passphrase is wrong, or the backup was altered. Nothing was changed/);
      await workbench.quickInput.cancel();
      await workbench.tree().welcome().waitFor();
    }),
  );

  it(
    'are imported from the older system’s Fernet file, given its key, which is left nowhere',
    withWorkbench({ simulators: { groq: startGroq }, alone: true }, async ({ workbench, profile, groq }) => {
      const { quickInput } = workbench;
      const bytes = randomBytes(32);
      const key = fernetKey(bytes);
      assert.ok(key !== undefined);
      const legacy = JSON.stringify({
        GROQ_API_KEY_9: groq.key('good', 9),
        HF_TOKEN: `hf_${'a'.repeat(34)}`,
        debug: true,
      });
      const file = join(profile.home, 'secrets.enc');
      await writeFile(file, encryptFernet(key, new TextEncoder().encode(legacy), Date.now(), randomBytes(16)));
      await openFile(workbench, file);
      await enter(workbench, /Restore Keys from .*secrets\.enc/, 'nonsense');
      await quickInput.messageLike(/not a Fernet key/);
      await enter(workbench, /Restore Keys from .*secrets\.enc/, encodeBase64Url(randomBytes(32)));
      await quickInput.messageLike(/not the one this file was encrypted with/);
      await enter(workbench, /Restore Keys from .*secrets\.enc/, encodeBase64Url(bytes));
      await quickInput.row('Restore 2 keys…').waitFor();
      await quickInput.submit();
      await workbench.dialog.click('Restore');
      await workbench.notifications.waitFor(/2 keys added from/);
      await workbench.tree().row('Key 9').waitFor();
      const { home, dataDir, browserDir } = profile;
      const planted = [groq.key('good', 9), encodeBase64Url(bytes)];
      assert.deepEqual(await filesWith(planted, [home, dataDir, browserDir]), []);
    }),
  );
});

async function enter({ quickInput }: Workbench, title: RegExp, text: string): Promise<void> {
  await quickInput.waitForTitle(title);
  await quickInput.type(text);
  await quickInput.accept();
}

async function backUp(workbench: Workbench, file: string): Promise<void> {
  await workbench.runToBox('AI Keys: Back Up Keys', /\(1\/2\)/);
  await enter(workbench, /\(1\/2\)/, passphrase);
  await enter(workbench, /\(2\/2\)/, passphrase);
  await workbench.quickInput.waitForTitle(/Back Up Keys$/);
  await workbench.quickInput.chooseFile(file);
  await workbench.dialog.click('Write Backup');
  await workbench.notifications.waitFor(/3 keys are in .*keys\.json/);
}

/** The backup of a machine that has these keys. */
async function backupText(states: readonly KeyState[]): Promise<string> {
  const common = { label: '', priority: 1, limits: {}, enabled: true, id: '', fingerprint: '', addedAtMs: 0 };
  const keys = states.map(({ secret, lost: _lost, ...given }, index) => ({
    key: { ...common, number: index + 1, ...given },
    secret: new Secret(secret),
  }));
  return await createBackup(keys, new Secret(passphrase), { clock: new SystemClock(), random: new SystemRandom() });
}

async function openFile(workbench: Workbench, path: string): Promise<void> {
  await workbench.runToBox('AI Keys: Restore Keys from a Backup', /Restore Keys from a Backup/);
  await workbench.quickInput.chooseFile(path, 'Open');
}

async function keysIn(profile: Pick<Profile, 'dataDir'>): Promise<readonly unknown[]> {
  const { keyBook, ledger } = await openAsAnotherWindow(profile);
  const keys = keyBook.all().map(({ id: _id, fingerprint: _fingerprint, addedAtMs: _at, ...key }) => key);
  ledger.dispose();
  return keys;
}
