import assert from 'node:assert/strict';
import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { eventually } from '../harness/workbench/eventually.ts';
import { goodKeys, keyOf } from '../harness/workbench/keyState.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { analyzeClipboard, sampleError, send } from './support/analysis.ts';
import { keyRows } from './support/keys.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const keysOf = async (window: Workbench): Promise<string> => (await keyRows(window)).join('\n');

describe('Two windows on one profile', () => {
  it(
    'show what a request in one of them did, and still do a moment after the database was deleted while both run',
    withWorkbench(
      {
        simulators: { groq: startGroq },
        keys: ({ groq }) => [keyOf(groq, groq.key('refused')), ...goodKeys(groq, 2)],
      },
      async ({ session, profile, workbench: first, groq }) => {
        groq.answer = { text: 'Cause. Because.', usage: { prompt: 1_000, completion: 1_000 } };
        const second = await session.openWindow();
        await second.openView('AI Keys');
        await second.tree().row('Key 3').waitFor();
        const before = await keysOf(first);
        await second.page.bringToFront();
        await analyzeClipboard(second, sampleError(profile.workspaceDir));
        await send(second);
        await second.webview().waitForText('Because.');
        await first
          .tree()
          .row(/Key 1.*refused/)
          .waitFor();
        const shown = await eventually(
          async () => {
            const [one, other] = [await keysOf(first), await keysOf(second)];
            return one === other && /Key 2.*[1-9]\d?%/.test(other) ? other : undefined;
          },
          { what: 'the same numbers in both windows' },
        );
        assert.notEqual(shown, before);
        assert.match(shown, /Key 2.*[1-9]\d?%/);

        const files = globSync('**/ledger.db*', { cwd: profile.dataDir });
        assert.ok(files.length > 0, 'there is a database');
        for (const file of files) rmSync(join(profile.dataDir, file));
        await eventually(async () => globSync('**/ledger.db', { cwd: profile.dataDir }).length > 0, {
          what: 'a new database',
        });
        for (const window of [second, first]) {
          await window.page.bringToFront();
          await window.runCommand('AI Keys: Refresh');
          assert.equal(await keysOf(window), shown);
        }
      },
    ),
  );
});
