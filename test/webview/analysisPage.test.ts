import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { assertAsked, button, spoken, withAnalysis } from './support/analysisFixture.ts';
import {
  analysisScenes,
  guidanceView,
  preview,
  previewView,
  runningTurn,
  talkView,
  turnOf,
} from './support/analysisScenes.ts';
import { tabOrder } from './support/lookedAt.ts';

describe('The answer panel’s page before anything is sent', () => {
  it(
    'shows what will be sent word for word, and sends it when told to',
    withAnalysis({ view: previewView() }, async ({ page, posted }) => {
      assert.equal(await page.getByRole('region', { name: 'This will be sent' }).innerText(), preview.text);
      await page.getByText(preview.headline).waitFor();
      assert.equal(await spoken(page).innerText(), 'This will be sent');
      await assertAsked({ posted });
      await button(page, 'Send').click();
      await assertAsked({ posted }, { do: 'send', remember: false });
    }),
  );

  it(
    'sends it and asks no more in this workspace, where the user wants that',
    withAnalysis({ view: previewView() }, async ({ page, posted }) => {
      await page.getByRole('checkbox', { name: /^Send without showing it/ }).click();
      await button(page, 'Send').click();
      await assertAsked({ posted }, { do: 'send', remember: true });
    }),
  );

  it(
    'offers no way to leave that out where it must be shown each time',
    withAnalysis({ view: previewView({ canRemember: false }) }, async ({ page, posted }) => {
      assert.equal(await page.getByRole('checkbox').count(), 0);
      await button(page, 'Send').click();
      await assertAsked({ posted }, { do: 'send', remember: false });
    }),
  );

  it(
    'is closed with Cancel',
    withAnalysis({ view: previewView() }, async ({ page, posted }) => {
      await button(page, 'Cancel').click();
      await assertAsked({ posted }, { do: 'close' });
    }),
  );

  it(
    'comes in the order of its reading by Tab: the notice’s links, what is sent, the box, Send, Cancel',
    withAnalysis({ view: analysisScenes.preview }, async ({ page, posted }) => {
      assert.deepEqual(await tabOrder(page), [
        'Terms of Groq',
        'How to opt out',
        'This will be sent',
        'Send without showing it in this workspace from now on',
        'Send',
        'Cancel',
      ]);
      await button(page, 'How to opt out').press('Enter');
      await assertAsked({ posted }, { do: 'openLink', href: 'https://console.groq.com/settings' });
    }),
  );
});

const firstBlock = "document.querySelector('.answer .block')";

describe('The answer panel’s page while an answer comes in', () => {
  it(
    'shows it as it comes, and leaves what is complete in its place',
    withAnalysis({ view: talkView(runningTurn()) }, async ({ page, send }) => {
      assert.equal(await page.locator('.turn').getAttribute('aria-busy'), 'true');
      await page.locator('.turn .progress', { hasText: 'Asking…' }).waitFor();
      await send({ type: 'text', turn: 0, at: 0, text: 'The **first** block.\n\nThe sec' });
      await page.locator('.answer').getByText('The sec', { exact: true }).waitFor();
      await page.evaluate(`${firstBlock}.selected = true`);
      await send({ type: 'text', turn: 0, at: 29, text: 'ond block.' });
      await page.locator('.answer').getByText('The second block.', { exact: true }).waitFor();
      assert.equal(await page.evaluate(`${firstBlock}.selected`), true, 'it is the same node');
      assert.equal(await spoken(page).innerText(), 'The answer is coming in', 'tokens are not read out');
    }),
  );

  it(
    'says that another key is asked',
    withAnalysis({ view: talkView(runningTurn()) }, async ({ page, send }) => {
      const text = 'Groq Key 1 is used up. Asking Groq Key 2…';
      await send({ type: 'progress', turn: 0, text });
      await page.locator('.turn .progress', { hasText: text }).waitFor();
      assert.equal(await spoken(page).innerText(), text);
    }),
  );

  it(
    'asks for everything anew where a piece is missing',
    withAnalysis({ view: talkView(runningTurn({ text: 'One.' })) }, async ({ page, send, posted }) => {
      await send({ type: 'text', turn: 0, at: 9, text: 'Three.' });
      await page.waitForFunction('window.posted.length === 2');
      assert.deepEqual(await posted(), [{ type: 'ready' }, { type: 'ready' }]);
      assert.doesNotMatch(await page.locator('.answer').innerText(), /Three/);
    }),
  );

  const long = Array.from({ length: 60 }, (_, line) => `Line ${line}.`).join('\n\n');
  it(
    'follows the end, and leaves whoever has scrolled back to read',
    withAnalysis({ view: talkView(runningTurn({ text: long })), height: 400 }, async ({ page, send }) => {
      const atEnd = 'window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 1';
      await page.getByText('Line 59.').waitFor();
      await page.evaluate('window.scrollTo({ top: document.documentElement.scrollHeight })');
      await send({ type: 'text', turn: 0, at: long.length, text: '\n\nMore.\n\nAnd more.' });
      await page.getByText('And more.').waitFor();
      await page.waitForFunction(atEnd);
      await page.evaluate('window.scrollTo({ top: 100 })');
      await send({ type: 'text', turn: 0, at: long.length + 18, text: '\n\nThe last.' });
      await page.getByText('The last.').waitFor({ state: 'attached' });
      assert.equal(await page.evaluate('window.scrollY'), 100);
    }),
  );

  it(
    'has Stop in the place of Ask, keeps what came, and offers the whole again',
    withAnalysis({ view: talkView(runningTurn({ text: 'The customer was' })) }, async ({ page, send, posted }) => {
      await button(page, 'Ask').waitFor({ state: 'hidden' });
      await button(page, 'Stop').click();
      await assertAsked({ posted }, { do: 'stop' });
      await send({ type: 'reply', id: 0 }, { type: 'view', view: analysisScenes.stopped });
      await page.getByText('Stopped before the answer was complete.').first().waitFor();
      assert.equal(await page.locator('.answer').innerText(), 'The customer was');
      assert.equal(await page.locator('.turn').getAttribute('aria-busy'), 'false');
      await button(page, 'Stop').waitFor({ state: 'hidden' });
      await button(page, 'Ask').waitFor();
      await button(page, 'Ask Again').click();
      await assertAsked({ posted }, { do: 'stop' }, { do: 'askAgain' });
    }),
  );

  it(
    'asks no second question meanwhile',
    withAnalysis({ view: talkView(runningTurn()) }, async ({ page, posted }) => {
      const field = page.getByRole('textbox');
      await field.fill('And then?');
      await field.press('Enter');
      await assertAsked({ posted });
      assert.equal(await field.inputValue(), 'And then?');
    }),
  );
});

