import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { actUntil, eventually } from '../harness/workbench/eventually.ts';
import { keyOf } from '../harness/workbench/keyState.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { spend } from './support/exampleDay.ts';
import { keyNumbered } from './support/keyNumbered.ts';
import { addKey, beginKey, keyRows } from './support/keys.ts';
import { withWorkbench } from './support/withWorkbench.ts';

describe('Secrets that storage did not keep', () => {
  it(
    'are asked for again when the system lost them, and the key with its usage is as it was',
    withWorkbench(
      {
        simulators: { groq: startGroq },
        keys: ({ groq }) => [
          keyOf(groq, groq.key('good', 1), { label: 'Mine', limits: { tokensPerDay: 100_000 }, lost: true }),
        ],
        usage: (open) => spend(open.ledger, keyNumbered(open, 1), 42_000),
      },
      async ({ workbench, groq }) => {
        const { quickInput, notifications } = workbench;
        await notifications.waitFor(/The system no longer has the secret of Groq Key 1\. Enter it again/);
        await workbench
          .tree()
          .row(/Key 1.*enter the key again/)
          .waitFor();
        await workbench.screenshot('screenshots/secret-lost');
        await workbench.tree().action('Key 1', 'Edit Key');
        await quickInput.waitForTitle('Edit Groq Key 1');
        assert.match((await quickInput.items())[0] ?? '', /Enter the Key Again/);
        await quickInput.cancel();
        await notifications.click(/no longer has the secret/, 'Enter Again');
        await quickInput.waitForTitle('Enter Groq Key 1 Again');
        await quickInput.type(groq.key('good', 1));
        await quickInput.submit();
        await notifications.waitFor('Groq Key 1 works.');
        await workbench
          .tree()
          .row(/Key 1.*42%.*Mine/)
          .waitFor();
      },
    ),
  );

  it(
    'are named after a reload where two windows of a browser, told once how it keeps secrets, stored keys at the same moment',
    withWorkbench({ simulators: { groq: startGroq } }, async ({ session, workbench: first, groq }) => {
      await addKey(first, 'Groq', groq.key('good', 1));
      await first.notifications.waitFor(/In a browser, secrets are kept in this browser’s storage/);
      await first.tree().row('Key 1').waitFor();

      const second = await session.openWindow();
      await second.openView('AI Keys');
      await second.tree().row('Key 1').waitFor();
      await beginKey(second, 'Groq', groq.key('good', 3));
      await first.page.bringToFront();
      await beginKey(first, 'Groq', groq.key('good', 2));
      await Promise.all([first, second].map((window) => window.page.keyboard.press('Enter')));
      // Two numbers, and each window says what it cannot see.
      for (const window of [first, second]) {
        await window.page.bringToFront();
        await eventually(async () => (await keyRows(window)).length === 3, { what: 'three keys in each window' });
        await window.notifications.waitFor(/Another window stored Groq Key [23]/);
      }
      await first.page.bringToFront();
      await first.notifications.click(/Another window stored/, 'Reload Window');
      await first.tree().row('Key 3').waitFor();

      // The one that the other window's copy overwrote; entered again, all of them work.
      const toast = await first.notifications.waitFor(/no longer has the secret of Groq Key [23]/);
      const number = /Groq Key (\d)/.exec(await toast.innerText())?.[1];
      assert.ok(number);
      await first.notifications.click(/no longer has the secret/, 'Enter Again');
      await first.quickInput.waitForTitle(`Enter Groq Key ${number} Again`);
      // Which of the two it is only the user knows; the wrong one is named as the other key.
      await first.quickInput.type(groq.key('good', 2));
      const isOther = async (): Promise<boolean> => /This is already/.test(await first.quickInput.message());
      await actUntil({
        what: 'a word about the key',
        act: async () => {
          if ((await first.quickInput.isOpen()) && !(await isOther())) await first.quickInput.accept();
        },
        seen: () =>
          eventually(async () => (await isOther()) || !(await first.quickInput.isOpen()), { timeoutMs: 5_000 }),
      });
      if (await isOther()) {
        await first.quickInput.type(groq.key('good', 3));
        await first.quickInput.submit();
      }
      await first.notifications.waitFor(`Groq Key ${number} works.`);
      await first.runCommand('AI Keys: Check All Keys');
      await first.notifications.waitFor('All 3 keys work.');
    }),
  );
});
