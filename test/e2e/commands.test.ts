import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { commandIds } from '../../src/editor/commands/commandIds.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { extensionId } from './support/analysis.ts';
import { commandCases } from './support/commandCases.ts';
import { commandTitles } from './support/commandTitles.ts';
import { addKey } from './support/keys.ts';

const titleOf = commandTitles();

/** Those that ask in a modal are played from end to end by suites of their own. */
const elsewhere: Readonly<Record<string, string>> = {
  'aiKeys.disableKey': 'keyLife',
  'aiKeys.enableKey': 'tree',
  'aiKeys.removeKey': 'keyLife',
  'aiKeys.exportEnv': 'backup',
  'aiKeys.exportBackup': 'backup',
  'aiKeys.importBackup': 'backup',
};

describe('Every command, from the palette', () => {
  let groq: Simulator;
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    groq = await startGroq({ limits: 'none' });
    session = await Session.start({ settings: { 'aiKeys.providers': { groq: { baseUrl: groq.baseUrl } } } });
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
    await workbench.tree().welcome().waitFor();
  });

  after(async () => {
    await session.close();
    await groq.stop();
  });

  const cases = commandCases({ groq: () => groq, session: () => session, workbench: () => workbench });

  it('is played here or by the suite that is named for it', () => {
    assert.deepEqual([...Object.keys(cases), ...Object.keys(elsewhere)].toSorted(), [...commandIds].toSorted());
  });

  it('has a key to begin with', async () => {
    await addKey(workbench, 'Groq', groq.key('good', 1));
    await workbench.tree().row('Key 1').waitFor();
    await workbench.statusBar.waitForText(extensionId, /Groq 1/);
  });

  for (const [id, play] of Object.entries(cases)) it(`${titleOf.get(id) ?? id} does what it says`, play);
});
