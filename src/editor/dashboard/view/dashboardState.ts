import type { AlertsState } from '../../../core/alerts/alertService.ts';
import type { AlertRecord } from '../../../core/alerts/outbox.ts';
import { keyRef } from '../../../core/keys/keyRef.ts';
import type { L10n } from '../../../core/ports.ts';
import type { Provider } from '../../../core/providers/provider.ts';
import type { KeyStatus } from '../../../core/quota/keyStatus.ts';
import type { Period } from '../../../core/quota/quotaDay.ts';
import type { LatencyRow, Overview, UsageRow } from '../../../core/quota/reports.ts';
import type { ProviderHealthStatus } from '../../../core/quota/tracker.ts';
import type { Route } from '../../../core/routing/route.ts';
import type { ChartChoice, DashboardView } from '../../../shared/dashboardView.ts';
import { alertRows } from './alertRows.ts';
import { overviewTiles } from './overviewTiles.ts';
import { providerCards } from './providerCards.ts';
import { routeRows } from './routeRows.ts';
import type { Scene } from './scene.ts';
import { timingRows } from './timingRows.ts';
import { usageChart } from './usageChart.ts';

/** What the record says of the past. */
export type Figures = {
  readonly now: Overview;
  readonly before: Overview;
  readonly latencies: readonly LatencyRow[];
  readonly columns: readonly Period[];
  readonly rows: readonly UsageRow[];
};

export type DashboardFacts = {
  readonly statuses: readonly KeyStatus[];
  readonly health: Readonly<Record<string, ProviderHealthStatus>>;
  readonly providers: readonly Provider[];
  readonly alerts: AlertsState;
  readonly alertHistory: readonly AlertRecord[];
  readonly routes: readonly Route[];
  /** Undefined while they are being read for the first time. */
  readonly figures: Figures | undefined;
  /** Why the record could not be read, in words. */
  readonly problem: string | undefined;
  readonly choice: ChartChoice;
};

/** Everything on the dashboard, as plain data in the user's words. Pure. */
export function dashboardState(facts: DashboardFacts, scene: Scene): DashboardView {
  const { statuses, providers, figures, problem, choice } = facts;
  const { l10n } = scene;
  const cards = providerCards(facts, scene);
  const labels = new Map(statuses.map(({ key }) => [keyRef(key.provider, key.number), key.label]));
  const { columns = [], rows = [], latencies = [] } = figures ?? {};
  const chart = { choice, columns, rows, providers, labels, none: noneWords(l10n, facts) };
  return {
    overview: overviewTiles(l10n, figures, problem),
    alerts: alertRows(facts.alerts, facts.alertHistory, scene),
    providers: [...cards.providers],
    keys: cards.keys,
    usage: usageChart(chart, scene),
    timing: timingRows(l10n, providers, latencies, figures?.now.failures ?? {}),
    routes: [...routeRows(facts.routes, providers, scene)],
  };
}

function noneWords(l10n: L10n, { figures, problem }: Pick<DashboardFacts, 'figures' | 'problem'>): string {
  if (figures !== undefined) return l10n.t('No use in this time.');
  return problem === undefined ? l10n.t('Reading…') : l10n.t('These figures could not be read.');
}
