import type * as vscode from 'vscode';

import type { Runbook } from '../../core/alerts/alert.ts';
import type { AlertsState } from '../../core/alerts/alertService.ts';
import type { AlertRecord } from '../../core/alerts/outbox.ts';
import type { Clock, Log, Random } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { KeyStatus } from '../../core/quota/keyStatus.ts';
import type { Reports } from '../../core/quota/reports.ts';
import type { AllStats, ProviderHealthStatus } from '../../core/quota/tracker.ts';
import type { Route } from '../../core/routing/route.ts';
import type { Subscribe } from '../subscribe.ts';

export type DashboardPorts = {
  readonly tracker: {
    allStatuses(): readonly KeyStatus[];
    healthStatus(): Readonly<Record<string, ProviderHealthStatus>>;
    allStats(): AllStats;
  };
  /** Once the states of all keys were read for the first time. */
  readonly ready: Promise<void>;
  readonly providers: () => readonly Provider[];
  readonly reports: Reports;
  readonly alerts: {
    state(): AlertsState;
    history(): Promise<readonly AlertRecord[]>;
  };
  readonly router: {
    /** Newest first. */
    routes(): Promise<readonly Route[]>;
  };
  readonly openRunbook: (runbook: Runbook) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly extensionUri: vscode.Uri;
  /** Everything that can change what the dashboard shows: ledger, key book, router, settings, alerts. */
  readonly changes: readonly Subscribe[];
};
