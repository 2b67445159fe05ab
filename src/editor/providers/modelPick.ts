import * as vscode from 'vscode';

import type { ListedModel, ModelsResult } from '../../core/providers/chatCall.ts';
import { compactAmount } from '../../core/report/amounts.ts';
import { failureWords } from '../commands/checkWords.ts';

/**
 * Models in the order of asking: those of `current` first, then as they are ticked. Undefined: the
 * user left. Where the provider gives no list, their names are typed.
 */
export function askModels(
  title: string,
  current: readonly string[],
  listed: ModelsResult,
): Promise<readonly string[] | undefined> {
  return listed.ok && listed.models.length > 0
    ? pickModels(title, current, listed.models)
    : typeModels(title, current, listed);
}

type ModelItem = vscode.QuickPickItem & { readonly id: string };

function pickModels(
  title: string,
  current: readonly string[],
  listed: readonly ListedModel[],
): Promise<readonly string[] | undefined> {
  const pick = vscode.window.createQuickPick<ModelItem>();
  const items = modelItems(current, listed);
  let order: readonly string[] = current;
  pick.title = title;
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  pick.placeholder = vscode.l10n.t('Tick the models to use, the preferred one first');
  pick.items = items;
  pick.selectedItems = items.filter(({ id }) => current.includes(id));
  return new Promise((resolve) => {
    pick.onDidChangeSelection((selected) => {
      const ids = selected.map(({ id }) => id);
      order = [...order.filter((id) => ids.includes(id)), ...ids.filter((id) => !order.includes(id))];
      const [first] = order;
      pick.placeholder =
        first === undefined
          ? vscode.l10n.t('Tick the models to use, the preferred one first')
          : vscode.l10n.t('Asked in this order: {0}', order.join(', '));
    });
    pick.onDidAccept(() => {
      resolve(order);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function modelItems(current: readonly string[], listed: readonly ListedModel[]): readonly ModelItem[] {
  const byId = new Map(listed.map((model) => [model.id, model]));
  const gone = vscode.l10n.t('not in the provider’s list');
  return [
    ...current.map((id) => {
      const model = byId.get(id);
      return model === undefined ? { id, label: id, description: gone } : modelItem(model);
    }),
    ...listed.filter(({ id }) => !current.includes(id)).map(modelItem),
  ];
}

function modelItem({ id, contextTokens, deprecatedAt, successor }: ListedModel): ModelItem {
  const words = [
    contextTokens === undefined ? '' : vscode.l10n.t('context {0} tokens', compactAmount(contextTokens)),
    deprecatedAt === undefined ? '' : vscode.l10n.t('served until {0}', deprecatedAt.slice(0, 10)),
    successor === undefined ? '' : vscode.l10n.t('then {0}', successor),
  ];
  return { id, label: id, description: words.filter((word) => word !== '').join(' · ') };
}

async function typeModels(
  title: string,
  current: readonly string[],
  listed: ModelsResult,
): Promise<readonly string[] | undefined> {
  const why = listed.ok ? vscode.l10n.t('its list is empty') : failureWords(vscode.l10n, listed.failure);
  const text = await vscode.window.showInputBox({
    title,
    value: current.join(', '),
    prompt: vscode.l10n.t(
      'Names of its models, the preferred one first, with commas between. It gave no list: {0}.',
      why,
    ),
    ignoreFocusOut: true,
    validateInput: (typed) =>
      namesIn(typed).some((name) => name.length > 300) ? vscode.l10n.t('A name is too long.') : undefined,
  });
  return text === undefined ? undefined : namesIn(text);
}

const namesIn = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
];
