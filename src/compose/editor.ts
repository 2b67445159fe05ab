import * as vscode from 'vscode';
import type { VscodeSettings } from '../adapters/vscodeSettings.ts';
import type { KnownSecret } from '../core/analysis/secretMasking.ts';
import type { AlertTargets } from '../core/keys/envPlan.ts';
import { parseKeyRef, type KeyRef } from '../core/keys/keyRef.ts';
import type { AlertsState } from '../core/alerts/alertService.ts';
import type { Cancel, Clock, L10n, Log, Random } from '../core/ports.ts';
import type { Provider } from '../core/providers/provider.ts';
import { bringBackModels } from '../core/quota/modelsOut.ts';
import { registerAnalysis } from '../editor/analysis/registerAnalysis.ts';
import { registerUpkeepCommands } from '../editor/commands/upkeepCommands.ts';
import { ContextKeys } from '../editor/contextKeys.ts';
import { FreeTierNotice } from '../editor/freeTierNotice.ts';
import { registerDashboard } from '../editor/dashboard/registerDashboard.ts';
import { openRunbook } from '../editor/alerts/openRunbook.ts';
import { registerRouteHover } from '../editor/route/routeHover.ts';
import { KeyStatusBar } from '../editor/statusBar/keyStatusBar.ts';
import type { Subscribe } from '../editor/subscribe.ts';
import { StatusFeed } from '../editor/statusFeed.ts';
import { KeyTree } from '../editor/tree/keyTree.ts';
import type { Alerts } from './alerts.ts';
import type { Core } from './core.ts';
import type { KeyCommands } from './keyCommands.ts';
import { late, type Late } from './late.ts';

export type EditorAsk = {
  readonly context: vscode.ExtensionContext;
  readonly core: Core;
  readonly settings: VscodeSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly l10n: L10n;
  readonly log: Log;
  readonly showLog: () => void;
  readonly alerts: Late<Alerts>;
};

const keyCommandIds = [
  'aiKeys.addKey',
  'aiKeys.editKey',
  'aiKeys.removeKey',
  'aiKeys.enableKey',
  'aiKeys.disableKey',
  'aiKeys.moveKeyUp',
  'aiKeys.moveKeyDown',
  'aiKeys.checkKey',
  'aiKeys.checkAllKeys',
  'aiKeys.addProvider',
  'aiKeys.editProvider',
  'aiKeys.refreshModels',
  'aiKeys.forgetLearned',
  'aiKeys.importEnv',
  'aiKeys.exportEnv',
  'aiKeys.exportBackup',
  'aiKeys.importBackup',
] as const;

