import { homedir } from 'node:os';

import * as vscode from 'vscode';

import { displayNameOf, keyName } from '../../core/keys/keyName.ts';
import { keyRef } from '../../core/keys/keyRef.ts';
import { gatherReport, type ReportRange } from '../../core/report/gatherReport.ts';
import { reportCsv } from '../../core/report/reportCsv.ts';
import type { ReportData } from '../../core/report/reportData.ts';
import { reportJson } from '../../core/report/reportJson.ts';
import { reportMarkdown } from '../../core/report/reportMarkdown.ts';
import { dayMs, quarterStart } from '../../core/report/reportPeriod.ts';
import { readDateRange } from './dateRange.ts';
import type { DashboardPorts } from './dashboardPorts.ts';

type Format = 'md' | 'csv' | 'json';

/** Asks for range, format and place, in this order, and writes nothing before the place is chosen. */
export async function exportReport(ports: DashboardPorts): Promise<void> {
  const nowMs = ports.clock.now();
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const range = await askRange(nowMs, timeZone);
  if (range === undefined) return;
  const format = await askFormat();
  if (format === undefined) return;
  const data = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Making the report') },
    () => gatherReport(ports.reports, { range, nowMs, timeZone, ...subjects(ports) }),
  );
  await save(textOf(format, data), format, nowMs);
}

function subjects({ tracker, providers }: DashboardPorts) {
  const known = providers();
  const keys = tracker.allStatuses().map(({ key }) => ({
    ref: keyRef(key.provider, key.number),
    name: keyName(vscode.l10n, displayNameOf(known, key.provider), key.number),
    label: key.label,
    pool: key.pool,
  }));
  return { providers: known, keys, quota: tracker.allStats() };
}

function textOf(format: Format, data: ReportData): string {
  switch (format) {
    case 'md':
      return reportMarkdown(vscode.l10n, data, vscode.env.language);
    case 'csv':
      return reportCsv(data);
    case 'json':
      return reportJson(data);
  }
}

/** One question follows the other: the panel behind, which gets the focus back in between, ends none of them. */
const asking = () => ({ title: vscode.l10n.t('Export Report'), ignoreFocusOut: true });

async function askRange(nowMs: number, timeZone: string): Promise<ReportRange | undefined> {
  const last = (days: number): ReportRange => ({
    kind: 'span',
    fromMs: quarterStart(nowMs) - days * dayMs,
    toMs: nowMs + 1,
  });
  const items: readonly (vscode.QuickPickItem & { readonly range?: ReportRange })[] = [
    { label: vscode.l10n.t('Current quota day'), range: { kind: 'quotaDay' } },
    { label: vscode.l10n.t('Last 24 hours'), range: last(1) },
    { label: vscode.l10n.t('Last 7 days'), range: last(7) },
    { label: vscode.l10n.t('Last 30 days'), range: last(30) },
    {
      label: vscode.l10n.t('Everything on record'),
      range: { kind: 'span', fromMs: 0, toMs: nowMs + 1 },
    },
    { label: vscode.l10n.t('From one day to another…') },
  ];
  const placeHolder = vscode.l10n.t('Which time?');
  const picked = await vscode.window.showQuickPick(items, { ...asking(), placeHolder });
  return picked === undefined || picked.range !== undefined ? picked?.range : askDates(nowMs, timeZone);
}

async function askDates(nowMs: number, timeZone: string): Promise<ReportRange | undefined> {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone }).format(nowMs);
  const read = (text: string): ReturnType<typeof readDateRange> => readDateRange(text, timeZone);
  const text = await vscode.window.showInputBox({
    ...asking(),
    prompt: vscode.l10n.t('First and last day, both included, for example {0} {1}', '2026-11-01', '2026-11-22'),
    value: `${today} ${today}`,
    validateInput: (value) =>
      read(value) === undefined
        ? vscode.l10n.t('Two days such as {0}, the earlier one first', '2026-11-01 2026-11-22')
        : undefined,
  });
  const dates = text === undefined ? undefined : read(text);
  return dates === undefined ? undefined : { kind: 'span', fromMs: dates.startMs, toMs: dates.endMs };
}

async function askFormat(): Promise<Format | undefined> {
  const items: readonly (vscode.QuickPickItem & { readonly format: Format })[] = [
    { label: 'Markdown', description: vscode.l10n.t('to read'), format: 'md' },
    { label: 'CSV', description: vscode.l10n.t('for a spreadsheet'), format: 'csv' },
    { label: 'JSON', description: vscode.l10n.t('for programs'), format: 'json' },
  ];
  const placeHolder = vscode.l10n.t('Which format?');
  const picked = await vscode.window.showQuickPick(items, { ...asking(), placeHolder });
  return picked?.format;
}

async function save(text: string, format: Format, nowMs: number): Promise<void> {
  const name = `ai-keys-report-${new Date(nowMs).toISOString().slice(0, 10)}.${format}`;
  const home = vscode.Uri.file(homedir());
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? home;
  const ask = (place: vscode.Uri): Thenable<vscode.Uri | undefined> =>
    vscode.window.showSaveDialog({
      title: vscode.l10n.t('Save Report'),
      filters: { [format.toUpperCase()]: [format] },
      defaultUri: vscode.Uri.joinPath(place, name),
    });
  let target = await ask(folder);
  while (target !== undefined) {
    const problem = await write(target, text);
    if (problem === undefined) return sayWritten(target);
    const again = vscode.l10n.t('Choose Another Place');
    const sentence = vscode.l10n.t('The report could not be written to {0}: {1}', target.fsPath, problem);
    if ((await vscode.window.showErrorMessage(sentence, again)) !== again) return undefined;
    target = await ask(home);
  }
  return undefined;
}

async function write(target: vscode.Uri, text: string): Promise<string | undefined> {
  try {
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function sayWritten(target: vscode.Uri): Promise<void> {
  const open = vscode.l10n.t('Open');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('The report is in {0}.', target.fsPath),
    open,
  );
  if (chosen === open) await vscode.commands.executeCommand('vscode.open', target);
}
