import assert from 'node:assert/strict';
import type Mocha from 'mocha';
import type { Locator, Page } from 'playwright-core';
import type { AnalysisAction } from '../../../src/shared/analysisMessages.ts';
import type { AnalysisView } from '../../../src/shared/analysisView.ts';
import { analysisStrings } from './hostSide.ts';
import type { Looks, StandalonePage } from './standalonePage.ts';
import { withStandalonePage } from './withStandalonePage.ts';

/** A test on the answer panel's page, which shows this view at first. */
export const withAnalysis = (
  { view, ...looks }: Looks & { readonly view: AnalysisView },
  play: (fixture: StandalonePage) => Promise<void>,
): ((this: Mocha.Context) => Promise<void>) =>
  withStandalonePage(
    { name: 'analysis', init: { type: 'init', strings: analysisStrings(), language: 'en', view }, ...looks },
    play,
  );

/** All that the page has asked of its host so far, in this order. */
export async function assertAsked(
  { posted }: Pick<StandalonePage, 'posted'>,
  ...actions: readonly AnalysisAction[]
): Promise<void> {
  const requests = actions.map((action, id) => ({ type: 'request', id, action }));
  assert.deepEqual(await posted(), [{ type: 'ready' }, ...requests]);
}

export const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

/** What is read out without being looked at. */
export const spoken = (page: Page): Locator => page.getByRole('status');
