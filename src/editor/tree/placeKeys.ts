import * as vscode from 'vscode';

import { describeKeyringProblem } from '../../core/keys/describeKeyringProblem.ts';
import type { KeyRef } from '../../core/keys/keyRef.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import type { Log } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { showKeyringProblem } from '../showKeyringProblem.ts';

export type PlaceKeysPorts = {
  readonly keyring: Pick<Keyring, 'place'>;
  readonly providers: () => readonly Provider[];
  readonly log: Log;
};

/** In front of another key of their provider, or last; says why not. */
export async function placeKeys(
  refs: readonly KeyRef[],
  before: KeyRef | undefined,
  ports: PlaceKeysPorts,
): Promise<void> {
  const result = await ports.keyring.place(refs, before);
  if (result.ok) return;
  ports.log.error(`keys could not be put in another order: ${result.problem.kind}`);
  const why = describeKeyringProblem(vscode.l10n, ports.providers(), result.problem);
  const words = vscode.l10n.t('The keys could not be put in another order. {0}', why);
  void showKeyringProblem(words, result.problem, () => placeKeys(refs, before, ports));
}
