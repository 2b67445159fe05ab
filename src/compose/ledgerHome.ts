import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import type { LedgerNotice } from '../adapters/sqliteLedger/ledgerNotice.ts';
import { openLedger, type OpenLedger } from '../adapters/sqliteLedger/openLedger.ts';
import type { Cancel, Clock, L10n, Log, Random } from '../core/ports.ts';
import type { Provider } from '../core/providers/provider.ts';
import { quotaDay, quotaMonth } from '../core/quota/quotaDay.ts';
import { parseSnapshot } from '../core/quota/snapshot.ts';

export type LedgerHomeAsk = {
  readonly context: vscode.ExtensionContext;
  readonly clock: Clock;
  readonly random: Random;
  readonly l10n: L10n;
  readonly log: Log;
  readonly providers: () => readonly Provider[];
};

const snapshotName = 'ledger.snapshot';
/** Within 5 s of a settle (spec section 5), with room for a busy host. */
const snapshotEveryMs = 3_000;

/** The ledger under the extension's global storage, its copy in `globalState`, and what there is to tell of it. */
export async function openLedgerHome(ask: LedgerHomeAsk): Promise<OpenLedger & { readonly stop: Cancel }> {
  const { context, clock, random, log, l10n, providers } = ask;
  const kept: unknown = context.globalState.get(snapshotName);
  const opened = await openLedger({
    path: vscode.Uri.joinPath(context.globalStorageUri, 'ledger.db').fsPath,
    clock,
    random,
    // With a thousand keys it is large: parsed only where there is no database that has it.
    snapshot: () => parseSnapshot(kept),
    periodStartsMs: (nowMs) => periodStarts(providers(), nowMs),
    reportWorkerUrl: pathToFileURL(context.asAbsolutePath('dist/reportWorker.js')),
  });
  const tell = (notice: LedgerNotice): void => {
    const shown = async (): Promise<void> => {
      const { ledgerNoticeWords, toldUntilMs } = await import('./ledgerNoticeWords.ts');
      const words = ledgerNoticeWords(l10n, notice);
      log.warn(words);
      const nowMs = clock.now();
      const isFirst = await opened.ledger.mark(`ledger ${notice.kind}`, toldUntilMs(notice, nowMs), nowMs);
      if (isFirst) void vscode.window.showWarningMessage(words);
    };
    shown().catch((error: unknown) => log.error(`a notice of the ledger was not shown: ${String(error)}`));
  };
  for (const notice of opened.notices) tell(notice);
  opened.onNotice(tell);
  return { ...opened, stop: keepSnapshot(ask, opened) };
}

function keepSnapshot({ context, clock, log }: LedgerHomeAsk, opened: OpenLedger): Cancel {
  let timer: Cancel | undefined;
  const keep = (): void => {
    timer = undefined;
    context.globalState
      .update(snapshotName, opened.takeSnapshot())
      .then(undefined, (error: unknown) => log.warn(`the ledger's copy was not kept: ${String(error)}`));
  };
  const stop = opened.ledger.onDidChange(() => {
    timer ??= clock.after(snapshotEveryMs, keep);
  });
  return () => {
    stop();
    if (timer === undefined) return;
    timer();
    keep();
  };
}

/** When the running quota days and months of all zones in use began. */
function periodStarts(providers: readonly Provider[], nowMs: number): readonly number[] {
  const zones = new Set(['UTC', ...providers.map(({ resetTimeZone }) => resetTimeZone)]);
  return [...zones].flatMap((zone) => [quotaDay(nowMs, zone).startMs, quotaMonth(nowMs, zone).startMs]);
}
