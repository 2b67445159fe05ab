import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { ApiKey } from '../../src/core/keys/apiKey.ts';
import { encodeBase64Url } from '../../src/core/keys/base64Url.ts';
import { encryptFernet, fernetKey } from '../../src/core/keys/fernet.ts';
import { demoSettings } from '../harness/start/demo.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { importEnv } from './support/analysis.ts';
import { openAsAnotherWindow } from './support/exampleDay.ts';
import { writeEnv } from './support/exampleEnv.ts';
import { filesWith } from './support/plantedSecrets.ts';

const passphrase = `horse battery ${randomBytes(6).toString('hex')}`;

describe('Keys from one machine to another', () => {
  let groq: Simulator;
  let here: Session;
  let there: Session;
  let workbench: Workbench;
  let backup: string;
  let secrets: readonly string[];

  before(async () => {
    groq = await startGroq();
    secrets = [1, 2, 3].map((number) => groq.key('good', number));
    here = await Session.start({ settings: demoSettings(groq) });
    const { workspaceDir, home, dataDir } = here.profile;
    backup = join(home, 'keys.json');
    await writeEnv(workspaceDir, secrets.map((secret, index) => `GROQ_API_KEY_${index * 2 + 1}=${secret}`).join('\n'));
    workbench = await here.openWindow();
    await importEnv(workbench, /3 keys added/);
    await describeKeys(dataDir);
  });

  after(async () => {
    await here.close();
    await there?.close();
    await groq.stop();
  });

  const messageOf = (wanted: RegExp): Promise<void> =>
    eventually(async () => wanted.test(await workbench.quickInput.message()), {
      what: `a message like ${String(wanted)}`,
    }).then(() => undefined);

  const enter = async (title: RegExp, text: string): Promise<void> => {
    await workbench.quickInput.waitForTitle(title);
    await workbench.quickInput.type(text);
    await workbench.quickInput.accept();
  };

  const openFile = async (path: string): Promise<void> => {
    await workbench.runToBox('AI Keys: Restore Keys from a Backup', /Restore Keys from a Backup/);
    await workbench.quickInput.chooseFile(path, 'Open');
  };

  const clear = (): Promise<void> => workbench.runCommand('Notifications: Clear All Notifications');

  it('asks for a passphrase twice, and complains beside the field', async () => {
    await workbench.runCommand('AI Keys: Back Up Keys');
    await enter(/Back Up Keys \(1\/2\)/, 'short');
    assert.equal(await workbench.quickInput.isHidden(), true, 'what is typed is not shown');
    await messageOf(/At least 8 characters/);
    await enter(/Back Up Keys \(1\/2\)/, passphrase);
    await enter(/Back Up Keys \(2\/2\)/, `${passphrase}x`);
    await messageOf(/differs/);
    await enter(/Back Up Keys \(2\/2\)/, passphrase);
  });

  it('writes nothing unless the modal that names place and content is confirmed', async () => {
    await workbench.quickInput.waitForTitle(/Back Up Keys$/);
    await workbench.quickInput.chooseFile(backup);
    const question = await workbench.dialog.text();
    assert.ok(question.includes(backup), question);
    assert.match(question, /Groq Key 1, Groq Key 5, Groq Key 3/);
    assert.match(question, /encrypted with your passphrase/);
    await workbench.screenshot('backupModal');
    await workbench.dialog.click('Cancel');
    await assert.rejects(stat(backup));
  });

  it('writes the backup for the user alone, with no secret in the clear', async () => {
    await workbench.runCommand('AI Keys: Back Up Keys');
    await enter(/\(1\/2\)/, passphrase);
    await enter(/\(2\/2\)/, passphrase);
    await workbench.quickInput.waitForTitle(/Back Up Keys$/);
    await workbench.quickInput.chooseFile(backup);
    await workbench.dialog.click('Write Backup');
    await workbench.notifications.waitFor(/3 keys are in/);
    assert.equal((await stat(backup)).mode & 0o777, 0o600);
    const text = await readFile(backup, 'utf8');
    assert.match(text, /"format": "ai-keys-backup"/);
    for (const secret of secrets) assert.ok(!text.includes(secret));
  });

  it('says where it cannot write and why, and lets another place be chosen', async () => {
    await clear();
    await workbench.runToBox('AI Keys: Export .env', /Export Keys as \.env/);
    await workbench.quickInput.chooseFile('/sys/keys.env');
    await workbench.dialog.click('Write Secrets');
    await workbench.notifications.click(
      /Nothing was written to \/sys\/keys\.env: you may not write there/,
      'Choose Another Place',
    );
    await workbench.quickInput.waitForTitle(/Export Keys as \.env/);
    await workbench.quickInput.chooseFile(join(here.profile.home, 'exported.env'));
  });

  it('exports a .env after a modal that says that it is readable', async () => {
    const file = join(here.profile.home, 'exported.env');
    const question = await workbench.dialog.text();
    assert.ok(question.includes(file), question);
    assert.match(question, /readable by anyone/);
    assert.match(question, /Groq Key 1, Groq Key 5, Groq Key 3/);
    await workbench.dialog.click('Write Secrets');
    await workbench.notifications.waitFor(/3 keys are in .*exported\.env/);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const text = await readFile(file, 'utf8');
    secrets.forEach((secret, index) => assert.ok(text.includes(`GROQ_API_KEY_${index * 2 + 1}=${secret}\n`)));
    assert.match(text, /GROQ_KEY_3_PRIORITY=7/);
  });

  it('left neither secret nor passphrase anywhere else', async () => {
    const { dataDir, browserDir, workspaceDir, home } = here.profile;
    const found = await filesWith([...secrets, passphrase], [dataDir, browserDir, workspaceDir]);
    assert.deepEqual(found, [join(workspaceDir, '.env')]);
    assert.deepEqual(await filesWith([...secrets, passphrase], [home]).then((files) => files.toSorted()), [
      join(home, 'exported.env'),
      join(workspaceDir, '.env'),
    ]);
  });

  it('says of a file that is cut, newer or no backup what is wrong with it, before any passphrase', async () => {
    there = await Session.start({ settings: demoSettings(groq) });
    workbench = await there.openWindow();
    await workbench.openView('AI Keys');
    await workbench.tree().welcome().waitFor();
    const text = await readFile(backup, 'utf8');
    const wrong: readonly (readonly [string, RegExp])[] = [
      [text.slice(0, -30), /not complete/],
      [text.replace('"version": 1', '"version": 2'), /version 2, which a newer AI Keys made/],
      ['{"some":"thing"}', /not a backup of AI Keys/],
      ['\0\0', /not a text file/],
    ];
    for (const [index, [content, words]] of wrong.entries()) {
      const file = join(there.profile.home, `wrong-${index}.json`);
      await writeFile(file, content);
      await openFile(file);
      await workbench.notifications.waitFor(words);
    }
    await clear();
  });

  it('keeps asking after a wrong passphrase, and leaves nothing behind on Escape', async () => {
    await openFile(backup);
    await enter(/Restore Keys from .*keys\.json/, 'not the one');
    await messageOf(/passphrase is wrong, or the backup was altered. Nothing was changed/);
    await workbench.quickInput.cancel();
    await workbench.tree().welcome().waitFor();
  });

  it('shows the same preview as an import, and restores after a modal', async () => {
    await openFile(backup);
    await enter(/Restore Keys from .*keys\.json/, passphrase);
    await workbench.quickInput.row('Restore 3 keys…').waitFor();
    const rows = (await workbench.quickInput.descriptions()).join('\n');
    assert.match(rows, /Groq Key 3.*Backup.*priority 7.*Tokens per day: 14,400.*pool team.*disabled/);
    for (const secret of secrets) assert.ok(!(await workbench.page.content()).includes(secret));
    await workbench.screenshot('restorePreview');
    await workbench.quickInput.accept();
    assert.match(await workbench.dialog.text(), /Added: Groq Key 1, Groq Key 5, Groq Key 3/);
    await workbench.dialog.click('Restore');
    await workbench.notifications.waitFor(/3 keys added from/);
  });

  it('has the same keys, labels, priorities, limits, pools and origins there', async () => {
    assert.deepEqual(await keysOf(there.profile.dataDir), await keysOf(here.profile.dataDir));
    await clear();
    await workbench.runCommand('AI Keys: Check All Keys');
    await workbench.notifications.waitFor(/All 2 keys work/);
    await openFile(backup);
    await enter(/Restore Keys from .*keys\.json/, passphrase);
    await workbench.notifications.waitFor(/All 3 keys in .* are already there/);
  });

  it('imports the older system’s Fernet file, given its key', async () => {
    const bytes = randomBytes(32);
    const key = fernetKey(bytes);
    assert.ok(key !== undefined);
    const legacy = JSON.stringify({
      GROQ_API_KEY_9: groq.key('good', 9),
      HF_TOKEN: `hf_${'a'.repeat(34)}`,
      debug: true,
    });
    const file = join(there.profile.home, 'secrets.enc');
    await writeFile(file, encryptFernet(key, new TextEncoder().encode(legacy), Date.now(), randomBytes(16)));
    await clear();
    await openFile(file);
    await enter(/Restore Keys from .*secrets\.enc/, 'nonsense');
    await messageOf(/not a Fernet key/);
    await enter(/Restore Keys from .*secrets\.enc/, encodeBase64Url(randomBytes(32)));
    await messageOf(/not the one this file was encrypted with/);
    await enter(/Restore Keys from .*secrets\.enc/, encodeBase64Url(bytes));
    await workbench.quickInput.row('Restore 2 keys…').waitFor();
    await workbench.quickInput.accept();
    await workbench.dialog.click('Restore');
    await workbench.notifications.waitFor(/2 keys added from/);
    await workbench.tree().row('Key 9').waitFor();
    const planted = [...secrets, groq.key('good', 9), passphrase, encodeBase64Url(bytes)];
    assert.deepEqual(await filesWith(planted, [there.profile.home]), []);
  });
});

/** Label, priority, limits, pool and a disabled key, as Edit would set them. */
async function describeKeys(dataDir: string): Promise<void> {
  const { keyBook, ledger } = await openAsAnotherWindow(dataDir);
  const keys = keyBook.all().map((key): ApiKey => {
    if (key.number === 3) {
      return { ...key, label: 'Backup', priority: 7, limits: { tokensPerDay: 14_400 }, pool: 'team', enabled: false };
    }
    return key.number === 1 ? { ...key, label: 'Primary', pool: 'team' } : key;
  });
  await keyBook.update(keys);
  ledger.dispose();
}

async function keysOf(dataDir: string): Promise<readonly unknown[]> {
  const { keyBook, ledger } = await openAsAnotherWindow(dataDir);
  const keys = keyBook.all().map(({ id: _id, fingerprint: _fingerprint, addedAtMs: _at, ...key }) => key);
  ledger.dispose();
  return keys;
}
