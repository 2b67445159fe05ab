import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { assertAsked, button, spoken, withAnalysis } from './support/analysisFixture.ts';
import { analysisScenes, fixBlock, fixOf, richText, talkView, turnOf } from './support/analysisScenes.ts';
import { tabOrder } from './support/lookedAt.ts';

const showDiff = 'Show Diff: shop/customers.ts';
const apply = 'Apply: shop/customers.ts';

describe('The answer panel’s page with an answer', () => {
  it(
    'applies a fix only after its diff was shown',
    withAnalysis({ view: talkView(turnOf({ fixes: [fixOf('offered')] })) }, async ({ page, send, posted }) => {
      assert.equal(await button(page, apply).isDisabled(), true);
      assert.equal(await page.locator('vscode-button[title]').getAttribute('title'), 'Look at the diff first');
      await button(page, showDiff).click();
      await assertAsked({ posted }, { do: 'showFix', turn: 0, fix: 0 });
      assert.equal(await button(page, apply).isDisabled(), true, 'not before the host says that it was shown');
      await send({ type: 'reply', id: 0 }, { type: 'view', view: talkView(turnOf({ fixes: [fixOf('shown')] })) });
      await page.locator('vscode-button:not([disabled])', { hasText: 'Apply' }).click();
      await assertAsked({ posted }, { do: 'showFix', turn: 0, fix: 0 }, { do: 'applyFix', turn: 0, fix: 0 });
      await send({ type: 'reply', id: 1 }, { type: 'view', view: talkView(turnOf({ fixes: [fixOf('applied')] })) });
      await page.locator('vscode-button[disabled]', { hasText: 'Applied' }).waitFor();
    }),
  );

  const refused = fixOf('refused', { note: 'It names a file outside the workspace.' });
  it(
    'says why a fix cannot be applied, and has no button for it',
    withAnalysis({ view: talkView(turnOf({ fixes: [refused] })) }, async ({ page }) => {
      await page.locator('.fixes li', { hasText: 'It names a file outside the workspace.' }).waitFor();
      assert.equal(await page.locator('.fixes').getByRole('button').count(), 0);
    }),
  );

  it(
    'shows of a fix what changes, and copies its code as it came',
    withAnalysis({ view: talkView(turnOf({ text: fixBlock('shop/customers.ts') })) }, async ({ page, posted }) => {
      // Answers are drawn a frame after the page.
      await page.locator('.code .line').nth(2).waitFor();
      const lines = await page.locator('.code .line').allTextContents();
      assert.deepEqual(
        lines.map((line) => line.trimEnd()),
        ['  const customer = find(id);', '+ if (customer === undefined) return 0;', '  return customer.discount;'],
      );
      await button(page, 'Copy Code').click();
      const text = fixBlock('shop/customers.ts').split('\n').slice(1, -1).join('\n');
      await assertAsked({ posted }, { do: 'copyCode', text });
    }),
  );

  it(
    'copies the answer, and says so for a moment',
    withAnalysis({ view: talkView(turnOf()) }, async ({ page, send, posted }) => {
      await page.clock.install();
      await button(page, 'Copy Answer').click();
      await assertAsked({ posted }, { do: 'copyAnswer', turn: 0 });
      await send({ type: 'reply', id: 0 });
      await page.locator('#root[data-passing="Copied"]').waitFor();
      assert.equal(await spoken(page).innerText(), 'Copied');
      await page.clock.fastForward(4_100);
      await page.locator('#root:not([data-passing])').waitFor();
    }),
  );

  it(
    'explains the route of each turn, and asks only the last one again',
    withAnalysis({ view: talkView(turnOf(), turnOf({ id: 1, question: 'And then?' })) }, async ({ page, posted }) => {
      await button(page, 'Why This Key?').first().click();
      await assertAsked({ posted }, { do: 'explainRoute', turn: 0 });
      assert.equal(await page.locator('.turn').first().getByRole('button', { name: 'Ask Again' }).count(), 0);
      await page.locator('.turn').last().getByRole('button', { name: 'Ask Again' }).waitFor();
    }),
  );

  it(
    'takes a follow-up with Enter, a new line with Shift+Enter, and nothing empty',
    withAnalysis({ view: talkView(turnOf()) }, async ({ page, posted }) => {
      const field = page.getByRole('textbox');
      await field.press('Enter');
      await field.fill('  ');
      await button(page, 'Ask').click();
      await assertAsked({ posted });
      await field.fill('And if');
      await field.press('Shift+Enter');
      await field.pressSequentially('nobody is found?');
      await field.press('Enter');
      await assertAsked({ posted }, { do: 'followUp', text: 'And if\nnobody is found?' });
      await page.locator('textarea:placeholder-shown').waitFor();
    }),
  );

  it(
    'opens a link through its host alone',
    withAnalysis({ view: talkView(turnOf({ text: richText })) }, async ({ page, posted }) => {
      await page.getByRole('link', { name: 'the manual' }).click();
      await assertAsked({ posted }, { do: 'openLink', href: 'https://example.com/undefined' });
      assert.equal(await page.evaluate('location.pathname'), '/');
    }),
  );

  it(
    'comes in the order of its reading by Tab, without what is disabled',
    withAnalysis({ view: analysisScenes.answered }, async ({ page }) => {
      const code = /^\s*const customer/;
      const field = /./;
      const wanted: readonly (string | RegExp)[] = [
        ...['the manual', 'Copy Code', code, 'Copy Code', code],
        ...[showDiff, 'Show Diff: shop/invoice.ts', 'Apply: shop/invoice.ts', 'Show Diff: shop/total.ts'],
        ...['On the way to this answer', 'Why This Key?', 'Copy Answer'],
        ...['Ask Again', 'Why This Key?', 'Copy Answer', 'What was sent', field, 'Ask'],
      ];
      const reached = await tabOrder(page);
      assert.equal(reached.length, wanted.length, reached.join(' | '));
      for (const [index, name] of wanted.entries()) {
        assert.ok(name instanceof RegExp ? name.test(reached[index] ?? '') : reached[index] === name, reached[index]);
      }
    }),
  );

  it(
    'is remembered for the next session',
    withAnalysis({ view: analysisScenes.answered }, async ({ page }) => {
      assert.deepEqual(await page.evaluate('window.state'), analysisScenes.answered);
    }),
  );
});
