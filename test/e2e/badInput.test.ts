import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { keyOf } from '../harness/workbench/keyState.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { analyzeClipboard, sampleError, send } from './support/analysis.ts';
import { writeEnv } from './support/exampleEnv.ts';
import { addKey, keyRows, openAddKey } from './support/keys.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const simulators = { groq: startGroq };

describe('Bad input, as a person meets it', () => {
  it(
    'names a setting of the wrong type and uses its default',
    withWorkbench({ simulators, settings: () => ({ 'aiKeys.routing.strategy': 'clever' }) }, async ({ workbench }) => {
      await workbench.notifications.waitFor(/aiKeys\.routing\.strategy.*default/);
    }),
  );

  it(
    'answers without any key: says what to type where there is no error, takes one, and tries itself out',
    withWorkbench({ simulators }, async ({ workbench, session, groq }) => {
      await workbench.clipboard('');
      await workbench.runToBox('AI Keys: Analyze Error', 'Analyze Error');
      await workbench.quickInput.messageLike(/Nothing is selected and the clipboard is empty/);
      await workbench.quickInput.accept();
      await workbench.quickInput.messageLike(/There is no error to analyze yet/);
      await workbench.quickInput.cancel();

      // From local rules.
      await analyzeClipboard(workbench, sampleError(session.profile.workspaceDir));
      const panel = workbench.webview();
      await panel.waitForText(/AI Keys: Add Key/);
      await panel.waitForText(/undefined/);
      assert.equal(groq.requests.length, 0, 'nothing was sent anywhere');
      await workbench.runCommand('View: Close All Editors');

      await workbench.runToBox('AI Keys: Try Without a Key', 'Try Without a Key');
      await workbench.quickInput.submit();
      await workbench.webview().waitForText(/undefined|null/);
    }),
  );

  it(
    'refuses an empty key and a key with white space, and keeps a refused one only if the user insists',
    withWorkbench({ simulators }, async ({ workbench, groq }) => {
      const { quickInput } = workbench;
      await openAddKey(workbench, 'Groq');
      assert.equal(await quickInput.isHidden(), true, 'what is typed is not shown');
      await quickInput.accept();
      await quickInput.messageLike(/The key is empty/);
      await quickInput.type('two words');
      await quickInput.accept();
      await quickInput.messageLike(/white space/);
      await quickInput.cancel();
      await workbench.tree().welcome().waitFor();

      await addKey(workbench, 'Groq', groq.key('refused', 9));
      await quickInput.messageLike(/keep it anyway/);
      await quickInput.cancel();
      await workbench.tree().welcome().waitFor();

      await addKey(workbench, 'Groq', groq.key('refused', 9));
      await quickInput.messageLike(/keep it anyway/);
      await quickInput.accept();
      await workbench.tree().row('Key 1').waitFor();
    }),
  );

  it(
    'names bad lines of a .env by number, leaves nothing behind when the import is cancelled, and takes the good lines',
    withWorkbench(
      {
        simulators,
        workspace: async (workspaceDir, { groq }) => {
          const lines = [
            `GROQ_API_KEY_1=${groq.key('good', 1)}`,
            'this is no assignment',
            `GROQ_API_KEY_2="${groq.key('good', 2)}`,
          ];
          await writeEnv(workspaceDir, `${lines.join('\n')}\n`);
        },
      },
      async ({ workbench }) => {
        await workbench.runToBox('AI Keys: Import .env', /Import Keys from/);
        const rows = (await workbench.quickInput.items()).join('\n');
        assert.match(rows, /Line 2/);
        assert.match(rows, /Line 3/);
        await workbench.quickInput.cancel();
        await workbench.tree().welcome().waitFor();

        await workbench.runToBox('AI Keys: Import .env', /Import Keys from/);
        await workbench.quickInput.submit();
        await workbench.notifications.waitFor(/1 key added/);
        await workbench.tree().row('Key 1').waitFor();
        assert.equal((await keyRows(workbench)).length, 1);
      },
    ),
  );

  it(
    'says in words that no provider can be reached, and still helps',
    withWorkbench(
      { simulators, keys: ({ groq }) => [keyOf(groq, groq.key('good'))] },
      async ({ workbench, session, groq }) => {
        await groq.stop();
        await analyzeClipboard(workbench, sampleError(session.profile.workspaceDir));
        await send(workbench);
        const panel = workbench.webview();
        await panel.waitForText('I apologize, all AI models are unavailable.', 60_000);
        await panel.waitForText(/Groq/);
      },
    ),
  );
});