describe('The answer panel’s page when something is wrong', () => {
  it(
    'says that no key could answer, and why',
    withAnalysis({ view: talkView(runningTurn()) }, async ({ page, send }) => {
      await send({ type: 'view', view: analysisScenes.failed });
      await page.locator('.note.error', { hasText: 'No key could answer: Groq Key 1 was refused.' }).waitFor();
      assert.match(await spoken(page).innerText(), /^This could not be answered\. No key could answer/);
      await button(page, 'Ask Again').waitFor();
    }),
  );

  it(
    'says that an answer broke off, and what the host warns of',
    withAnalysis({ view: talkView(turnOf({ state: 'cutOff', warning: '83% quota used' })) }, async ({ page }) => {
      await page.locator('.note.warning', { hasText: 'The answer broke off here.' }).waitFor();
      await page.locator('.note.warning', { hasText: '83% quota used' }).waitFor();
    }),
  );

  it(
    'leads from the local guidance to a first key',
    withAnalysis({ view: guidanceView }, async ({ page, posted }) => {
      await page.locator('.facts.degraded', { hasText: 'Local guidance, no model asked' }).waitFor();
      assert.equal(await button(page, 'Ask Again').count(), 0, 'nothing to ask again');
      assert.equal(await page.getByText('What was sent').count(), 0, 'nothing was');
      await button(page, 'Add Key').click();
      await button(page, 'Import .env').click();
      await assertAsked({ posted }, { do: 'addKey' }, { do: 'importEnv' });
    }),
  );

  it(
    'says why its host did not do what was asked, until the next time',
    withAnalysis({ view: talkView(turnOf()) }, async ({ page, send }) => {
      await button(page, 'Copy Answer').click();
      await send({ type: 'reply', id: 0, problem: 'The clipboard is busy' });
      const alert = page.getByRole('alert');
      await alert.filter({ hasText: 'The clipboard is busy' }).waitFor();
      await button(page, 'Copy Answer').click();
      await alert.waitFor({ state: 'hidden' });
    }),
  );

  it(
    'says so when its host does not answer within 5 seconds',
    withAnalysis({ view: talkView(turnOf()) }, async ({ page }) => {
      await page.clock.install();
      await button(page, 'Ask Again').click();
      await page.clock.fastForward(5_100);
      await page.getByRole('alert').filter({ hasText: 'AI Keys did not react' }).waitFor();
    }),
  );

  it(
    'goes on after a message that does not parse, and moves no focus with one that does',
    withAnalysis({ view: talkView(turnOf()) }, async ({ page, send }) => {
      await page.getByRole('textbox').focus();
      await send('nonsense', { type: 'view', view: { version: 2 } }, { type: 'text', turn: -1, at: 0, text: 'no' });
      await send({ type: 'view', view: { ...talkView(turnOf()), title: 'Another title' } });
      await page.getByRole('heading', { name: 'Another title' }).waitFor();
      assert.equal(await page.evaluate('document.activeElement.localName'), 'vscode-text-area');
    }),
  );
});
