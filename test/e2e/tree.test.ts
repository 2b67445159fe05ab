import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { extensionId } from './support/analysis.ts';
import { ask } from './support/question.ts';

/** No limit of the catalog's free plan stands in the way of this. */
const model = 'a-model-of-ours';

describe('A day in the tree, by hand alone', () => {
  let groq: Simulator;
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    groq = await startGroq({ limits: 'none' });
    groq.addModel(model);
    const provider = { baseUrl: groq.baseUrl, models: [model], limits: { tokensPerDay: 14_400 } };
    session = await Session.start({ settings: { 'aiKeys.providers': { groq: provider } } });
    workbench = await session.openWindow();
  });

  after(async () => {
    await session.close();
    await groq.stop();
  });

  const row = (number: number, words: RegExp | string) =>
    workbench
      .tree()
      .row(new RegExp(`Key ${number}(?!\\d).*${words instanceof RegExp ? words.source : words}`))
      .waitFor();

  /** What row, badge, status bar and both tooltips say of the key in use. */
  async function shows(
    number: number,
    { badge, bar, tooltip }: { badge: string; bar: RegExp; tooltip: RegExp },
  ): Promise<void> {
    const key = new RegExp(`Key ${number}(?!\\d)`);
    await eventually(async () => (await workbench.tree().badge(key)) === badge, { what: `the badge ${badge}` });
    await workbench.statusBar.waitForText(extensionId, bar);
    await eventually(
      async () => {
        const text = await workbench.tree().tooltip(key);
        return tooltip.test(text) && /\(in \d+/.test(text);
      },
      { what: `a tooltip like ${String(tooltip)}`, timeoutMs: 30_000 },
    );
    await eventually(async () => tooltip.test(await workbench.statusBar.tooltip(extensionId)), {
      what: `a status bar's tooltip like ${String(tooltip)}`,
      timeoutMs: 30_000,
    });
  }

  async function spend(tokens: number): Promise<void> {
    groq.nextAnswer({ text: `Spent ${tokens}.`, usage: { prompt: 100, completion: tokens - 100 } });
    await ask(workbench, `What do ${tokens} tokens buy?`, `Spent ${tokens}.`);
  }

  it('welcomes, and says nothing in the status bar', async () => {
    await workbench.openView('AI Keys');
    const words = await workbench.tree().welcome().innerText();
    for (const link of ['Add Key', 'Import .env', 'Try Without a Key']) assert.ok(words.includes(link), link);
    assert.equal(await workbench.statusBar.items(extensionId).count(), 0);
  });

  it('takes a first key from the welcome, and a second from its provider', async () => {
    await workbench.tree().welcome().getByText('Add Key', { exact: true }).click();
    await workbench.quickInput.pick('Groq');
    await workbench.quickInput.waitForTitle('Add Groq Key');
    await workbench.quickInput.type(groq.key('good', 1));
    await workbench.quickInput.accept();
    await row(1, '0%');
    await workbench.tree().action(/Groq.*health 100%/, 'Add Key');
    await workbench.quickInput.waitForTitle('Add Groq Key');
    await workbench.quickInput.type(groq.key('good', 2));
    await workbench.quickInput.accept();
    await row(2, '0%');
    await workbench.runCommand('Notifications: Clear All Notifications');
    await shows(1, { badge: '0', bar: /Groq 1 · 0%/, tooltip: /0\/14\.4K/ });
    assert.deepEqual(await workbench.tree().labels(), [
      'Groq, health 100%, 2 keys',
      'Groq Key 1, ready, 0% used',
      'Groq Key 2, ready, 0% used',
    ]);
  });

  it('moves the badge as requests are made', async () => {
    await spend(5_000);
    await row(1, '35%');
    await shows(1, { badge: '35', bar: /Groq 1 · 35%/, tooltip: /5K\/14\.4K/ });
    assert.match(await workbench.tree().tooltip(/Key 1/), /a-model-of-ours/);
  });

  it('warns once on passing 75%, with the next thing to do on the toast', async () => {
    await spend(7_000);
    await row(1, /running low.*83%/);
    await shows(1, { badge: '83', bar: /Groq 1 · 83%/, tooltip: /12K\/14\.4K/ });
    await workbench.notifications.waitFor(/Groq Key 1: 83% quota used/);
    const toasts = (await workbench.notifications.read()).filter(({ text }) => /quota used/.test(text));
    assert.deepEqual(
      toasts.map(({ buttons }) => buttons),
      [['Open Dashboard', 'Snooze Today']],
    );
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  it('marks the key as used up, without colour in the status bar: there is nothing to do', async () => {
    await spend(2_400);
    await row(1, /used up · \d/);
    await eventually(async () => (await workbench.tree().badge(/Key 1(?!\d)/)) === '!!', { what: 'the badge !!' });
    const item = await workbench.statusBar.waitForText(extensionId, /Groq 2 · 0%/);
    assert.doesNotMatch((await item.getAttribute('class')) ?? '', /warning-kind|error-kind/);
  });

  it('serves the very next request from the second key, and no toast tells of it', async () => {
    await workbench.runCommand('Notifications: Clear All Notifications');
    await spend(3_200);
    await row(2, '22%');
    await shows(2, { badge: '22', bar: /Groq 2 · 22%/, tooltip: /3\.2K\/14\.4K/ });
    assert.deepEqual(
      groq.chatsOf().map(({ key }) => key),
      [...Array.from({ length: 3 }, () => groq.key('good', 1)), groq.key('good', 2)],
    );
    assert.deepEqual(await workbench.notifications.read(), []);
  });

  it('puts a key first by dragging it there, and asks it first from then on', async () => {
    await workbench
      .tree()
      .row(/Key 2(?!\d)/)
      .dragTo(workbench.tree().row(/Key 1(?!\d)/));
    await eventually(async () => /Key 2/.test((await workbench.tree().texts())[1] ?? ''), { what: 'Key 2 on top' });
    assert.match(await workbench.tree().tooltip(/Key 2/), /Priority: 1/);
  });

  it('does the same by keyboard, for one key and for several', async () => {
    const order = async (): Promise<string> =>
      (await workbench.tree().texts()).flatMap((text) => /Key (\d)/.exec(text)?.[1] ?? []).join('');
    await workbench
      .tree()
      .row(/Key 2(?!\d)/)
      .click();
    await workbench.page.keyboard.press('Alt+ArrowDown');
    await eventually(async () => (await order()) === '12', { what: 'the order 1, 2' });
    await workbench.page.keyboard.press('Shift+ArrowUp');
    await workbench.page.keyboard.press('Alt+ArrowUp');
    await workbench.tree().menu(/Key 1(?!\d)/, 'Disable Key');
    await row(1, 'disabled');
    await row(2, 'disabled');
    assert.equal(await order(), '12');
  });

  it('enables, edits and removes from the keyboard, and asks before it removes', async () => {
    await workbench
      .tree()
      .row(/Key 1(?!\d)/)
      .click();
    await workbench.page.keyboard.press('Control+A');
    await workbench.tree().menu(/Key 1(?!\d)/, 'Enable Key');
    await row(1, /used up/);
    await row(2, '22%');
    // VS Code tells the extension a moment later that one row is selected instead of all.
    await eventually(
      async () => {
        await workbench
          .tree()
          .row(/Key 1(?!\d)/)
          .click();
        await workbench.page.keyboard.press('F2');
        const opened = workbench.quickInput.waitForTitle(/Groq Key 1/, 5_000).then(() => true);
        return await opened.catch(() => workbench.page.keyboard.press('Escape').then(() => false));
      },
      { timeoutMs: 30_000, what: 'Edit Groq Key 1' },
    );
    await workbench.quickInput.cancel();
    await workbench
      .tree()
      .row(/Key 1(?!\d)/)
      .click();
    await workbench.page.keyboard.press('Delete');
    assert.match(await workbench.dialog.text(), /Remove Groq Key 1\?/);
    await workbench.dialog.click('Cancel');
    await row(1, /used up/);
  });

  it('leads from a used-up key to what to do about it', async () => {
    await workbench.tree().menu(/Key 1(?!\d)/, 'Open Runbook');
    await workbench.webview().waitForText('A quota is used up, or nearly');
    await workbench.runCommand('View: Close All Editors');
  });

  it('keeps selection and folding while another window changes a key, and shows the change', async () => {
    await workbench
      .tree()
      .row(/Key 2(?!\d)/)
      .click();
    const other = await session.openWindow();
    await other.openView('AI Keys');
    await other
      .tree()
      .row(/Key 1(?!\d)/)
      .waitFor();
    await other.tree().menu(/Key 1(?!\d)/, 'Disable Key');
    await other
      .tree()
      .row(/Key 1.*disabled/)
      .waitFor();
    const begunMs = Date.now();
    await row(1, 'disabled');
    console.log(`      seen in the other window after ${Date.now() - begunMs} ms`);
    assert.equal(
      await workbench
        .tree()
        .row(/Key 2(?!\d)/)
        .getAttribute('aria-selected'),
      'true',
    );
    await workbench.page.bringToFront();
    await workbench
      .tree()
      .row(/Groq.*health/)
      .click();
    await eventually(async () => (await workbench.tree().texts()).length === 1, { what: 'a folded provider' });
    await other.page.bringToFront();
    await other.tree().menu(/Key 1(?!\d)/, 'Enable Key');
    await workbench.page.bringToFront();
    await other
      .tree()
      .row(/Key 1.*used up/)
      .waitFor();
    assert.equal((await workbench.tree().texts()).length, 1, 'still folded');
  });
});
