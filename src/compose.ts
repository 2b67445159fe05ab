import * as vscode from 'vscode';
import { OutputChannelLog } from './adapters/outputChannelLog.ts';
import { ShiftedClock } from './adapters/shiftedClock.ts';
import { SystemClock } from './adapters/systemClock.ts';
import { SystemRandom } from './adapters/systemRandom.ts';
import { VscodeSettings } from './adapters/vscodeSettings.ts';
import { composeCore } from './compose/core.ts';
import { composeEditor } from './compose/editor.ts';
import { testingOf, type Testing } from './compose/testing.ts';
import { maskSecrets } from './core/analysis/secretMasking.ts';
import type { L10n } from './core/ports.ts';
import { ChatConsent } from './editor/api/chatConsent.ts';
import { extensionApi, type ApiEvent, type ExtensionApi } from './editor/api/extensionApi.ts';

/** True in the builds that tests run, by esbuild's `define`; production builds drop what it guards. */
declare const AI_KEYS_TEST_BUILD: boolean;

export type Composed = ExtensionApi & { readonly testing?: Testing };

/** The one place that constructs things and hands them to each other. */
export async function compose(context: vscode.ExtensionContext): Promise<Composed> {
  const l10n: L10n = { t: (message, ...args) => vscode.l10n.t(message, ...args) };
  const underTest = AI_KEYS_TEST_BUILD && context.extensionMode === vscode.ExtensionMode.Test;
  const clock = underTest ? new ShiftedClock() : new SystemClock();
  const channel = vscode.window.createOutputChannel('AI Keys', { log: true });
  const log = new OutputChannelLog(channel, (line) => maskSecrets(line).text);
  const settings = new VscodeSettings(l10n);
  const events = new vscode.EventEmitter<ApiEvent>();
  const random = new SystemRandom();
  const core = await composeCore({ context, clock, random, l10n, log, settings, emit: () => undefined });
  const editor = composeEditor({
    context,
    core,
    settings,
    clock,
    random,
    l10n,
    log,
    showLog: () => channel.show(),
  });
  const stops = [
    core.router.onAnswer(({ content: _, toolCalls: __, ...answer }) => events.fire({ kind: 'answered', answer })),
    core.ledger.onDidChange(() => events.fire({ kind: 'changed' })),
  ];
  context.subscriptions.push(
    channel,
    events,
    editor,
    new vscode.Disposable(() => {
      for (const stop of stops) stop();
      core.dispose();
      settings.dispose();
    }),
  );
  core.recovery.start();
  void core.keyring
    .reconcile()
    .catch((error: unknown) => log.error(`looking through the secrets failed: ${String(error)}`));
  for (const { message } of [...settings.problems, ...core.providers.current().problems]) log.warn(message);
  const api = extensionApi({
    ...core,
    consent: new ChatConsent(context.globalState, context.extensionMode !== vscode.ExtensionMode.Test),
    onDidChange: events.event,
  });
  return underTest ? { ...api, testing: testingOf(core, clock) } : api;
}
