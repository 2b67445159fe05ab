import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as z from 'zod';
import { exampleFacts, exampleStatuses, statusOf, viewOf } from '../unit/report/dashboardScenes.ts';
import { layoutFacts, sceneFacts } from '../unit/report/manyKeysScene.ts';
import { brokenAt } from './support/brokenLayout.ts';
import { withDashboard } from './support/dashboardFixture.ts';
import { assertNoSeriousFault, focused, tabOrder, takePictures } from './support/lookedAt.ts';
import { themeKinds } from './support/standalonePage.ts';

describe('The dashboard’s page', () => {
  for (const [name, facts] of Object.entries(layoutFacts)) {
    it(
      `cuts off no text and overlaps nothing, narrow and wide: ${name}`,
      withDashboard({ view: viewOf(facts) }, async ({ page }) => {
        for (const width of [300, 400, 1_200, 2_000]) assert.deepEqual(await brokenAt(page, width), []);
      }),
    );
  }

  it(
    'cuts off nothing where text runs from right to left, narrow and wide',
    withDashboard({ view: viewOf(layoutFacts['odd keys']), direction: 'rtl' }, async ({ page }) => {
      for (const width of [300, 400, 1_200]) assert.deepEqual(await brokenAt(page, width), []);
    }),
  );

  for (const theme of themeKinds) {
    for (const [name, facts] of Object.entries(sceneFacts)) {
      it(
        `has no serious fault for axe-core: ${name}, ${theme}`,
        withDashboard({ view: viewOf(facts), theme }, async ({ page }) => {
          if (name !== 'empty') await page.locator('.usage summary').click();
          await assertNoSeriousFault(page);
          await takePictures(page, `dashboard-${name}`, theme);
        }),
      );
    }
  }

  for (const theme of themeKinds) {
    it(
      `has a banner in the red of the theme while every key fails: ${theme}`,
      withDashboard({ view: viewOf(sceneFacts['all-failed']), theme }, async ({ page }) => {
        const colors = z.array(z.string()).parse(
          await page.evaluate(`(() => {
          const banner = getComputedStyle(document.querySelector('.banner'));
          const probe = document.body.appendChild(document.createElement('i'));
          probe.style.color = 'var(--vscode-editorError-foreground)';
          probe.style.backgroundColor = 'var(--vscode-inputValidation-errorBackground)';
          const wanted = getComputedStyle(probe);
          return [banner.borderInlineStartColor, wanted.color, banner.backgroundColor, wanted.backgroundColor];
        })()`),
        );
        assert.deepEqual([colors[0], colors[2]], [colors[1], colors[3]]);
      }),
    );
  }

  it(
    'opens a key’s menu, walks it and comes back by keyboard alone',
    withDashboard({}, async ({ page, posted }) => {
      await page.getByRole('button', { name: 'Actions for Groq Key 2' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menu', { name: 'Actions for Groq Key 2' }).waitFor();
      assert.deepEqual(await page.getByRole('menuitem').allTextContents(), [
        'Check Key',
        'Edit…',
        'Disable',
        'Move Up',
        'Move Down',
        'Why This Key?',
        'What to Do',
        'Remove…',
      ]);
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'hidden' });
      assert.equal(await focused(page), 'Actions for Groq Key 2');
      await page.keyboard.press('Enter');
      for (let press = 0; press < 4; press += 1) await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      assert.deepEqual((await posted()).at(-1), {
        type: 'request',
        id: 0,
        action: { do: 'key', key: 'groq/2', action: 'moveDown' },
      });
    }),
  );

  it(
    'reaches every control with Tab, in the order in which they stand',
    withDashboard({ view: viewOf(sceneFacts['all-failed']) }, async ({ page }) => {
      const reached = await tabOrder(page);
      const wanted = [
        'Add New Key',
        'Refresh',
        'Export Report',
        'Settings',
        'Check All Keys',
        'Runbook: all keys failed',
        'Actions for Groq Key 1',
        'Actions for Gemini Key 2',
        'Update Key',
        'Tokens',
        'By provider',
        'Groq',
        'The same figures as a table',
        'Why this key?',
      ];
      const places = wanted.map((name) => reached.findIndex((one) => one.startsWith(name) || one.endsWith(name)));
      assert.ok(!places.includes(-1), `${String(wanted[places.indexOf(-1)])} is not in ${reached.join(' | ')}`);
      assert.deepEqual(
        places,
        places.toSorted((a, b) => a - b),
      );
    }),
  );

  it(
    'says exact figures along the graph with the arrow keys, and opens a day with Enter',
    withDashboard({}, async ({ page, posted }) => {
      const graph = page.getByRole('slider');
      await graph.focus();
      assert.match((await graph.getAttribute('aria-valuetext')) ?? '', /^22 Sunday|^Sunday.*22/);
      await page.keyboard.press('Home');
      const first = await graph.getAttribute('aria-valuetext');
      assert.match(first ?? '', /27,000 tokens, Groq 15,000, Gemini 12,000$/);
      assert.match(await page.locator('.tip').innerText(), /27,000 tokens/);
      await page.keyboard.press('ArrowRight');
      assert.notEqual(await graph.getAttribute('aria-valuetext'), first);
      await page.keyboard.press('Enter');
      assert.deepEqual((await posted()).at(-1), {
        type: 'request',
        id: 0,
        action: { do: 'chart', choice: { unit: 'tokens', by: 'provider', dayMs: Date.UTC(2026, 10, 17) } },
      });
    }),
  );

  it(
    'says them under the mouse, and opens a day with a click',
    withDashboard({}, async ({ page, posted }) => {
      const over = page.locator('.u-over');
      const box = await over.boundingBox();
      assert.ok(box);
      const position = { x: box.width / 2, y: box.height * 0.8 };
      await over.hover({ position });
      await page.locator('.tip').waitFor();
      assert.match(await page.locator('.tip').innerText(), /19[\s\S]*tokens/);
      await over.click({ position });
      const last = z.object({ action: z.object({ choice: z.object({ dayMs: z.number() }) }) });
      assert.equal(last.parse((await posted()).at(-1)).action.choice.dayMs, Date.UTC(2026, 10, 19));
    }),
  );

  it(
    'switches a series off and on in the legend',
    withDashboard({}, async ({ page }) => {
      const groq = page.locator('.legend').getByRole('button', { name: /Groq/ });
      await groq.click();
      assert.equal(await groq.getAttribute('aria-pressed'), 'false');
      await page.getByRole('slider').focus();
      assert.doesNotMatch((await page.getByRole('slider').getAttribute('aria-valuetext')) ?? '', /Groq/);
      await groq.click();
      assert.equal(await groq.getAttribute('aria-pressed'), 'true');
    }),
  );

  it(
    'has the same figures as a table',
    withDashboard({}, async ({ page }) => {
      await page.getByText('The same figures as a table').click();
      const table = page.locator('.usage-table table');
      // The graph and its table come after the first frame.
      await table.locator('tfoot').waitFor();
      assert.equal(await table.locator('tbody tr').count(), 7);
      assert.match(await table.locator('tfoot').innerText(), /280,020 tokens/);
    }),
  );

  it(
    'asks for the trace when "Why this key?" is opened, and shows it',
    withDashboard({}, async ({ page, send, posted }) => {
      await page.locator('.route summary').nth(1).press('Enter');
      await page.getByText('Reading…').waitFor();
      assert.deepEqual((await posted()).at(-1), { type: 'request', id: 0, action: { do: 'route', route: 'r2' } });
      const trace = { steps: [{ kind: 'answered', words: 'Groq Key 1 answered', facts: '1.3 s' }] };
      await send({ type: 'reply', id: 0, trace });
      await page.getByText('Groq Key 1 answered').waitFor();
    }),
  );

  it(
    'says so when a request is not answered within 5 seconds',
    withDashboard({}, async ({ page }) => {
      await page.clock.install();
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.clock.fastForward(5_100);
      await page.getByRole('alert').filter({ hasText: 'AI Keys did not react' }).waitFor();
    }),
  );

  it(
    'takes a change of one key in place, without moving the focus',
    withDashboard({}, async ({ page, send }) => {
      await page.getByRole('button', { name: 'Actions for Groq Key 3' }).focus();
      const statuses = exampleStatuses.with(2, statusOf({ ref: 'groq/3', used: 7_200, value: 14_400 }));
      const { keys } = viewOf({ ...exampleFacts, statuses });
      await send({ type: 'update', changes: { keys: { 'groq/3': keys['groq/3'] } } });
      await page.locator('[data-key="groq/3"]', { hasText: '50% (7.2K/14.4K)' }).waitFor();
      assert.equal(await focused(page), 'Actions for Groq Key 3');
    }),
  );

  it(
    'goes on after a message that does not parse',
    withDashboard({}, async ({ page, send }) => {
      await send({ type: 'update', changes: { overview: 12 } });
      await send('nonsense');
      await send({
        type: 'update',
        changes: { overview: { title: 'Last 24 hours', tiles: [], problem: 'The disk is full' } },
      });
      await page.getByText('The disk is full').waitFor();
    }),
  );

  const markup = '<img src=x onerror=alert(1)>';
  const marked = statusOf({ ref: 'groq/1', used: 1, value: 9, label: markup });
  it(
    'shows a label as text, whatever it holds',
    withDashboard({ view: viewOf({ ...exampleFacts, statuses: [marked] }) }, async ({ page }) => {
      assert.equal(await page.locator('[data-key="groq/1"] .label').innerText(), markup);
      assert.equal(await page.locator('img').count(), 0);
    }),
  );

  it(
    'moves nothing where motion is not wanted',
    withDashboard({ reducedMotion: true }, async ({ page }) => {
      const still = await page.evaluate(
        `[...document.querySelectorAll('.fill')].every((one) => ['0s', 'none'].some((none) => getComputedStyle(one).transition.includes(none)))`,
      );
      assert.equal(still, true);
    }),
  );

  it(
    'shows all keys of a card on demand',
    withDashboard({ view: viewOf(sceneFacts.hundred) }, async ({ page }) => {
      const card = page.locator('[data-provider="groq"]');
      assert.equal(await card.locator('.key').count(), 8);
      await card.getByRole('button', { name: 'Show all 25 keys' }).click();
      assert.equal(await card.locator('.key').count(), 25);
      assert.deepEqual(await brokenAt(page, 1_200), []);
    }),
  );
});
