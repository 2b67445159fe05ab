import * as vscode from 'vscode';

import type { ApiKey } from '../core/keys/apiKey.ts';
import type { Keyring } from '../core/keys/keyring.ts';
import { describeKeyringProblem } from '../core/keys/keyringProblem.ts';
import { keyRef } from '../core/keys/keyRef.ts';
import type { Cancel, Log } from '../core/ports.ts';
import type { Provider } from '../core/providers/provider.ts';
import { samePoolCandidates, type AccountNames, type PoolCandidate } from '../core/quota/accountNames.ts';
import type { Memory } from './freeTierNotice.ts';
import type { Subscribe } from './subscribe.ts';

export type PoolOfferPorts = {
  readonly keyring: Pick<Keyring, 'keys' | 'nameOf' | 'setPool'>;
  readonly accountNames: Pick<AccountNames, 'accountName'>;
  readonly providers: () => readonly Provider[];
  /** Whatever may have named an account. */
  readonly changes: readonly Subscribe[];
  readonly memory: Memory;
  readonly log: Log;
};

/** Offers, once per account, to put keys into one pool that their provider says belong together. */
export class PoolOffer implements vscode.Disposable {
  readonly #ports: PoolOfferPorts;
  readonly #cancels: readonly Cancel[];
  #asking = false;

  constructor(ports: PoolOfferPorts) {
    this.#ports = ports;
    this.#cancels = ports.changes.map((subscribe) => subscribe(() => void this.#consider()));
  }

  dispose(): void {
    for (const cancel of this.#cancels) cancel();
  }

  async #consider(): Promise<void> {
    if (this.#asking) return;
    const { keyring, accountNames, memory, log } = this.#ports;
    const candidates = samePoolCandidates(keyring.keys(), accountNames);
    const candidate = candidates.find((each) => memory.get(memoryName(each)) === undefined);
    if (candidate === undefined) return;
    this.#asking = true;
    try {
      await memory.update(memoryName(candidate), true);
      await this.#offer(candidate);
    } catch (error) {
      log.error(`offering a pool failed: ${String(error)}`);
    } finally {
      this.#asking = false;
    }
  }

  async #offer({ provider, accountName, keys }: PoolCandidate): Promise<void> {
    const { keyring, providers } = this.#ports;
    const accept = vscode.l10n.t('Put in One Pool');
    const chosen = await vscode.window.showInformationMessage(
      vscode.l10n.t(
        '{0} belong to one account, {1}: they share its quota. In one pool they are counted together; that adds no quota.',
        keys.map((key) => keyring.nameOf(key)).join(', '),
        accountName,
      ),
      accept,
    );
    if (chosen !== accept) return;
    const refs = keys.map((key) => keyRef(key.provider, key.number));
    const done = await keyring.setPool(refs, freePoolName(accountName, provider, keyring.keys()));
    if (!done.ok) void vscode.window.showErrorMessage(describeKeyringProblem(vscode.l10n, providers(), done.problem));
  }
}

/** Another provider's account may have the same name: these two share nothing. */
const freePoolName = (name: string, provider: string, keys: readonly ApiKey[]): string =>
  keys.some((key) => key.pool === name && key.provider !== provider) ? `${name} (${provider})` : name;

const memoryName = ({ provider, accountName, keys }: PoolCandidate): string =>
  `poolOffer.${provider}.${accountName}.${keys.length}`;
