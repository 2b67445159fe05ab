import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as z from 'zod';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { startLocal } from '../simulator/local/local.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { addKey } from './support/keys.ts';

const ollamaPort = 11_434;

const stored = z.object({ 'aiKeys.providers': z.record(z.string(), z.record(z.string(), z.unknown())) });

describe('A provider of one’s own', () => {
  let groq: Simulator;
  let ollama: Simulator;
  let own: Simulator;
  let elsewhere: Simulator;
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    groq = await startGroq();
    ollama = await startLocal({ port: ollamaPort });
    own = await startLocal({ needsKey: true });
    elsewhere = await startLocal({ needsKey: true });
    // A field that this version does not know, and a provider of another hand, must outlive every change.
    const providers = {
      groq: { baseUrl: groq.baseUrl, somethingNew: 1 },
      theirs: { baseUrl: 'https://theirs.example/v1', models: ['m'] },
    };
    session = await Session.start({ settings: { 'aiKeys.providers': providers } });
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
  });

  beforeEach(() => workbench.runCommand('Notifications: Clear All Notifications'));

  after(async () => {
    await session.close();
    await Promise.all([groq, ollama, own, elsewhere].map((simulator) => simulator.stop()));
  });

  const setting = async (): Promise<z.infer<typeof stored>['aiKeys.providers']> => {
    const text = await readFile(join(session.profile.dataDir, 'User/settings.json'), 'utf8');
    return stored.parse(JSON.parse(text))['aiKeys.providers'];
  };

  const message = (wanted: RegExp): Promise<string> =>
    eventually(
      async () => {
        const said = await workbench.quickInput.message();
        return wanted.test(said) ? said : undefined;
      },
      { what: `a message like ${String(wanted)}` },
    );

  const chooseByAddress = async (): Promise<void> => {
    await workbench.quickInput.pick('Another one, by its address');
    await workbench.quickInput.waitForPlaceholder('https://llm.example.org');
  };

  it('offers Ollama where it answers on this machine, and adds nothing by that', async () => {
    await workbench.runToBox('AI Keys: Add Provider', 'Add Provider');
    const rows = await eventually(
      async () => {
        const all = (await workbench.quickInput.descriptions()).join('\n');
        return /2 models, needs no key/.test(all) ? all : undefined;
      },
      { what: 'the server on this machine' },
    );
    assert.match(rows, /Ollama/);
    await workbench.quickInput.cancel();
    assert.deepEqual(Object.keys(await setting()).toSorted(), ['groq', 'theirs']);
  });

  it('adds Ollama with the models that it has, without a key', async () => {
    await workbench.runCommand('AI Keys: Add Provider');
    await eventually(async () => (await workbench.quickInput.descriptions()).join('\n').includes('2 models'), {
      what: 'the server on this machine',
    });
    await workbench.quickInput.pick('Ollama');
    await workbench.quickInput.waitForTitle('Models of Ollama');
    await workbench.quickInput.accept();
    await workbench.quickInput.waitForTitle('Add Ollama');
    await workbench.quickInput.accept();
    await workbench.notifications.waitFor('Ollama was added.');
    assert.deepEqual((await setting())['ollama'], {});
  });

  it('says what is wrong with an address, while it is typed', async () => {
    await workbench.runCommand('AI Keys: Add Provider');
    await chooseByAddress();
    const wrong = [
      ['', /An address, please/],
      ['http://llm.example.org/v1', /for this machine only/],
      ['ftp://llm.example.org', /no web address/],
      ['https://me:pass@llm.example.org/v1', /user name and password/],
      [groq.baseUrl, /This is the address of Groq/],
    ] as const;
    for (const [text, said] of wrong) {
      await workbench.quickInput.type(text);
      await workbench.quickInput.accept();
      await message(said);
    }
    await workbench.quickInput.cancel();
  });

  it('asks address, name, key and models, shows all of it, and stores it on Enter', async () => {
    await workbench.runCommand('AI Keys: Add Provider');
    await chooseByAddress();
    await workbench.quickInput.type(`"${own.baseUrl}/chat/completions"`);
    await workbench.quickInput.accept();
    await message(/What to call it/);
    await workbench.quickInput.type('My LLM');
    await workbench.quickInput.accept();
    await workbench.quickInput.waitForTitle('Key of My LLM');
    assert.equal(await workbench.quickInput.isHidden(), true);
    await workbench.quickInput.type(own.key('good', 1));
    await workbench.quickInput.accept();
    await workbench.quickInput.waitForTitle('Models of My LLM');
    await workbench.quickInput.check('qwen3-coder:30b', true);
    await workbench.quickInput.waitForPlaceholder('Asked in this order: qwen3-coder:30b');
    // The box that was clicked has the focus, where Enter would untick it.
    await workbench.quickInput.pressButton('OK');
    await workbench.quickInput.waitForTitle('Add My LLM');
    await workbench.screenshot('provider-form', workbench.page.locator('.quick-input-widget'));
    assert.deepEqual(Object.keys(await setting()).includes('my-llm'), false, 'nothing is stored yet');
    await workbench.quickInput.pick('Limits of Each Key');
    await workbench.quickInput.pick('Requests per day');
    await message(/Requests per day\. Empty: as the provider says/);
    await workbench.quickInput.type('1,000');
    await workbench.quickInput.accept();
    await workbench.quickInput.row('Requests per day').waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.quickInput.pick('Add My LLM');
    await workbench.notifications.waitFor('My LLM Key 1 works.');
    const { groq: kept, theirs, 'my-llm': added } = await setting();
    assert.deepEqual(added, {
      displayName: 'My LLM',
      baseUrl: own.baseUrl,
      needsKey: true,
      models: ['qwen3-coder:30b'],
      limits: { requestsPerDay: 1_000 },
    });
    assert.deepEqual(
      [kept, theirs],
      [
        { baseUrl: groq.baseUrl, somethingNew: 1 },
        { baseUrl: 'https://theirs.example/v1', models: ['m'] },
      ],
    );
    await workbench.tree().row('My LLM').waitFor();
  });

  it('stores nothing when it is left at any step', async () => {
    const before = await setting();
    const steps = [
      chooseByAddress,
      async () => {
        await workbench.quickInput.type(elsewhere.baseUrl);
        await workbench.quickInput.accept();
        await message(/What to call it/);
      },
      async () => {
        await workbench.quickInput.accept();
        await workbench.quickInput.waitForTitle(/^Key of/);
      },
      async () => {
        await workbench.quickInput.accept();
        await workbench.quickInput.waitForTitle(/^Models of/);
      },
      async () => {
        await workbench.quickInput.type('a, b');
        await workbench.quickInput.accept();
        await workbench.quickInput.waitForTitle(/^Add 127/);
      },
    ];
    for (let last = 1; last <= steps.length; last += 1) {
      await workbench.runCommand('AI Keys: Add Provider');
      for (const step of steps.slice(0, last)) await step();
      await workbench.quickInput.cancel();
      assert.deepEqual(await setting(), before);
    }
  });

  it('moves a provider by hand: its key is held until a modal that names both addresses is answered', async () => {
    await workbench.tree().menu('My LLM', 'Edit Provider');
    await workbench.quickInput.waitForTitle('Edit My LLM');
    await workbench.quickInput.pick('Address');
    await workbench.quickInput.waitForPlaceholder('https://llm.example.org');
    await workbench.quickInput.type(elsewhere.baseUrl);
    await workbench.quickInput.accept();
    await workbench.quickInput.pick('Save');
    const words = await workbench.dialog.text();
    assert.match(words, /Send My LLM Key 1 to a new address\?/);
    assert.ok(words.includes(elsewhere.origin) && words.includes(own.origin), words);
    await workbench.screenshot('confirm-origin');
    await workbench.dialog.click('Cancel');
    await workbench
      .tree()
      .row(/Key 1.*address not confirmed/)
      .waitFor();
    await workbench.notifications.click(/My LLM Key 1 is held/, 'Review');
    await workbench.dialog.click('Send It There');
    await eventually(async () => !(await workbench.tree().texts()).some((row) => row.includes('not confirmed')));
    assert.equal(elsewhere.requestsOf(own.key('good', 1)).length, 0, 'nothing went there before');
    await workbench.tree().action('Key 1', 'Check Key');
    await workbench.notifications.waitFor('My LLM Key 1 works.');
    assert.equal(elsewhere.requestsOf(own.key('good', 1)).length, 1);
  });

  it('is removed only after a modal, and its key stays', async () => {
    await workbench.tree().menu('My LLM', 'Edit Provider');
    await workbench.quickInput.pick('Remove Provider');
    assert.match(await workbench.dialog.text(), /Remove the provider My LLM\?[^]*Its key is kept/);
    await workbench.dialog.click('Remove');
    await eventually(async () => !('my-llm' in (await setting())), { what: 'the setting without it' });
    await workbench
      .tree()
      .row(/my-llm/)
      .waitFor();
  });

  it('switches a built-in provider off and on again, and keeps its key and what is set of it', async () => {
    await addKey(workbench, 'Groq', groq.key('good', 1));
    await workbench.notifications.waitFor('Groq Key 1 works.');
    const before = (await setting())['groq'];
    await workbench.runAndPick('AI Keys: Edit Provider', 'Groq');
    await workbench.quickInput.waitForTitle('Edit Groq');
    await workbench.quickInput.pick('Switch Off');
    assert.match(await workbench.dialog.text(), /Switch Groq off\?[^]*Its key is kept/);
    await workbench.dialog.click('Switch Off');
    await eventually(async () => (await setting())['groq']?.['enabled'] === false, { what: 'Groq switched off' });
    await workbench.runAndPick('AI Keys: Edit Provider', 'Groq');
    await eventually(async () => !('enabled' in ((await setting())['groq'] ?? {})), { what: 'Groq switched on' });
    assert.deepEqual((await setting())['groq'], before);
    await workbench.tree().action('Key 1', 'Check Key');
    await workbench.notifications.waitFor('Groq Key 1 works.');
  });
});
