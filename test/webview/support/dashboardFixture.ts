import type Mocha from 'mocha';
import { dashboardStrings as stringsSchema } from '../../../src/shared/dashboardStrings.ts';
import type { DashboardView } from '../../../src/shared/dashboardView.ts';
import { exampleFacts, viewOf } from '../../unit/report/dashboardScenes.ts';
import { dashboardStrings } from './hostSide.ts';
import type { Looks, StandaloneOptions, StandalonePage } from './standalonePage.ts';
import { withStandalonePage } from './withStandalonePage.ts';

type DashboardOptions = Looks & {
  /** That of the example where nothing is said. */
  readonly view?: DashboardView;
};

export const dashboardPage = ({ view = viewOf(exampleFacts), ...looks }: DashboardOptions): StandaloneOptions => ({
  name: 'dashboard',
  init: { type: 'init', strings: stringsSchema.parse(dashboardStrings()), language: 'en', view },
  ...looks,
});

export const withDashboard = (
  options: DashboardOptions,
  play: (fixture: StandalonePage) => Promise<void>,
): ((this: Mocha.Context) => Promise<void>) => withStandalonePage(dashboardPage(options), play);
