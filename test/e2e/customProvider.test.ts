import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as z from 'zod';
import { eventually } from '../harness/workbench/eventually.ts';
import { goodKeys, keyOf } from '../harness/workbench/keyState.ts';
import type { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { startLocal } from '../simulator/local/local.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const ollamaPort = 11_434;

// A field that this version does not know, and a provider of another hand, must outlive every change.
const groqSetting = { somethingNew: 1 };
const theirs = { baseUrl: 'https://theirs.example/v1', models: ['m'] };
const settings = () => ({ 'aiKeys.providers': { groq: groqSetting, theirs } });

/** A server that lets in whoever has one of its keys. */
const startOwn = (): Promise<Simulator> => startLocal({ needsKey: true });

const stored = z.object({ 'aiKeys.providers': z.record(z.string(), z.record(z.string(), z.unknown())) });

const setting = async (session: Session): Promise<z.infer<typeof stored>['aiKeys.providers']> =>
  stored.parse(await session.userSettings())['aiKeys.providers'];

async function chooseByAddress(workbench: Workbench): Promise<void> {
  await workbench.runToBox('AI Keys: Add Provider', 'Add Provider');
  await workbench.quickInput.pick('Another one, by its address');
  await workbench.quickInput.waitForPlaceholder('https://llm.example.org');
}

describe('A provider of one’s own', () => {
  it(
    'is offered where Ollama answers on this machine, adds nothing by that, and is added with its models and no key',
    withWorkbench(
      { simulators: { groq: startGroq, ollama: () => startLocal({ port: ollamaPort }) }, settings },
      async ({ workbench, session }) => {
        const { quickInput } = workbench;
        const found = async (): Promise<string> => {
          await workbench.runToBox('AI Keys: Add Provider', 'Add Provider');
          return quickInput.descriptionsLike(/2 models, needs no key/);
        };
        assert.match(await found(), /Ollama/);
        await quickInput.cancel();
        assert.deepEqual(Object.keys(await setting(session)).toSorted(), ['groq', 'theirs']);

        await found();
        await quickInput.pick('Ollama');
        await quickInput.waitForTitle('Models of Ollama');
        await quickInput.acceptTo('Add Ollama');
        await quickInput.submit();
        await workbench.notifications.waitFor('Ollama was added.');
        assert.deepEqual((await setting(session))['ollama'], {});
      },
    ),
  );

  it(
    'is asked its address until that is right, and nothing is stored when it is left at any step',
    withWorkbench(
      { simulators: { groq: startGroq, own: startOwn }, settings },
      async ({ workbench, session, groq, own }) => {
        const { quickInput } = workbench;
        const before = await setting(session);
        const wrong = [
          ['', /An address, please/],
          ['http://llm.example.org/v1', /for this machine only/],
          ['ftp://llm.example.org', /no web address/],
          ['https://me:pass@llm.example.org/v1', /user name and password/],
          [groq.baseUrl, /This is the address of Groq/],
        ] as const;
        await chooseByAddress(workbench);
        for (const [text, said] of wrong) {
          await quickInput.type(text);
          await quickInput.accept();
          await quickInput.messageLike(said);
        }
        await quickInput.cancel();

        const steps = [
          () => chooseByAddress(workbench),
          async () => {
            await quickInput.type(own.baseUrl);
            await quickInput.accept();
            await quickInput.messageLike(/What to call it/);
          },
          async () => {
            await quickInput.accept();
            await quickInput.waitForTitle(/^Key of/);
          },
          async () => {
            await quickInput.accept();
            await quickInput.waitForTitle(/^Models of/);
          },
          async () => {
            await quickInput.type('a, b');
            await quickInput.accept();
            await quickInput.waitForTitle(/^Add 127/);
          },
        ];
        for (let last = 1; last <= steps.length; last += 1) {
          for (const step of steps.slice(0, last)) await step();
          await quickInput.cancel();
          assert.deepEqual(await setting(session), before);
        }
      },
    ),
  );

  it(
    'asks address, name, key and models, shows all of it, and stores it on Enter',
    withWorkbench(
      { simulators: { groq: startGroq, own: startOwn }, settings },
      async ({ workbench, session, groq, own }) => {
        const { quickInput } = workbench;
        await chooseByAddress(workbench);
        await quickInput.type(`"${own.baseUrl}/chat/completions"`);
        await quickInput.accept();
        await quickInput.messageLike(/What to call it/);
        await quickInput.type('My LLM');
        await quickInput.accept();
        await quickInput.waitForTitle('Key of My LLM');
        assert.equal(await quickInput.isHidden(), true);
        await quickInput.type(own.key('good', 1));
        await quickInput.accept();
        await quickInput.waitForTitle('Models of My LLM');
        await quickInput.check('qwen3-coder:30b', true);
        await quickInput.waitForPlaceholder('Asked in this order: qwen3-coder:30b');
        // The box that was clicked has the focus, where Enter would untick it.
        await quickInput.pressButton('OK');
        await quickInput.waitForTitle('Add My LLM');
        await workbench.screenshot('screenshots/provider-form', workbench.page.locator('.quick-input-widget'));
        assert.deepEqual(Object.keys(await setting(session)).includes('my-llm'), false, 'nothing is stored yet');
        await quickInput.pick('Limits of Each Key');
        await quickInput.pick('Requests per day');
        await quickInput.messageLike(/Requests per day\. Empty: as the provider says/);
        await quickInput.type('1,000');
        await quickInput.accept();
        await quickInput.row('Requests per day').waitFor();
        await workbench.page.keyboard.press('Escape');
        await quickInput.pick('Add My LLM');
        await workbench.notifications.waitFor('My LLM Key 1 works.');
        const { groq: kept, theirs: also, 'my-llm': added } = await setting(session);
        assert.deepEqual(added, {
          displayName: 'My LLM',
          baseUrl: own.baseUrl,
          needsKey: true,
          models: ['qwen3-coder:30b'],
          limits: { requestsPerDay: 1_000 },
        });
        assert.deepEqual([kept, also], [{ baseUrl: groq.baseUrl, ...groqSetting }, theirs]);
        await workbench.tree().row('My LLM').waitFor();
      },
    ),
  );

  it(
    'is moved by hand: its key is held until a modal that names both addresses is answered; is removed after another, without its key',
    withWorkbench(
      {
        simulators: { own: startOwn, elsewhere: startOwn },
        settings: ({ own }) => ({
          'aiKeys.providers': {
            theirs,
            'my-llm': { displayName: 'My LLM', baseUrl: own.baseUrl, needsKey: true, models: ['qwen3-coder:30b'] },
          },
        }),
        keys: ({ own }) => [keyOf(own, own.key('good', 1), { provider: 'my-llm' })],
      },
      async ({ workbench, session, own, elsewhere }) => {
        const { quickInput, dialog } = workbench;
        await workbench.tree().menu('My LLM', 'Edit Provider');
        await quickInput.waitForTitle('Edit My LLM');
        await quickInput.pick('Address');
        await quickInput.waitForPlaceholder('https://llm.example.org');
        await quickInput.type(elsewhere.baseUrl);
        await quickInput.accept();
        await quickInput.pick('Save');
        const words = await dialog.text();
        assert.match(words, /Send My LLM Key 1 to a new address\?/);
        assert.ok(words.includes(elsewhere.origin) && words.includes(own.origin), words);
        await workbench.screenshot('screenshots/confirm-origin');
        await dialog.click('Cancel');
        await workbench
          .tree()
          .row(/Key 1.*address not confirmed/)
          .waitFor();
        await workbench.notifications.click(/My LLM Key 1 is held/, 'Review');
        await dialog.click('Send It There');
        await workbench
          .tree()
          .row(/not confirmed/)
          .waitFor({ state: 'hidden' });
        assert.equal(elsewhere.requestsOf(own.key('good', 1)).length, 0, 'nothing went there before');
        await workbench.tree().action('Key 1', 'Check Key');
        await workbench.notifications.waitFor('My LLM Key 1 works.');
        assert.equal(elsewhere.requestsOf(own.key('good', 1)).length, 1);

        await workbench.tree().menu('My LLM', 'Edit Provider');
        await quickInput.pick('Remove Provider');
        assert.match(await dialog.text(), /Remove the provider My LLM\?[^]*Its key is kept/);
        await dialog.click('Remove');
        await eventually(async () => !('my-llm' in (await setting(session))), { what: 'the setting without it' });
        await workbench
          .tree()
          .row(/my-llm/)
          .waitFor();
      },
    ),
  );

  it(
    'can be a built-in one, which is switched off and on again and keeps its key and what is set of it',
    withWorkbench(
      { simulators: { groq: startGroq }, settings, keys: ({ groq }) => goodKeys(groq, 1) },
      async ({ workbench, session }) => {
        const { quickInput, dialog } = workbench;
        const groqStored = async () => (await setting(session))['groq'];
        const before = await groqStored();
        await workbench.runAndPick('AI Keys: Edit Provider', 'Groq');
        await quickInput.waitForTitle('Edit Groq');
        await quickInput.pick('Switch Off');
        assert.match(await dialog.text(), /Switch Groq off\?[^]*Its key is kept/);
        await dialog.click('Switch Off');
        await eventually(async () => (await groqStored())?.['enabled'] === false, { what: 'Groq switched off' });
        await workbench.runUntil('AI Keys: Edit Provider', 'Groq, switched off', async () => {
          await quickInput.descriptionsLike(/Groq.*switched off/, 8_000);
          await quickInput.pick('Groq', 8_000);
        });
        await eventually(async () => !('enabled' in ((await groqStored()) ?? {})), { what: 'Groq switched on' });
        assert.deepEqual(await groqStored(), before);
        await workbench.tree().action('Key 1', 'Check Key');
        await workbench.notifications.waitFor('Groq Key 1 works.');
      },
    ),
  );
});
