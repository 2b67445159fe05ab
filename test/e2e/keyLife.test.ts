import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { eventually } from '../harness/workbench/eventually.ts';
import { goodKeys } from '../harness/workbench/keyState.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { addKey, keyRows } from './support/keys.ts';
import { withWorkbench } from './support/withWorkbench.ts';

describe('A key’s life, from an empty profile to after a restart', () => {
  it(
    'is added, checked and listed',
    withWorkbench({ simulators: { groq: startGroq } }, async ({ workbench, groq }) => {
      await addKey(workbench, 'Groq', groq.key('good', 1));
      await workbench.notifications.waitFor('Groq Key 1 works.');
      await workbench.tree().row('Key 1').waitFor();
      assert.equal(groq.requestsOf(groq.key('good', 1)).length, 1, 'the check cost one request and no chat');
      assert.equal(groq.chatsOf().length, 0);
      for (const number of [2, 3]) {
        await addKey(workbench, 'Groq', groq.key('good', number));
        await workbench.tree().row(`Key ${number}`).waitFor();
      }
    }),
  );

  it(
    'is edited, and disabled',
    withWorkbench({ simulators: { groq: startGroq }, keys: ({ groq }) => goodKeys(groq, 2) }, async ({ workbench }) => {
      await workbench.tree().action('Key 1', 'Edit Key');
      await workbench.quickInput.waitForTitle('Edit Groq Key 1');
      await workbench.quickInput.pick('Label');
      await workbench.quickInput.waitForPlaceholder('for example Primary');
      await workbench.quickInput.type('Primary');
      await workbench.quickInput.accept();
      await workbench.quickInput.row('Label').waitFor();
      await workbench.quickInput.cancel();
      await workbench
        .tree()
        .row(/Key 1.*Primary/)
        .waitFor();
      await workbench.tree().menu('Key 2', 'Disable Key');
      await workbench
        .tree()
        .row(/Key 2.*disabled/)
        .waitFor();
    }),
  );

  it(
    'is removed only after a modal that names it, and its number is not given again after a restart',
    withWorkbench(
      { simulators: { groq: startGroq }, keys: ({ groq }) => goodKeys(groq, 3, { label: 'Mine' }) },
      async ({ workbench, session, groq }) => {
        await workbench.tree().menu('Key 3', 'Remove Key');
        assert.match(await workbench.dialog.text(), /Remove Groq Key 3\?/);
        await workbench.dialog.click('Cancel');
        assert.equal((await keyRows(workbench)).length, 3);
        await workbench.tree().menu('Key 3', 'Remove Key');
        await workbench.dialog.click('Remove');
        await eventually(async () => (await keyRows(workbench)).length === 2, { what: 'two keys' });
        const before = await keyRows(workbench);

        await session.restart();
        const again = await session.openWindow();
        await again.openView('AI Keys');
        await again
          .tree()
          .row(/Key 1.*Mine/)
          .waitFor();
        assert.deepEqual(await keyRows(again), before);
        await again.tree().action('Key 1', 'Check Key');
        await again.notifications.waitFor('Groq Key 1 works.');
        await addKey(again, 'Groq', groq.key('good', 3));
        await again.tree().row('Key 4').waitFor();
      },
    ),
  );
});
