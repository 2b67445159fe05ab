import * as vscode from 'vscode';
import type { Cancel, Log } from '../core/ports.ts';

/** Names each setting that cannot be used, once, in the log and in one toast. */
export function tellSettingProblems(
  read: () => readonly string[],
  onDidChange: (listener: () => void) => Cancel,
  log: Log,
): Cancel {
  const told = new Set<string>();
  const tell = (): void => {
    const fresh = read().filter((problem) => !told.has(problem));
    for (const problem of fresh) {
      told.add(problem);
      log.warn(problem);
    }
    const [first] = fresh;
    if (first === undefined) return;
    const text = fresh.length === 1 ? first : vscode.l10n.t('{0} And {1} more, see the log.', first, fresh.length - 1);
    const open = vscode.l10n.t('Open Settings');
    void vscode.window.showWarningMessage(text, open).then((chosen) => {
      if (chosen === open) void vscode.commands.executeCommand('aiKeys.openSettings');
    });
  };
  tell();
  return onDidChange(tell);
}
