import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as z from 'zod';
import { withAnalysis } from './support/analysisFixture.ts';
import { analysisScenes, fixOf, talkView, turnOf } from './support/analysisScenes.ts';
import { brokenLayout } from './support/brokenLayout.ts';
import { assertNoSeriousFault, takePictures } from './support/lookedAt.ts';
import { themeKinds } from './support/standalonePage.ts';

/** What axe-core finds fault with in the panel as it is: colours on the light theme, the name of a fix that was applied. */
const knownFaults = ['.code-head .text-button', '.note .text-button', '.fix-note', '.fixes vscode-button[disabled]'];

describe('The answer panel’s looks', () => {
  for (const [name, view] of Object.entries(analysisScenes)) {
    for (const direction of ['ltr', 'rtl'] as const) {
      it(
        `cuts off no text and overlaps nothing, ${name}, ${direction}`,
        withAnalysis({ view, direction }, async ({ page }) => {
          for (const width of [300, 400, 1_200]) {
            await page.setViewportSize({ width, height: 900 });
            // The foot lies over what has not been scrolled to.
            await page.evaluate('window.scrollTo({ top: document.documentElement.scrollHeight })');
            assert.deepEqual(await brokenLayout(page), [], `at ${width} px`);
          }
        }),
      );
    }
  }

  for (const name of ['preview', 'coming in', 'answered', 'failed', 'guidance', 'odd'] as const) {
    for (const theme of themeKinds) {
      it(
        `has no serious fault for axe-core: ${name}, ${theme}`,
        withAnalysis({ view: analysisScenes[name], theme }, async ({ page }) => {
          for (const summary of await page.locator('summary').all()) await summary.click();
          await takePictures(page, `analysis-${name.replaceAll(' ', '-')}`, theme);
          await assertNoSeriousFault(page, knownFaults);
        }),
      );
    }
  }
});

/** As a model could write it that was told to by what it read. */
const hostile = [
  '<script>window.ran = true</script>',
  '<img src="https://elsewhere.test/a.png" onerror="window.ran = true">',
  '<iframe src="https://elsewhere.test/"></iframe><style>body { display: none }</style><form action="https://elsewhere.test"><input></form>',
  '![a picture](https://elsewhere.test/b.png) ![one more][p]',
  '[run](javascript:window.ran=true) [run too](vbscript:run) [a file](file:///etc/passwd) [data](data:text/html,<script>window.ran=true</script>)',
  '<a href="javascript:window.ran=true" onclick="window.ran = true">here</a>',
  '<svg onload="window.ran = true"><use href="https://elsewhere.test/c.svg#x"/></svg>',
  '```"><img src=x onerror="window.ran=true">\n<script>window.ran = true</script>\n```',
  '```fix path="<img src=x onerror=window.ran=true>"\n<<<<<<< SEARCH\n<b>a</b>\n=======\n<i>b</i>\n>>>>>>> REPLACE\n```',
  '[p]: https://elsewhere.test/d.png',
].join('\n\n');

const markup = '<img src="https://elsewhere.test/e.png" onerror="window.ran = true">';
const hostileTurn = turnOf({
  text: hostile,
  facts: [markup],
  warning: markup,
  progress: [markup],
  fixes: [fixOf('refused', { path: markup, note: markup })],
});

const shownSchema = z.object({
  tags: z.array(z.string()),
  attributes: z.array(z.string()),
  links: z.array(z.string()),
});

describe('What a model wrote', () => {
  it(
    'runs nothing, loads nothing from outside and leaves its place nowhere',
    withAnalysis(
      { view: { ...talkView(hostileTurn, { ...hostileTurn, id: 1, question: markup }), title: markup, place: markup } },
      async ({ page }) => {
        await page.locator('.turn').last().locator('.code').last().waitFor();
        const shown = shownSchema.parse(
          await page.evaluate(`(() => {
            const all = [...document.querySelectorAll('#root *')];
            return {
              tags: [...new Set(all.map(({ localName }) => localName))],
              attributes: [...new Set(all.flatMap((one) => one.getAttributeNames()))],
              links: all.map((one) => one.getAttribute('href')).filter((href) => href !== null),
            };
          })()`),
        );
        const harmful = ['script', 'img', 'iframe', 'style', 'form', 'input', 'svg', 'use', 'object', 'link', 'base'];
        assert.deepEqual(
          shown.tags.filter((tag) => harmful.includes(tag)),
          [],
        );
        assert.deepEqual(
          shown.attributes.filter((name) => name.startsWith('on') || ['src', 'style', 'srcdoc'].includes(name)),
          [],
        );
        assert.deepEqual(
          shown.links.filter((href) => !href.startsWith('https://')),
          [],
        );
        assert.equal(await page.evaluate('window.ran'), undefined);
        assert.equal(await page.locator('h1').innerText(), markup, 'as text');
        assert.match(await page.locator('.answer').first().innerText(), /<script>window\.ran = true<\/script>/);
      },
    ),
  );
});
