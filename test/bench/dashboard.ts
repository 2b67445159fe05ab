// The dashboard's page in Chromium, with 100 keys and 7 days.

import { chromium } from 'playwright-core';
import * as z from 'zod';
import { dashboardPage } from '../webview/support/dashboardFixture.ts';
import { openStandalonePage } from '../webview/support/standalonePage.ts';
import { CHROMIUM_FLAGS, ensureChromium } from '../harness/vscode/chromium.ts';
import { viewOf } from '../unit/report/dashboardScenes.ts';
import { manyFacts } from '../unit/report/manyKeysScene.ts';
import { median } from './median.ts';

const loads = 9;
const updates = 40;
const numbers = z.array(z.number());

/** Milliseconds, medians: from the script's start to the first contentful paint; one update with its layout. */
export async function dashboardTimes(): Promise<{ readonly firstPaintMs: number; readonly updateMs: number }> {
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_FLAGS] });
  try {
    const facts = manyFacts(100);
    const view = viewOf(facts);
    const paints: number[] = [];
    for (let load = 0; load <= loads; load += 1) {
      const { page } = await openStandalonePage(await browser.newPage(), dashboardPage({ view }));
      const paint = z.number().parse(await page.evaluate(firstPaint));
      // The first one warms the browser up.
      if (load > 0) paints.push(paint);
      await page.close();
    }
    const { page } = await openStandalonePage(await browser.newPage(), dashboardPage({ view }));
    const rows = facts.figures?.rows.slice(7) ?? [];
    const moved = viewOf({ ...facts, figures: facts.figures && { ...facts.figures, rows } });
    const keys = Object.fromEntries(
      Object.entries(view.keys).map(([ref, row]) => [ref, { ...row, stateWord: 'moved' }]),
    );
    const messages = [
      { type: 'update', changes: { ...moved, keys } },
      { type: 'update', changes: view },
    ];
    const times = numbers.parse(await page.evaluate(`(${timeUpdates})(${JSON.stringify(messages)}, ${updates})`));
    return { firstPaintMs: median(paints), updateMs: median(times.slice(4)) };
  } finally {
    await browser.close();
  }
}

const firstPaint = `new Promise((resolve) => {
  const begun = performance.getEntriesByName('bundle')[0].startTime;
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime - begun);
  }).observe({ type: 'paint', buffered: true });
})`;

/** Every key, all figures and the graph change with each message: more than any real one brings. */
const timeUpdates = `async (messages, count) => {
  const times = [];
  for (let at = 0; at < count; at += 1) {
    const data = structuredClone(messages[at % 2]);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const begun = performance.now();
    window.dispatchEvent(new MessageEvent('message', { data }));
    document.body.getBoundingClientRect();
    times.push(performance.now() - begun);
  }
  return times;
}`;
