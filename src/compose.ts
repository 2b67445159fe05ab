import * as vscode from 'vscode';
import { OutputChannelLog } from './adapters/outputChannelLog.ts';
import { ShiftedClock } from './adapters/shiftedClock.ts';
import { SystemClock } from './adapters/systemClock.ts';
import { SystemRandom } from './adapters/systemRandom.ts';
import { VscodeSettings } from './adapters/vscodeSettings.ts';
import type { Alerts } from './compose/alerts.ts';
import { composeCore, type Core } from './compose/core.ts';
import { composeEditor } from './compose/editor.ts';
import { late, type Late } from './compose/late.ts';
import { tellSettingProblems } from './compose/settingProblems.ts';
import type { Testing } from './compose/testing.ts';
import { displayNameOf } from './core/keys/keyName.ts';
import { parseKeyRef } from './core/keys/keyRef.ts';
import type { Clock, L10n, Log, Random } from './core/ports.ts';
import type { RouterEvent } from './core/routing/routerEvent.ts';
import { ChatConsent } from './editor/api/chatConsent.ts';
import { extensionApi, type ApiEvent, type ExtensionApi } from './editor/api/extensionApi.ts';

/** True in the builds that tests run, by esbuild's `define`; production builds drop what it guards. */
declare const AI_KEYS_TEST_BUILD: boolean;

export type Composed = ExtensionApi & { readonly testing?: Testing };

type Common = {
  readonly context: vscode.ExtensionContext;
  readonly settings: VscodeSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly l10n: L10n;
  readonly log: Log;
};

/** The one place that constructs things and hands them to each other. */
export async function compose(context: vscode.ExtensionContext): Promise<Composed> {
  const l10n: L10n = { t: (message, ...args) => vscode.l10n.t(message, ...args) };
  const underTest = context.extensionMode === vscode.ExtensionMode.Test;
  const clock = AI_KEYS_TEST_BUILD && underTest ? new ShiftedClock() : new SystemClock();
  const channel = vscode.window.createOutputChannel('AI Keys', { log: true });
  const log = new OutputChannelLog(channel, loadMask);
  const settings = new VscodeSettings(l10n);
  const common: Common = { context, settings, clock, random: new SystemRandom(), l10n, log };
  const early: RouterEvent[] = [];
  let tell = (event: RouterEvent): void => void early.push(event);
  const core = await composeCore({ ...common, emit: (event) => tell(event) });
  const alerts = lateAlerts(common, core, !underTest);
  const untold = (error: unknown): void => log.error(`an alert was not told: ${String(error)}`);
  tell = (event) => void alerts.ready().then(({ service }) => service.handle(event), untold);
  for (const event of early) tell(event);
  const editor = composeEditor({ ...common, core, alerts, showLog: () => channel.show() });
  const events = new vscode.EventEmitter<ApiEvent>();
  const problems = (): readonly string[] =>
    [...settings.problems, ...core.providers.current().problems].map(({ message }) => message);
  const stops = [
    core.router.onAnswer(({ content: _, toolCalls: __, ...answer }) => events.fire({ kind: 'answered', answer })),
    core.ledger.onDidChange(() => events.fire({ kind: 'changed' })),
    tellSettingProblems(problems, (listener) => settings.onDidChange(listener), log),
    afterActivation(common, core, alerts),
    () => core.dispose(),
    () => settings.dispose(),
  ];
  const end = new vscode.Disposable(() => {
    for (const stop of stops) stop();
  });
  context.subscriptions.push(channel, events, editor, end);
  const consent = new ChatConsent(context.globalState, !underTest);
  const api = extensionApi({ ...core, consent, onDidChange: events.event });
  if (!AI_KEYS_TEST_BUILD || !underTest) return api;
  const { testingOf } = await import('./compose/testing.ts');
  return { ...api, testing: testingOf(core, clock) };
}

async function loadMask(): Promise<(line: string) => string> {
  const { maskSecrets } = await import('./core/analysis/secretMasking.ts');
  return (line) => maskSecrets(line).text;
}

const alertCommandIds = ['aiKeys.showAlerts', 'aiKeys.testAlert', 'aiKeys.setUpTelegram', 'aiKeys.setUpEmail'] as const;

function lateAlerts(common: Common, core: Core, asks: boolean): Late<Alerts> {
  const { keyring, keyBook, home, ledger, client, providers } = core;
  const names = {
    key: (ref: string): string => {
      const key = parseKeyRef(ref);
      return key === undefined ? ref : keyring.nameOf(key);
    },
    provider: (id: string): string => displayNameOf(providers.current().providers, id),
  };
  return late(alertCommandIds, async () => {
    const { composeAlerts } = await import('./compose/alerts.ts');
    return () =>
      composeAlerts({
        ...common,
        database: home,
        http: client.http,
        names,
        stillTrue: { keys: () => keyBook.all(), ledger },
        openDashboard: () => void vscode.commands.executeCommand('aiKeys.openDashboard'),
        asks,
      });
  });
}

/** What need not be done before the window is there: secrets are read, messages left behind are sent. */
function afterActivation(common: Common, core: Core, alerts: Late<Alerts>): () => void {
  const { clock, log, context } = common;
  const { keyring, recovery } = core;
  const soonMs = 200;
  return clock.after(soonMs, () => {
    const failed = (error: unknown): void => log.error(`after activation: ${String(error)}`);
    recovery.start().catch(failed);
    keyring.reconcile().catch(failed);
    alerts.ready().catch(failed);
    import('./compose/keyOffers.ts')
      .then(({ composeKeyOffers }) => composeKeyOffers(common, core))
      .then((offers) => void context.subscriptions.push(offers), failed);
  });
}
