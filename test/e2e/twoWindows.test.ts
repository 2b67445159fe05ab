import assert from 'node:assert/strict';
import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { demoSettings, writeDemoEnv } from '../harness/start/demo.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { analyzeClipboard, importEnv, sampleError, send } from './support/analysis.ts';

describe('Two windows on one profile', () => {
  let groq: Simulator;
  let session: Session;
  let first: Workbench;
  let second: Workbench;

  before(async () => {
    groq = await startGroq();
    groq.answer = { text: 'Cause. Because.', usage: { prompt: 1_000, completion: 1_000 } };
    session = await Session.start({ settings: demoSettings(groq) });
    await writeDemoEnv(session.profile.workspaceDir, groq);
    first = await session.openWindow();
    await importEnv(first, /3 keys added/);
    second = await session.openWindow();
    await second.openView('AI Keys');
    await second.tree().row('Key 3').waitFor();
  });

  after(async () => {
    await session.close();
    await groq.stop();
  });

  const keysOf = async (window: Workbench): Promise<string> =>
    (await window.tree().texts()).filter((text) => text.includes('Key ')).join('\n');

  it('shows in the other what a request in one did', async () => {
    const before = await keysOf(first);
    await second.page.bringToFront();
    await analyzeClipboard(second, sampleError(session.profile.workspaceDir));
    await send(second);
    await second.webview().waitForText('Because.');
    await first
      .tree()
      .row(/Key 1.*refused/)
      .waitFor();
    const shown = await eventually(
      async () => {
        const [one, other] = [await keysOf(first), await keysOf(second)];
        return one === other && other !== before ? other : undefined;
      },
      { what: 'the same numbers in both windows' },
    );
    assert.match(shown, /Key 2.*[1-9]\d?%/);
  });

  it('has the same percentages a moment after the database was deleted while both run', async () => {
    const before = await keysOf(first);
    const files = globSync('**/ledger.db*', { cwd: session.profile.dataDir });
    assert.ok(files.length > 0, 'there is a database');
    for (const file of files) rmSync(join(session.profile.dataDir, file));
    await eventually(async () => globSync('**/ledger.db', { cwd: session.profile.dataDir }).length > 0, {
      what: 'a new database',
    });
    for (const window of [second, first]) {
      await window.page.bringToFront();
      await window.runCommand('AI Keys: Refresh');
      assert.equal(await keysOf(window), before);
    }
  });
});
