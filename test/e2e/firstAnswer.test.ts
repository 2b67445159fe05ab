import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { writeDemoEnv } from '../harness/start/demo.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { withWorkbench } from './support/withWorkbench.ts';

describe('From an empty profile with a .env at hand to the first answer', () => {
  it(
    'takes three interactions and the typing of the question',
    withWorkbench(
      {
        simulators: { groq: startGroq },
        workspace: (workspaceDir, { groq }) => writeDemoEnv(workspaceDir, groq),
      },
      async ({ workbench, groq }) => {
        const interactions: string[] = [];
        const interact = async (what: string, act: () => Promise<void>): Promise<void> => {
          interactions.push(what);
          await act();
        };
        const startedAtMs = Date.now();
        await interact('the button "Import .env"', () =>
          workbench.tree().welcome().locator('.monaco-button', { hasText: 'Import .env' }).click(),
        );
        await interact('the item "Import 3 keys"', () => workbench.quickInput.pick('Import 3 keys'));
        await interact('the button "Ask a Question"', () =>
          workbench.notifications.click(/3 keys added/, 'Ask a Question'),
        );
        await workbench.quickInput.waitForTitle('Ask a Question');
        await workbench.quickInput.type("TypeError: Cannot read properties of undefined (reading 'discount')");
        await workbench.quickInput.submit();
        await workbench.webview().waitForText('Groq Key 2');
        await workbench.webview().waitForText('Cause.');
        const seconds = (Date.now() - startedAtMs) / 1_000;
        console.log(
          `    first answer: ${interactions.length} interactions (${interactions.join(', ')}), ${seconds.toFixed(1)} s`,
        );
        assert.ok(interactions.length <= 3, interactions.join(', '));
        assert.equal(groq.chatsOf(groq.key('good', 1)).length, 1, 'a model answered');
      },
    ),
  );
});
