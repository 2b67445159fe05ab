import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { OpenLedger } from '../../src/adapters/sqliteLedger/openLedger.ts';
import { accountOf } from '../../src/core/keys/apiKey.ts';
import { actUntil } from '../harness/workbench/eventually.ts';
import { goodKeys, keyOf, throughAnotherWindow } from '../harness/workbench/keyState.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { extensionId } from './support/analysis.ts';
import { spend } from './support/exampleDay.ts';
import { keyNumbered } from './support/keyNumbered.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const themes = ['light', 'dark', 'hc-black', 'hc-light'] as const;
const limits = { tokensPerDay: 14_400 };
const soonMs = 300_000;
const lookMs = 8_000;

const scene = {
  simulators: { groq: () => startGroq({ limits: 'none' }) },
  size: { width: 1_200, height: 560 },
};

async function inEveryTheme(
  workbench: Workbench,
  state: string,
  look: (theme: (typeof themes)[number]) => Promise<void> = async () => undefined,
): Promise<void> {
  await workbench.runCommand('Notifications: Clear All Notifications');
  for (const theme of themes) {
    await workbench.setTheme(theme);
    await workbench.quickInput.waitUntilClosed();
    await workbench.screenshot(`screenshots/tree-${state}-${theme}`);
    await look(theme);
  }
}

const row = (workbench: Workbench, number: number, words: string): Promise<void> =>
  workbench
    .tree()
    .row(new RegExp(`Key ${number}(?!\\d).*${words}`))
    .waitFor();

async function statusBarKind(workbench: Workbench, text: RegExp): Promise<string> {
  const item = await workbench.statusBar.waitForText(extensionId, text);
  return /(warning|error)-kind/.exec((await item.getAttribute('class')) ?? '')?.[1] ?? 'plain';
}

const use = (database: OpenLedger, number: number, tokens: number): Promise<void> =>
  spend(database.ledger, keyNumbered(database, number), tokens);

/** As after an outage, which goes on. */
async function quarantine(database: OpenLedger, number: number): Promise<void> {
  await database.ledger.changeHealth(keyNumbered(database, number).fingerprint, (health) => ({
    ...health,
    score: 0,
    quarantine: { untilMs: Date.now() + soonMs, cause: 'outage', times: 1 },
    lastError: {
      kind: 'overloaded',
      sentence: `Groq Key ${number}: the provider is overloaded (503)`,
      atMs: Date.now(),
    },
  }));
}

async function refuse(database: OpenLedger, number: number): Promise<void> {
  await database.ledger.changeHealth(keyNumbered(database, number).fingerprint, (health) => ({
    ...health,
    score: 0,
    accepted: false,
    quarantine: { untilMs: Date.now() + soonMs, cause: 'refused', times: 1 },
    lastError: { kind: 'authInvalid', sentence: `Groq Key ${number} was refused (401)`, atMs: Date.now() },
  }));
}

