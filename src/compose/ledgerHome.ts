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
  const snapshot = parseSnapshot(context.globalState.get(snapshotName));
  const opened = await openLedger({
    path: vscode.Uri.joinPath(context.globalStorageUri, 'ledger.db').fsPath,
    clock,
    random,
    ...(snapshot === undefined ? {} : { snapshot }),
    periodStartsMs: (nowMs) => periodStarts(providers(), nowMs),
    reportWorkerUrl: pathToFileURL(context.asAbsolutePath('dist/reportWorker.js')),
  });
  const tell = (notice: LedgerNotice): void => {
    const words = noticeWords(l10n, notice);
    log.warn(words);
    void vscode.window.showWarningMessage(words);
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
    timer?.();
  };
}

/** When the running quota days and months of all zones in use began. */
function periodStarts(providers: readonly Provider[], nowMs: number): readonly number[] {
  const zones = new Set(['UTC', ...providers.map(({ resetTimeZone }) => resetTimeZone)]);
  return [...zones].flatMap((zone) => [quotaDay(nowMs, zone).startMs, quotaMonth(nowMs, zone).startMs]);
}

function noticeWords(l10n: L10n, notice: LedgerNotice): string {
  switch (notice.kind) {
    case 'damaged':
      return l10n.t(
        'The usage database could not be read. It was set aside as {0}; today’s usage and your keys were restored from the copy, older usage is only in that file.',
        notice.path,
      );
    case 'newer':
      return l10n.t(
        'A newer AI Keys made the usage database. This version counts in a file of its own: update to see both together.',
      );
    case 'full':
      return l10n.t('The disk is full: usage is counted in memory and written when there is room again.');
    case 'readOnly':
      return l10n.t(
        'The usage database cannot be written ({0}): usage is counted in memory until it can.',
        notice.path,
      );
    case 'locked':
      return l10n.t('Another program holds the usage database: usage is counted in memory and written later.');
    case 'unreachable':
      return l10n.t(
        'The folder of the usage database cannot be reached ({0}): usage is counted in memory until it can.',
        notice.path,
      );
    case 'withoutWal':
      return l10n.t('The usage database is on a disk that windows cannot share well: counting is exact, but slower.');
    case 'noSqlite':
      return l10n.t(
        'This VS Code brings no SQLite: usage is counted in memory, and one window does not see the other’s.',
      );
    case 'recreated':
      return l10n.t(
        'The usage database was deleted while in use. It was written again with today’s usage and your keys.',
      );
    default:
      return notice satisfies never;
  }
}
