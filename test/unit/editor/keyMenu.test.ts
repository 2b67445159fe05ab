import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import * as z from 'zod';
import type { KeyStatus } from '../../../src/core/quota/keyStatus.ts';
import { keyCommands } from '../../../src/editor/dashboard/view/keyMenu.ts';
import { keyActions } from '../../../src/editor/keyActions.ts';
import { keyRow } from '../../../src/editor/tree/keyRow.ts';
import { keyStates } from '../../../src/shared/dashboardView.ts';
import { sceneNowMs, statusOf } from '../report/dashboardScenes.ts';
import { plainL10n } from '../support/plainL10n.ts';

const item = z.object({ command: z.string(), when: z.string() });
const treeMenu = z
  .object({ contributes: z.object({ menus: z.object({ 'view/item/context': z.array(item) }) }) })
  .parse(JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))).contributes.menus[
  'view/item/context'
];

const places = [
  { first: true, last: true },
  { first: true, last: false },
  { first: false, last: true },
  { first: false, last: false },
];

/** What the tree's menu offers for one key, by the manifest's own conditions. */
function inTree(status: KeyStatus, place: (typeof places)[number]): readonly string[] {
  const scene = { l10n: plainL10n, nowMs: sceneNowMs };
  const { contextValue } = keyRow(status, { providerName: 'Groq', needsKey: true, ...place }, scene);
  const holds = (condition: string): boolean => {
    const [, pattern] = /^viewItem =~ \/(.*)\/$/.exec(condition) ?? [];
    if (pattern !== undefined) return new RegExp(pattern).test(contextValue);
    assert.ok(['view == aiKeys.keys', '!listMultiSelection'].includes(condition), `unknown condition: ${condition}`);
    return true;
  };
  return [...new Set(treeMenu.filter(({ when }) => when.split(' && ').every(holds)).map(({ command }) => command))];
}

describe('A key’s menu on the dashboard', () => {
  for (const state of keyStates) {
    it(`offers all that the tree does to a key that is ${state}`, () => {
      for (const place of places) {
        const source = place.first ? 'learned' : 'catalog';
        const status = statusOf({ ref: 'groq/2', used: 10, value: 100, state, source });
        const offered = keyActions(status, place).map((action) => keyCommands[action]);
        assert.deepEqual(offered.toSorted(), inTree(status, place).toSorted());
      }
    });
  }
});
