import * as vscode from 'vscode';

import type { EnvPlan } from '../../core/keys/envPlan.ts';
import { describeEnvProblem } from '../../core/keys/envProblem.ts';
import { withPlanned, type LeftAlone, type PlannedChange, type PlannedKey } from '../../core/keys/importPlan.ts';
import { displayNameOf, keyName } from '../../core/keys/keyName.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { limitShapes, type Limits } from '../../core/quota/limits.ts';
import type { Notice } from '../freeTierNotice.ts';
import { limitWords } from '../keyWords.ts';
import { plainText } from '../plainText.ts';

type PreviewItem = vscode.QuickPickItem & { readonly runs?: true };

/** Longer sections say how much more there is. */
const maxRows = 100;

/**
 * Shows what an import would add, change and leave alone, and the lines it cannot read. True when
 * the user takes it; nothing is stored before.
 */
export function confirmImport(
  plan: EnvPlan,
  {
    name,
    providers,
    notice,
  }: { readonly name: string; readonly providers: readonly Provider[]; readonly notice: Notice | undefined },
): Promise<boolean> {
  const count = plan.add.length + plan.change.length;
  const pick = vscode.window.createQuickPick<PreviewItem>();
  pick.title = vscode.l10n.t('Import Keys from {0}', name);
  pick.placeholder = vscode.l10n.t('Press Enter to import, Escape to leave everything as it is');
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.items = [
    {
      runs: true,
      label:
        count === 1
          ? vscode.l10n.t('$(cloud-download) Import 1 key')
          : vscode.l10n.t('$(cloud-download) Import {0} keys', count),
      alwaysShow: true,
      ...(notice === undefined ? {} : { detail: notice.text }),
    },
    ...previewItems(plan, providers),
  ];
  pick.buttons = (notice?.links ?? []).map(({ title }) => ({ iconPath: new vscode.ThemeIcon('law'), tooltip: title }));
  return new Promise((resolve) => {
    pick.onDidTriggerButton(({ tooltip }) => {
      const link = notice?.links.find(({ title }) => title === tooltip);
      if (link !== undefined) void vscode.env.openExternal(vscode.Uri.parse(link.url, true));
    });
    pick.onDidAccept(() => {
      // The other rows are there to be read.
      if (pick.activeItems[0]?.runs !== true) return;
      resolve(true);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(false);
      pick.dispose();
    });
    pick.show();
  });
}

function previewItems(plan: EnvPlan, providers: readonly Provider[]): readonly PreviewItem[] {
  const nameOf = (provider: string, number: number | undefined): string => {
    const name = displayNameOf(providers, provider);
    return number === undefined ? vscode.l10n.t('{0}, next free number', name) : keyName(vscode.l10n, name, number);
  };
  return [
    ...section(
      vscode.l10n.t('Will be added'),
      plan.add.map((key) => added(key, nameOf)),
    ),
    ...section(
      vscode.l10n.t('Will be changed'),
      plan.change.map((change) => changed(change, nameOf)),
    ),
    ...section(
      vscode.l10n.t('Left alone'),
      plan.same.map((same) => leftAlone(same, nameOf)),
    ),
    ...section(vscode.l10n.t('Not taken'), [
      ...plan.problems.map((problem) => ({ label: `$(warning) ${describeEnvProblem(vscode.l10n, problem)}` })),
      ...(plan.problemsLeftOut > 0 ? [{ label: vscode.l10n.t('…and {0} more lines', plan.problemsLeftOut) }] : []),
    ]),
  ];
}

function section(title: string, rows: readonly PreviewItem[]): readonly PreviewItem[] {
  if (rows.length === 0) return [];
  const more = rows.length - maxRows;
  return [
    { label: `${title} (${rows.length})`, kind: vscode.QuickPickItemKind.Separator },
    ...rows.slice(0, maxRows),
    ...(more > 0 ? [{ label: vscode.l10n.t('…and {0} more', more) }] : []),
  ];
}

type NameOf = (provider: string, number: number | undefined) => string;

function added(key: PlannedKey, nameOf: NameOf): PreviewItem {
  return {
    label: `$(add) ${nameOf(key.provider, key.number)}`,
    description: words([
      key.label ?? '',
      key.priority === undefined ? '' : vscode.l10n.t('priority {0}', key.priority),
      ...limitList(key.limits ?? {}),
      lineWords(key.line),
    ]),
  };
}

function changed({ existing, planned, newSecret }: PlannedChange, nameOf: NameOf): PreviewItem {
  const next = withPlanned(existing, planned);
  const newLimits = limitShapes
    .filter(({ name }) => next.limits[name] !== existing.limits[name])
    .map(({ name }) => name);
  return {
    label: `$(edit) ${nameOf(existing.provider, existing.number)}`,
    description: words([
      newSecret ? vscode.l10n.t('another secret') : '',
      next.label === existing.label ? '' : vscode.l10n.t('label {0}', plainText(next.label)),
      next.priority === existing.priority
        ? ''
        : vscode.l10n.t('priority {0} instead of {1}', next.priority, existing.priority),
      ...limitList(Object.fromEntries(newLimits.map((name) => [name, next.limits[name]]))),
      lineWords(planned.line),
    ]),
  };
}

function leftAlone({ provider, number, line, already }: LeftAlone, nameOf: NameOf): PreviewItem {
  const twin =
    already.number === undefined
      ? vscode.l10n.t('the same secret as in line {0}', already.line ?? '?')
      : vscode.l10n.t('already there as {0}', nameOf(provider, already.number));
  return { label: `$(check) ${nameOf(provider, number)}`, description: words([twin, lineWords(line)]) };
}

const limitList = (limits: Limits): readonly string[] =>
  limitShapes.flatMap(({ name }) => {
    const value = limits[name];
    return value === undefined
      ? []
      : [vscode.l10n.t('{0}: {1}', limitWords(vscode.l10n, name), value.toLocaleString(vscode.env.language))];
  });

const lineWords = (line: number | undefined): string => (line === undefined ? '' : vscode.l10n.t('line {0}', line));

const words = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');