describe('The tree in every state and theme', () => {
  it(
    'empty',
    withWorkbench(scene, ({ workbench }) => inEveryTheme(workbench, 'empty')),
  );

  it(
    'healthy; colours the status bar only once a key is refused, not when one is low, used up or in quarantine',
    withWorkbench(
      {
        ...scene,
        keys: ({ groq }) => goodKeys(groq, 4, { limits }),
        usage: async (database) => {
          await use(database, 1, 4_320);
          await use(database, 2, 1_440);
        },
      },
      async ({ workbench, profile, groq }) => {
        await row(workbench, 1, '30%');
        assert.equal(await statusBarKind(workbench, /Groq 1 · 30%|Groq 2 · 10%/), 'plain');
        await inEveryTheme(workbench, 'healthy');
        groq.behaveAll('overloaded');
        await throughAnotherWindow(profile, async (database) => {
          await use(database, 1, 7_200);
          await row(workbench, 1, 'running low.*80%');
          assert.equal(await statusBarKind(workbench, /Groq 1 · 80%/), 'plain');
          await use(database, 1, 2_880);
          await row(workbench, 1, 'used up · \\d');
          assert.equal(await statusBarKind(workbench, /Groq 2 · 10%/), 'plain');
          await quarantine(database, 2);
          await row(workbench, 2, 'in quarantine');
          assert.equal(await statusBarKind(workbench, /Groq 3 · 0%/), 'plain');
          await refuse(database, 3);
          await row(workbench, 3, 'refused');
          assert.equal(await statusBarKind(workbench, /Groq 4 · 0%/), 'warning');
        });
      },
    ),
  );

  it(
    'used up, in quarantine, refused and whatever else a key can be; says in labels and tooltips all that its icons and colours say',
    withWorkbench(
      {
        ...scene,
        simulators: {
          groq: async () => {
            const groq = await startGroq({ limits: 'none' });
            groq.behaveAll('overloaded');
            return groq;
          },
        },
        keys: ({ groq }) => [
          ...goodKeys(groq, 6, { limits }),
          keyOf(groq, groq.key('good', 7), { limits, enabled: false }),
          keyOf(groq, groq.key('good', 8), { limits, lost: true }),
          keyOf(groq, groq.key('good', 9), { limits, origins: ['https://elsewhere.example'] }),
        ],
        usage: async (database) => {
          const { ledger } = database;
          await use(database, 1, 14_400);
          await quarantine(database, 2);
          await refuse(database, 3);
          await use(database, 5, 11_520);
          const untilMs = Date.now() + soonMs;
          const cooldown = { kind: 'cooldown', scope: '*', limit: 'tokensPerMinute', untilMs } as const;
          await ledger.block(accountOf(keyNumbered(database, 6)), cooldown);
        },
      },
      async ({ workbench }) => {
        await row(workbench, 3, 'refused');
        assert.equal(await statusBarKind(workbench, /Groq 4 · 0%/), 'warning');
        await inEveryTheme(workbench, 'states', async (theme) => {
          assert.match(await workbench.tree().tooltip(/Key 3(?!\d)/), /Last error: Groq Key 3 was refused/);
          await workbench.screenshot(`screenshots/tree-tooltip-${theme}`);
          assert.match(await workbench.statusBar.tooltip(extensionId), /Groq\sKey\s4.*ready/);
          await workbench.screenshot(`screenshots/status-bar-tooltip-${theme}`);
        });

        const labels = await workbench.tree().labels();
        const words = [
          /used up, 100% used/,
          /in quarantine/,
          /refused/,
          /ready, 0% used/,
          /running low, 80% used/,
          /rate limited/,
          /disabled/,
          /enter the key again/,
          /address not confirmed/,
        ];
        for (const [index, each] of words.entries()) assert.match(labels[index + 1] ?? '', each);
        for (const action of await workbench.tree().actionLabels(/Key 4(?!\d)/)) assert.notEqual(action, '');
        const titles = workbench.page.locator('.part.sidebar .title-actions a.action-label');
        for (const action of await titles.all()) assert.notEqual((await action.getAttribute('aria-label')) ?? '', '');
        assert.match((await workbench.statusBar.labels(extensionId))[0] ?? '', /^AI Keys: Groq Key 4, ready, 0%/);
        const icon = workbench.page.locator('.activitybar a[aria-label^="AI Keys"]').first();
        assert.match((await icon.getAttribute('aria-label')) ?? '', /4 keys need attention/);
      },
    ),
  );

  it(
    'follows settings that change while it is open, and what happens while it is closed',
    withWorkbench(
      { ...scene, keys: ({ groq }) => goodKeys(groq, 1, { limits }) },
      async ({ workbench, session, profile, groq }) => {
        await row(workbench, 1, '0%');
        await workbench.openView('Explorer');
        await throughAnotherWindow(profile, (database) => use(database, 1, 1_440));
        await session.changeSettings({
          'aiKeys.providers': { groq: { baseUrl: groq.baseUrl, displayName: 'My Groq' } },
          'aiKeys.statusBar.show': 'remaining',
        });
        await workbench.statusBar.waitForText(extensionId, /My Groq 1 · 13K left/);
        await workbench.openView('AI Keys');
        await row(workbench, 1, '10%');
        await workbench
          .tree()
          .row(/My Groq.*1 key/)
          .waitFor();
        await session.changeSettings({ 'aiKeys.statusBar.show': 'off' });
        await workbench.statusBar.items(extensionId).first().waitFor({ state: 'detached' });
      },
    ),
  );

  it(
    'bears labels of any kind, and keys of a provider that nobody knows',
    withWorkbench(
      {
        ...scene,
        keys: ({ groq }) =>
          ['x'.repeat(500), 'a\u0000b\u202ec\nd', '\u0645\u0641\u062a\u0627\u062d', '[a](command:b) $(flame)'].map(
            (label, index) => keyOf(groq, groq.key('good', index + 1), { label, limits }),
          ),
        usage: async (database) => {
          const { number: _, ...draft } = keyNumbered(database, 4);
          const later = { id: 'later-1', provider: 'later', fingerprint: 'later-1', label: 'Old' };
          await database.keyBook.add([{ ...draft, ...later }]);
        },
      },
      async ({ workbench }) => {
        const tree = workbench.tree();
        await tree.row(/later.*not a provider of this version.*1 key/).waitFor();
        await tree.row(/Key 1.*provider unknown.*Old/).waitFor();
        await tree.row(/\u0645\u0641\u062a\u0627\u062d/).waitFor();
        // oxlint-disable-next-line no-control-regex -- what must not be there
        for (const text of await tree.texts()) assert.doesNotMatch(text, /[\u0000-\u001f\u202a-\u202e]/);
        assert.equal(await tree.part.locator('.codicon-flame').count(), 0, 'a label is no icon');
        await workbench.screenshot('screenshots/tree-odd-labels');
        await tree.menu(/Key 1.*provider unknown/, 'Remove Key');
        await workbench.dialog.click('Remove');
        await tree.row(/later/).waitFor({ state: 'detached' });
      },
    ),
  );

  it(
    'bears a hundred keys, and the keyboard reaches the last of them',
    withWorkbench(
      {
        ...scene,
        keys: ({ groq }) =>
          Array.from({ length: 100 }, (_, index) =>
            keyOf(groq, groq.key('good', index + 1), { label: `Spare ${index + 1}`, limits }),
          ),
      },
      async ({ workbench }) => {
        const tree = workbench.tree();
        await tree.row(/Groq.*100 keys/).waitFor();
        await tree.row(/Key 1(?!\d)/).click();
        await actUntil({
          what: 'the end of the tree',
          act: () => workbench.page.keyboard.press('End'),
          seen: () => tree.row(/Key 100.*Spare 100/).waitFor({ timeout: lookMs }),
        });
        await workbench.screenshot('screenshots/tree-hundred-keys');
      },
    ),
  );
});
