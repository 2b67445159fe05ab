import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { OpenLedger } from '../../src/adapters/sqliteLedger/openLedger.ts';
import type { ApiKey } from '../../src/core/keys/apiKey.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { extensionId, importEnv } from './support/analysis.ts';
import { openAsAnotherWindow, spend } from './support/exampleDay.ts';

const themes = ['light', 'dark', 'hc-black', 'hc-light'] as const;

describe('The tree in every state and theme', () => {
  let groq: Simulator;
  let session: Session;
  let workbench: Workbench;
  let other: OpenLedger;

  before(async () => {
    groq = await startGroq({ limits: 'none' });
    session = await Session.start({
      settings: { 'aiKeys.providers': { groq: { baseUrl: groq.baseUrl } } },
      size: { width: 1_200, height: 560 },
    });
    const lines = [1, 2, 3, 4].flatMap((number) => [
      `GROQ_API_KEY_${number}=${groq.key('good', number)}`,
      `GROQ_KEY_${number}_DAILY_LIMIT=14400`,
    ]);
    await writeFile(join(session.profile.workspaceDir, '.env'), `${lines.join('\n')}\n`, { mode: 0o600 });
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
    await workbench.tree().welcome().waitFor();
  });

  after(async () => {
    other.ledger.dispose();
    await session.close();
    await groq.stop();
  });

  async function pictures(state: string): Promise<void> {
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.quickInput.waitUntilClosed();
      await workbench.screenshot(`screenshots/tree-${state}-${theme}`);
    }
  }

  const key = (number: number): ApiKey => {
    const found = other.keyBook.all().find((each) => each.number === number);
    if (found === undefined) throw new Error(`no Groq Key ${number}`);
    return found;
  };
  const row = (number: number, words: string): Promise<void> =>
    workbench
      .tree()
      .row(new RegExp(`Key ${number}(?!\\d).*${words}`))
      .waitFor();
  const statusBarKind = async (text: RegExp): Promise<string> => {
    const item = await workbench.statusBar.waitForText(extensionId, text);
    return /(warning|error)-kind/.exec((await item.getAttribute('class')) ?? '')?.[1] ?? 'plain';
  };

  it('empty', () => pictures('empty'));

  it('healthy', async () => {
    await importEnv(workbench, /4 keys added/);
    other = await openAsAnotherWindow(session.profile.dataDir);
    await spend(other.ledger, key(1), 4_320);
    await spend(other.ledger, key(2), 1_440);
    await row(1, '30%');
    assert.equal(await statusBarKind(/Groq 1 · 30%|Groq 2 · 10%/), 'plain');
    await pictures('healthy');
  });

  it('warning', async () => {
    await spend(other.ledger, key(1), 7_200);
    await row(1, 'running low.*80%');
    assert.equal(await statusBarKind(/Groq 1 · 80%/), 'plain');
    await pictures('warning');
  });

  it('exhausted', async () => {
    await spend(other.ledger, key(1), 2_880);
    await row(1, 'used up · \\d');
    assert.equal(await statusBarKind(/Groq 2 · 10%/), 'plain');
    await pictures('exhausted');
  });

  it('quarantined', async () => {
    groq.behaveAll('overloaded');
    const untilMs = Date.now() + 300_000;
    await other.ledger.changeHealth(key(2).fingerprint, (health) => ({
      ...health,
      score: 0,
      quarantine: { untilMs, cause: 'outage', times: 1 },
      lastError: { kind: 'overloaded', sentence: 'Groq Key 2: the provider is overloaded (503)', atMs: Date.now() },
    }));
    await row(2, 'in quarantine');
    assert.equal(await statusBarKind(/Groq 3 · 0%/), 'plain');
    await pictures('quarantined');
  });

  it('refused', async () => {
    const untilMs = Date.now() + 300_000;
    await other.ledger.changeHealth(key(3).fingerprint, (health) => ({
      ...health,
      score: 0,
      accepted: false,
      quarantine: { untilMs, cause: 'refused', times: 1 },
      lastError: { kind: 'authInvalid', sentence: 'Groq Key 3 was refused (401)', atMs: Date.now() },
    }));
    await row(3, 'refused');
    assert.equal(await statusBarKind(/Groq 4 · 0%/), 'warning');
    await pictures('refused');
  });

  it('shows its tooltips in every theme', async () => {
    for (const theme of themes) {
      await workbench.setTheme(theme);
      assert.match(await workbench.tree().tooltip(/Key 3(?!\d)/), /Last error: Groq Key 3 was refused/);
      await workbench.screenshot(`screenshots/tree-tooltip-${theme}`);
      assert.match(await workbench.statusBar.tooltip(extensionId), /Groq\sKey\s4.*ready/);
      await workbench.screenshot(`screenshots/status-bar-tooltip-${theme}`);
    }
  });

  it('says in labels all that its icons and colours say', async () => {
    const labels = await workbench.tree().labels();
    for (const [index, words] of [/used up, 100% used/, /in quarantine/, /refused/, /ready, 0% used/].entries())
      assert.match(labels[index + 1] ?? '', words);
    const actions = workbench
      .tree()
      .row(/Key 4(?!\d)/)
      .locator('.actions a');
    await workbench
      .tree()
      .row(/Key 4(?!\d)/)
      .hover();
    for (const action of await actions.all()) assert.notEqual((await action.getAttribute('aria-label')) ?? '', '');
    const titles = workbench.page.locator('.part.sidebar .title-actions a.action-label');
    for (const action of await titles.all()) assert.notEqual((await action.getAttribute('aria-label')) ?? '', '');
    assert.match((await workbench.statusBar.labels(extensionId))[0] ?? '', /^AI Keys: Groq Key 4, ready, 0%/);
    const icon = workbench.page.locator('.activitybar a[aria-label^="AI Keys"]').first();
    assert.match((await icon.getAttribute('aria-label')) ?? '', /2 keys need attention/);
  });

  it('follows settings that change while it is open, and what happens while it is closed', async () => {
    await workbench.openView('Explorer');
    await spend(other.ledger, key(4), 1_440);
    await session.changeSettings({
      'aiKeys.providers': { groq: { baseUrl: groq.baseUrl, displayName: 'My Groq' } },
      'aiKeys.statusBar.show': 'remaining',
    });
    await workbench.statusBar.waitForText(extensionId, /My Groq 4 · 13K left/);
    await workbench.openView('AI Keys');
    await row(4, '10%');
    await workbench
      .tree()
      .row(/My Groq.*4 keys/)
      .waitFor();
    await session.changeSettings({ 'aiKeys.statusBar.show': 'off' });
    await workbench.statusBar.items(extensionId).first().waitFor({ state: 'detached' });
  });

  it('bears labels of any kind, and keys of a provider that nobody knows', async () => {
    const labels = ['x'.repeat(500), 'a\u0000b\u202ec\nd', '\u0645\u0641\u062a\u0627\u062d', '[a](command:b) $(flame)'];
    await other.keyBook.update(labels.map((label, index) => ({ ...key(index + 1), label })));
    const { number: _, ...draft } = {
      ...key(4),
      id: 'later-1',
      provider: 'later',
      fingerprint: 'later-1',
      label: 'Old',
    };
    await other.keyBook.add([draft]);
    await workbench
      .tree()
      .row(/later.*not a provider of this version.*1 key/)
      .waitFor();
    await workbench
      .tree()
      .row(/Key 1.*provider unknown.*Old/)
      .waitFor();
    await workbench
      .tree()
      .row(/\u0645\u0641\u062a\u0627\u062d/)
      .waitFor();
    // oxlint-disable-next-line no-control-regex -- what must not be there
    for (const text of await workbench.tree().texts()) assert.doesNotMatch(text, /[\u0000-\u001f\u202a-\u202e]/);
    assert.equal(await workbench.tree().part.locator('.codicon-flame').count(), 0, 'a label is no icon');
    await workbench.screenshot('screenshots/tree-odd-labels');
    await workbench.tree().menu(/Key 1.*provider unknown/, 'Remove Key');
    await workbench.dialog.click('Remove');
    await workbench.tree().row(/later/).waitFor({ state: 'detached' });
  });

  it('bears a hundred keys more, and the keyboard reaches the last of them', async () => {
    const { number: _, ...draft } = key(4);
    const drafts = Array.from({ length: 100 }, (__, index) => {
      const id = `spare-${index + 1}`;
      return { ...draft, id, fingerprint: id, label: `Spare ${index + 1}`, priority: 5 + index };
    });
    await other.keyBook.add(drafts);
    const provider = workbench.tree().row(/My Groq.*104 keys/);
    await provider.click();
    await provider.click();
    await workbench.page.keyboard.press('End');
    await workbench
      .tree()
      .row(/Key 104.*Spare 100/)
      .waitFor();
    await workbench.screenshot('screenshots/tree-hundred-keys');
  });
});
