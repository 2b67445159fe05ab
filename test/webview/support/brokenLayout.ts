import type { Page } from 'playwright-core';
import * as z from 'zod';

/**
 * Text that is cut off by its own box, by the window, or that lies over other text. What scrolls by
 * itself (wide tables, code) and what is for screen readers alone is left out.
 */
export async function brokenLayout(page: Pick<Page, 'evaluate'>): Promise<readonly string[]> {
  return z.array(z.string()).parse(await page.evaluate(`(${lookForFaults})()`));
}

/** The same in a window of this width, each fault with it. */
export async function brokenAt(
  page: Pick<Page, 'evaluate' | 'setViewportSize'>,
  width: number,
): Promise<readonly string[]> {
  await page.setViewportSize({ width, height: 900 });
  // A chart takes its new width with the next frame.
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  return (await brokenLayout(page)).map((fault) => `at ${width} px: ${fault}`);
}

const lookForFaults = `() => {
  const faults = [];
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const owner = node.parentElement;
    if (node.textContent.trim() === '' || owner.closest('.spoken, script, style, .u-wrap, .table-box, .code pre') !== null) continue;
    if (!owner.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      texts.push({ box, text: node.textContent.trim().slice(0, 40), owner });
    }
  }
  for (const { box, text, owner } of texts) {
    if (box.left < -1 || box.right > document.documentElement.clientWidth + 1) faults.push('outside the window: ' + text);
    for (let up = owner; up !== null && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      const frame = up.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) {
        faults.push('cut off by .' + up.className + ': ' + text);
      }
    }
  }
  texts.sort((a, b) => a.box.top - b.box.top);
  for (let i = 0; i < texts.length; i += 1) {
    for (let j = i + 1; j < texts.length && texts[j].box.top < texts[i].box.bottom - 3; j += 1) {
      const [a, b] = [texts[i].box, texts[j].box];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 3) faults.push('overlap: ' + texts[i].text + ' / ' + texts[j].text);
    }
  }
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) faults.push('the page scrolls sideways');
  return faults.slice(0, 20);
}`;
