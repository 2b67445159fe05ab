import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commandIds, type CommandId } from '../../src/editor/commands/commandIds.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { goodKeys, keyOf } from '../harness/workbench/keyState.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { extensionId } from './support/analysis.ts';
import { commandStories } from './support/commandCases.ts';
import { commandTitles } from './support/commandTitles.ts';
import { saveRequest } from './support/exampleDay.ts';
import { addKey } from './support/keys.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const titleOf = commandTitles();
const simulators = { groq: () => startGroq({ limits: 'none' }) };

/** Commands that need something that is not there before the first key. */
const needKeys: readonly CommandId[] = [
  'aiKeys.checkAllKeys',
  'aiKeys.checkKey',
  'aiKeys.disableKey',
  'aiKeys.editKey',
  'aiKeys.enableKey',
  'aiKeys.explainRoute',
  'aiKeys.exportBackup',
  'aiKeys.exportEnv',
  'aiKeys.forgetLearned',
  'aiKeys.moveKeyDown',
  'aiKeys.moveKeyUp',
  'aiKeys.refresh',
  'aiKeys.refreshModels',
  'aiKeys.removeKey',
];
const needMore: readonly CommandId[] = [
  'aiKeys.enableKey',
  'aiKeys.explainRoute',
  'aiKeys.moveKeyDown',
  'aiKeys.moveKeyUp',
];

/** Which of our commands the palette lists now. */
async function offered({ page, quickInput }: Workbench): Promise<readonly CommandId[]> {
  await page.keyboard.press('F1');
  await quickInput.type('>AI Keys: ');
  // What was used lately stands first, so that no certain one is on the screen.
  await eventually(async () => (await quickInput.items())[0]?.startsWith('AI Keys: ') === true, {
    what: 'the palette with our commands',
  });
  const seen = new Set<string>();
  // The first press only reaches the end of what is on the screen already.
  for (let presses = 0; presses < 8; presses += 1) {
    for (const label of await quickInput.items()) seen.add(label.replace(/…$/, '').trim());
    await page.keyboard.press('PageDown');
  }
  await quickInput.cancel();
  return commandIds.filter((id) => seen.has(titleOf.get(id) ?? ''));
}

/** The palette learns a moment later what a change has made possible. */
async function comesToOffer(workbench: Workbench, expected: readonly CommandId[]): Promise<readonly CommandId[]> {
  let last: readonly CommandId[] = [];
  const look = async (): Promise<boolean> => {
    last = await offered(workbench);
    return last.join() === expected.join();
  };
  await eventually(look, { what: 'the commands' }).catch(() => undefined);
  return last;
}

const without = (names: readonly CommandId[]): readonly CommandId[] => commandIds.filter((id) => !names.includes(id));

const namesOf = (cases: object): string =>
  commandIds
    .filter((id) => id in cases)
    .map((id) => titleOf.get(id)?.replace('AI Keys: ', '') ?? id)
    .join(', ');

describe('Every command, from the palette', () => {
  it('has a case here', () => {
    assert.deepEqual(
      commandIds.filter((id) => !commandStories.some(({ cases }) => cases[id] !== undefined)),
      [],
    );
  });

  it(
    'is offered before the first key and with one only where it makes sense then',
    withWorkbench({ simulators }, async ({ workbench, groq }) => {
      assert.deepEqual(await comesToOffer(workbench, without(needKeys)), without(needKeys));
      await addKey(workbench, 'Groq', groq.key('good', 1));
      await workbench.tree().row('Key 1').waitFor();
      await workbench.statusBar.waitForText(extensionId, /Groq 1/);
      assert.deepEqual(await comesToOffer(workbench, without(needMore)), without(needMore));
    }),
  );

  it(
    'is offered as a whole once there are several keys, one of them disabled, and requests',
    withWorkbench(
      {
        simulators,
        keys: ({ groq }) => [keyOf(groq, groq.key('good', 1)), keyOf(groq, groq.key('good', 2), { enabled: false })],
        usage: ({ ledger }) => saveRequest(ledger, 'one', 'answered'),
      },
      async ({ workbench }) => assert.deepEqual(await comesToOffer(workbench, commandIds), commandIds),
    ),
  );

  for (const { title, keys, cases } of commandStories)
    it(
      `${title}: ${namesOf(cases)}`,
      withWorkbench({ simulators, keys: ({ groq }) => goodKeys(groq, keys) }, async (fixture) => {
        for (const play of Object.values(cases)) await play(fixture);
      }),
    );
});
