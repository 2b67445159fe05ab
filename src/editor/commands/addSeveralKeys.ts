import * as vscode from 'vscode';

import type { CheckResult } from '../../core/keys/keyCheck.ts';
import { describeKeyringProblem } from '../../core/keys/describeKeyringProblem.ts';
import type { KeyringProblem } from '../../core/keys/keyringProblem.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import type { PreparedKey } from '../../core/keys/keyringResult.ts';
import { planPaste, type PastePlan } from '../../core/keys/paste.ts';
import { describeSecretProblem } from '../../core/keys/describeSecretProblem.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { showKeyringProblem } from '../showKeyringProblem.ts';
import { failureWords } from './checkWords.ts';
import { keyCount } from './keyCount.ts';

export type AddSeveralPorts = {
  readonly keyring: Pick<Keyring, 'keys' | 'fingerprintOf' | 'checkPrepared' | 'commitAll'>;
  readonly providers: () => readonly Provider[];
};

type Checked = { readonly prepared: PreparedKey; readonly checked: CheckResult };

const checksAtOnce = 6;

/** Keys pasted with one a line: all are checked first, and those that were refused stay out unless the user insists. */
export async function addSeveralKeys(provider: Provider, text: string, ports: AddSeveralPorts): Promise<void> {
  const { keyring } = ports;
  const plan = planPaste({
    text,
    provider: provider.id,
    existing: keyring.keys(),
    fingerprintOf: (secret, of) => keyring.fingerprintOf(secret, of),
  });
  const prepared = plan.add.map(({ secret, fingerprint }): PreparedKey => {
    return { ok: true, provider, secret, fingerprint, hint: {} };
  });
  const checked = await checkAll(prepared, ports);
  if (checked === undefined) {
    const cancelled = describeKeyringProblem(vscode.l10n, ports.providers(), { kind: 'cancelled' });
    return void vscode.window.showInformationMessage(cancelled);
  }
  const good = checked.filter((one) => one.checked.kind !== 'refused');
  const refused = checked.filter((one) => one.checked.kind === 'refused');
  const store = async (): Promise<void> => {
    const result = await keyring.commitAll(good);
    if (!result.ok) sayProblem(result.problem, ports, store);
    else await sayAdded({ provider, plan, good, refused }, ports);
  };
  await store();
}

/** Undefined: the user cancelled, and nothing is stored. */
async function checkAll(
  prepared: readonly PreparedKey[],
  { keyring }: AddSeveralPorts,
): Promise<readonly Checked[] | undefined> {
  const location = vscode.ProgressLocation.Notification;
  const title = vscode.l10n.t('Checking keys');
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    const leave = new AbortController();
    token.onCancellationRequested(() => leave.abort());
    const done: Checked[] = [];
    for (let start = 0; start < prepared.length; start += checksAtOnce) {
      const batch = prepared.slice(start, start + checksAtOnce);
      const results = await Promise.all(batch.map((key) => keyring.checkPrepared(key, leave.signal)));
      for (const [index, checked] of results.entries()) {
        const key = batch[index];
        if (key === undefined || 'problem' in checked) return undefined;
        done.push({ prepared: key, checked });
      }
      progress.report({
        message: vscode.l10n.t('{0} of {1}', done.length, prepared.length),
        increment: (100 * batch.length) / prepared.length,
      });
    }
    return done;
  });
}

type Outcome = {
  readonly provider: Provider;
  readonly plan: PastePlan;
  readonly good: readonly Checked[];
  readonly refused: readonly Checked[];
};

async function sayAdded({ provider, plan, good, refused }: Outcome, ports: AddSeveralPorts): Promise<void> {
  const sentence = [
    good.length === 0
      ? vscode.l10n.t('No key was added to {0}.', provider.displayName)
      : vscode.l10n.t('{0} added to {1}.', keyCount(good.length), provider.displayName),
    ...uncheckedWords(good),
    ...refusedWords(refused),
    ...(plan.same.length === 0 ? [] : [vscode.l10n.t('{0} already there.', keyCount(plan.same.length))]),
    ...badLines(plan),
  ].join(' ');
  const troubled = refused.length > 0 || plan.problems.length > 0 || good.length === 0;
  const show = troubled ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const keep = vscode.l10n.t('Keep Them Anyway');
  const chosen = await show(sentence, ...(refused.length === 0 ? [] : [keep]));
  const keepThem = async (): Promise<void> => {
    const kept = await ports.keyring.commitAll(refused);
    if (!kept.ok) sayProblem(kept.problem, ports, keepThem);
  };
  if (chosen === keep) await keepThem();
}

function uncheckedWords(good: readonly Checked[]): readonly string[] {
  const unchecked = good.flatMap(({ checked }) => (checked.kind === 'couldNotRun' ? [checked.failure] : []));
  const [first] = unchecked;
  if (first === undefined) return [];
  return [
    vscode.l10n.t('{0} could not be checked: {1}.', keyCount(unchecked.length), failureWords(vscode.l10n, first)),
  ];
}

function refusedWords(refused: readonly Checked[]): readonly string[] {
  const [first] = refused;
  if (first?.checked.kind !== 'refused') return [];
  const why = failureWords(vscode.l10n, first.checked.failure);
  return [vscode.l10n.t('{0} refused and not added: {1}.', keyCount(refused.length), why)];
}

function badLines({ problems }: PastePlan): readonly string[] {
  const more = problems.length - 2;
  return [
    ...problems
      .slice(0, 2)
      .map(({ line, problem }) => vscode.l10n.t('Line {0}: {1}', line, describeSecretProblem(vscode.l10n, problem))),
    ...(more > 0 ? [vscode.l10n.t('And {0} more lines.', more)] : []),
  ];
}

function sayProblem(problem: KeyringProblem, { providers }: AddSeveralPorts, again: () => Promise<void>): void {
  void showKeyringProblem(describeKeyringProblem(vscode.l10n, providers(), problem), problem, again);
}
