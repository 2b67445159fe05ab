import * as vscode from 'vscode';

import type { ApiKey } from '../core/keys/apiKey.ts';
import type { Keyring } from '../core/keys/keyring.ts';
import { describeKeyringProblem } from '../core/keys/describeKeyringProblem.ts';
import { keyRef } from '../core/keys/keyRef.ts';
import type { PoolJoiner } from '../core/keys/poolJoiner.ts';
import type { Cancel, Log } from '../core/ports.ts';
import type { Provider } from '../core/providers/provider.ts';
import type { PoolJoin } from '../core/quota/poolJoin.ts';
import { showKeyringProblem } from './showKeyringProblem.ts';

export type PoolNoticePorts = {
  readonly keyring: Pick<Keyring, 'nameOf' | 'setPool'>;
  readonly accountNames: Pick<PoolJoiner, 'onJoin'>;
  readonly providers: () => readonly Provider[];
  readonly log: Log;
};

/** Says which keys became one pool by themselves, and takes them out of it again where the user wants that. */
export class PoolNotice implements vscode.Disposable {
  readonly #ports: PoolNoticePorts;
  readonly #cancel: Cancel;

  constructor(ports: PoolNoticePorts) {
    this.#ports = ports;
    const failed = (error: unknown): void => ports.log.error(`telling of a pool failed: ${String(error)}`);
    this.#cancel = ports.accountNames.onJoin((join) => void this.#tell(join).catch(failed));
  }

  dispose(): void {
    this.#cancel();
  }

  async #tell(join: PoolJoin): Promise<void> {
    const part = vscode.l10n.t('Part Again');
    if ((await vscode.window.showInformationMessage(this.#words(join), part)) === part) await this.#part(join);
  }

  #words({ accountName, joining, members }: PoolJoin): string {
    const names = (keys: readonly ApiKey[]): string => keys.map((key) => this.#ports.keyring.nameOf(key)).join(', ');
    return members.length === 0
      ? vscode.l10n.t(
          '{0} belong to one account, {1}, and share its quota. They are counted together from now on.',
          names(joining),
          accountName,
        )
      : vscode.l10n.t(
          'Counted together with {0} from now on: {1}. They belong to one account, {2}, and share its quota.',
          names(members),
          names(joining),
          accountName,
        );
  }

  /** Only those that joined: a pool that was there before stays. */
  async #part(join: PoolJoin): Promise<void> {
    const { keyring, providers } = this.#ports;
    const refs = join.joining.map((key) => keyRef(key.provider, key.number));
    const done = await keyring.setPool(refs, null);
    if (done.ok) return;
    const words = describeKeyringProblem(vscode.l10n, providers(), done.problem);
    await showKeyringProblem(words, done.problem, () => this.#part(join));
  }
}
