import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { commandIds } from '../../src/editor/commands/commandIds.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { extensionId } from './support/analysis.ts';
import { commandCases } from './support/commandCases.ts';
import { commandTitles } from './support/commandTitles.ts';
import { addKey } from './support/keys.ts';

const titleOf = commandTitles();

/** Commands that need something that is not there before the first key. */
const needKeys = [
  'checkAllKeys',
  'checkKey',
  'disableKey',
  'editKey',
  'enableKey',
  'explainRoute',
  'exportBackup',
  'exportEnv',
  'moveKeyDown',
  'moveKeyUp',
  'refresh',
  'refreshModels',
  'removeKey',
].map((name) => `aiKeys.${name}`);

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

  /** Which of our commands the palette lists now. */
  async function offered(): Promise<readonly string[]> {
    await workbench.page.keyboard.press('F1');
    await workbench.quickInput.type('>AI Keys: ');
    // What was used lately stands first, so that no certain one is on the screen.
    await eventually(async () => (await workbench.quickInput.items())[0]?.startsWith('AI Keys: ') === true, {
      what: 'the palette with our commands',
    });
    const seen = new Set<string>();
    // The first press only reaches the end of what is on the screen already.
    for (let presses = 0; presses < 8; presses += 1) {
      for (const label of await workbench.quickInput.items()) seen.add(label.replace(/…$/, '').trim());
      await workbench.page.keyboard.press('PageDown');
    }
    await workbench.quickInput.cancel();
    return commandIds.filter((id) => seen.has(titleOf.get(id) ?? ''));
  }

  const without = (...names: readonly string[]): readonly string[] => {
    const left = new Set(names.map((name) => (name.startsWith('aiKeys.') ? name : `aiKeys.${name}`)));
    return commandIds.filter((id) => !left.has(id));
  };
  const cases = commandCases({ groq: () => groq, session: () => session, workbench: () => workbench });

  it('has a case here', () => {
    assert.deepEqual(
      commandIds.filter((id) => cases[id] === undefined),
      [],
    );
  });

  it('is offered before the first key only where it makes sense then', async () => {
    assert.deepEqual(await offered(), without(...needKeys));
  });

  it('is offered with one key where one is enough', async () => {
    await addKey(workbench, 'Groq', groq.key('good', 1));
    await workbench.tree().row('Key 1').waitFor();
    await workbench.statusBar.waitForText(extensionId, /Groq 1/);
    const rest = without('enableKey', 'explainRoute', 'moveKeyDown', 'moveKeyUp');
    await eventually(async () => JSON.stringify(await offered()) === JSON.stringify(rest), {
      what: 'the commands for one key',
      timeoutMs: 30_000,
    }).catch(async () => assert.deepEqual(await offered(), rest));
  });

  for (const [id, play] of Object.entries(cases)) it(`${titleOf.get(id) ?? id} does what it says`, play);

  it('is offered as a whole once there are several keys, one of them disabled, and requests', async () => {
    await cases['aiKeys.disableKey']?.();
    assert.deepEqual(await offered(), commandIds);
  });
});