/** Everything the user sees. A feature that fails to start is logged and takes no other with it. */
export function composeEditor(ask: EditorAsk): vscode.Disposable {
  const { context, core, settings, clock, random, log } = ask;
  const { keyring, ledger, keyBook, router, tracker, accountNames } = core;
  const providers = core.providers.current;
  const ready = core.home.digested;
  const statuses = {
    allStatuses: () => tracker.keyStatuses(),
    healthStatus: () => tracker.healthStatus(),
  };
  const changes: readonly Subscribe[] = [
    (listener) => ledger.onDidChange(listener),
    (listener) => keyBook.onDidChange(listener),
    (listener) => keyring.onDidChangeMissing(listener),
    (listener) => router.onDidChange(listener),
    (listener) => settings.onDidChange(listener),
  ];
  const views = { tracker: statuses, providers: () => providers().providers, clock };
  const feed = new StatusFeed({
    keys: () => keyBook.all(),
    statusOf: (key, nowMs) => tracker.statusOf(key, nowMs),
    clock,
    ready,
    changes,
  });
  const notice = new FreeTierNotice(context.globalState);
  const parts: vscode.Disposable[] = [new vscode.Disposable(() => feed.dispose())];
  const start = <Feature extends vscode.Disposable>(name: string, make: () => Feature): Feature | undefined => {
    try {
      const feature = make();
      parts.push(feature);
      return feature;
    } catch (error) {
      log.error(`${name} did not start: ${String(error)}`);
      return undefined;
    }
  };

  const takeDrop = async (transfer: vscode.DataTransfer): Promise<void> =>
    (await keyCommands?.ready())?.takeDrop(transfer);
  const tree = start('the tree', () => {
    const { healthStatus } = statuses;
    const place = async (refs: readonly KeyRef[], before: KeyRef | undefined) => {
      const { placeKeys } = await import('../editor/tree/placeKeys.ts');
      await placeKeys(refs, before, { keyring, providers: () => core.providers.current().providers, log });
    };
    const lastUse = async (ref: KeyRef) => {
      const { lastUseOf } = await import('../editor/route/lastUse.ts');
      return lastUseOf(await router.routes(), ref);
    };
    return new KeyTree({ ...views, feed, healthStatus, lastUse, place, takeDrop });
  });
  const selection = (): readonly KeyRef[] => tree?.selectedKeys ?? [];
  const takeTargets = async (targets: AlertTargets): Promise<void> => (await ask.alerts.ready()).importTargets(targets);
  const { client } = core;
  const { keepModels } = core.providers;
  const keys = {
    ...{ keyring, client, selection, notice, takeTargets, keepModels, accountNames, ledger, random, log },
    ...views,
    providerSetting: () => settings.raw('providers'),
    bringBackModels: (provider: Provider) => bringBackModels(ledger, provider, keyBook.all()),
  };
  start('context keys', () => {
    const isSet = (name: string): boolean => (settings.raw(`alerts.${name}`) ?? '') !== '';
    const alertsSetUp = (): boolean => isSet('telegram.chatId') || (isSet('email.to') && isSet('email.host'));
    return new ContextKeys({
      ...views,
      ready,
      changes,
      keys: () => keyBook.all(),
      routes: () => router.routes(),
      alertsSetUp,
    });
  });
  start('the status bar', () => {
    const show = () => settings.current['statusBar.show'];
    return new KeyStatusBar({ ...views, feed, router, show, command: 'aiKeys.openDashboard' });
  });
  const keyCommands: Late<KeyCommands> | undefined = start('key commands', () =>
    late(keyCommandIds, async () => {
      const { registerAllKeyCommands } = await import('./keyCommands.ts');
      return () => registerAllKeyCommands(keys);
    }),
  );
  start('alerts', () => ask.alerts);
  start('upkeep', () =>
    registerUpkeepCommands({
      refresh: () => {
        ledger.refresh();
        feed.refresh();
      },
      clearCache: () => router.clearCache(),
      showLog: ask.showLog,
      log,
    }),
  );
  start('analysis', () =>
    registerAnalysis({
      router,
      clock,
      random,
      log,
      settings: () => settings.current,
      known: () => knownSecrets(core),
      nameOfKey: (ref) => nameOfKey(core, ref),
      notice,
      usableProviders: () => usableProviders(core),
      canSend: () => usableProviders(core).length > 0,
      workspaceState: context.workspaceState,
      extensionUri: context.extensionUri,
    }),
  );
  start('the dashboard', () =>
    registerDashboard({
      tracker: { ...statuses, allStatuses: () => feed.all(), allStats: () => tracker.allStats() },
      ready: feed.ready,
      providers: views.providers,
      reports: core.reports,
      alerts: {
        state: () => ask.alerts.now()?.service.state() ?? noAlerts,
        history: async () => (await ask.alerts.ready()).service.history(),
      },
      router,
      openRunbook: (runbook) => openRunbook(context.extensionUri, runbook),
      clock,
      random,
      log,
      extensionUri: context.extensionUri,
      changes: [(listener) => feed.onDidChange(listener), (listener) => whenLoaded(ask.alerts, listener)],
    }),
  );
  const nameOf = (ref: string): string => nameOfKey(core, ref);
  start('explain route', () =>
    late(['aiKeys.explainRoute'], async () => {
      const { registerExplainRoute } = await import('../editor/route/explainRoute.ts');
      const { extensionUri } = context;
      return () => registerExplainRoute({ router, extensionUri, clock, log, nameOfKey: nameOf });
    }),
  );
  start('runbooks', () =>
    late(['aiKeys.openRunbook'], async () => {
      const { registerRunbooks } = await import('../editor/alerts/registerRunbooks.ts');
      return () => registerRunbooks({ tracker: statuses, selection, extensionUri: context.extensionUri, log });
    }),
  );
  start('the log’s hover', () =>
    registerRouteHover({ router, extensionUri: context.extensionUri, clock, nameOfKey: nameOf }),
  );
  return vscode.Disposable.from(...parts);
}

const noAlerts: AlertsState = { alerts: [], banner: undefined, stopped: [] };

/** Listens to a part that may not be there yet. */
function whenLoaded(alerts: Late<Alerts>, listener: () => void): Cancel {
  let stop: Cancel | undefined;
  let ended = false;
  void alerts.ready().then(({ service }) => {
    if (!ended) stop = service.onDidChange(listener);
    listener();
  });
  return () => {
    ended = true;
    stop?.();
  };
}

/** All pooled secrets, so that none is sent or shown within a text. */
async function knownSecrets({ keyring }: Core): Promise<readonly KnownSecret[]> {
  const found = await Promise.all(
    keyring.keys().map(async (key) => ({ secret: await keyring.secretOf(key), name: keyring.nameOf(key) })),
  );
  return found.flatMap(({ secret, name }) => (secret === undefined ? [] : [{ secret, name }]));
}

function nameOfKey({ keyring }: Core, ref: string): string {
  const key = parseKeyRef(ref);
  return key === undefined ? ref : keyring.nameOf(key);
}

/** Providers that a request could go to: with an enabled key, or in need of none. */
function usableProviders({ keyring, providers }: Core) {
  const withKeys = new Set(keyring.keys().flatMap((key) => (key.enabled ? [key.provider] : [])));
  return providers.current().providers.filter(({ id, needsKey }) => !needsKey || withKeys.has(id));
}
