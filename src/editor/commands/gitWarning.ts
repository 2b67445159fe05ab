import * as vscode from 'vscode';

import type { GitStanding } from '../../core/keys/gitStanding.ts';

export type GitGuard = {
  standingOf(path: string): Promise<GitStanding>;
  /** Answers the path of the `.gitignore` that now names the file. */
  ignore(path: string): Promise<string>;
};

/** Says so when a file with keys in it could be committed, and offers to have git ignore it. */
export async function warnIfNotIgnored(file: vscode.Uri, git: GitGuard): Promise<void> {
  // A repository can have git run programs: one that is not trusted is not asked.
  if (file.scheme !== 'file' || !vscode.workspace.isTrusted) return;
  const standing = await git.standingOf(file.fsPath);
  if (standing !== 'notIgnored' && standing !== 'tracked') return;
  const name = vscode.workspace.asRelativePath(file, false);
  const add = vscode.l10n.t('Add to .gitignore');
  const warning =
    standing === 'notIgnored'
      ? vscode.l10n.t('{0} is not ignored by git: the next commit may publish the keys in it.', name)
      : vscode.l10n.t(
          '{0} is in the git repository: whoever has the repository has the keys in it. Take it out with "git rm --cached {0}", and replace the keys at their providers.',
          name,
        );
  if ((await vscode.window.showWarningMessage(warning, add)) !== add) return;
  try {
    const gitIgnore = await git.ignore(file.fsPath);
    void vscode.window.setStatusBarMessage(vscode.l10n.t('AI Keys: {0} now names {1}.', gitIgnore, name), 8_000);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('.gitignore could not be written: {0}', reason));
  }
}
