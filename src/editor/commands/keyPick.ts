import * as vscode from 'vscode';

import { displayNameOf, keyName } from '../../core/keys/keyName.ts';
import type { KeyRef } from '../../core/keys/keyRef.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { wholePercent } from '../../core/report/amounts.ts';
import type { KeyStatus } from '../../core/quota/keyStatus.ts';
import { stateWord } from '../keyWords.ts';
import { plainText } from '../plainText.ts';
import { refOf } from '../tree/keyRow.ts';

export type KeyPickPorts = {
  readonly tracker: { allStatuses(): readonly KeyStatus[] };
  readonly providers: () => readonly Provider[];
};

type KeyItem = vscode.QuickPickItem & { readonly ref: KeyRef };

/** Lets the user choose among the keys that a command makes sense for. */
export class KeyPick {
  readonly #ports: KeyPickPorts;

  constructor(ports: KeyPickPorts) {
    this.#ports = ports;
  }

  async one(title: string, fits: (status: KeyStatus) => boolean = () => true): Promise<KeyRef | undefined> {
    const items = this.#items(fits);
    if (items.length === 1) return items[0]?.ref;
    if (items.length === 0) return this.#none();
    return (
      await vscode.window.showQuickPick(items, {
        title,
        placeHolder: vscode.l10n.t('Which key?'),
        matchOnDescription: true,
      })
    )?.ref;
  }

  async several(title: string, fits: (status: KeyStatus) => boolean = () => true): Promise<readonly KeyRef[]> {
    const items = this.#items(fits);
    if (items.length === 0) return this.#none() ?? [];
    const options = {
      title,
      placeHolder: vscode.l10n.t('Which keys?'),
      matchOnDescription: true,
      canPickMany: true,
    } as const;
    return (await vscode.window.showQuickPick(items, options))?.map(({ ref }) => ref) ?? [];
  }

  #items(fits: (status: KeyStatus) => boolean): readonly KeyItem[] {
    const providers = this.#ports.providers();
    return this.#ports.tracker
      .allStatuses()
      .filter(fits)
      .map((status) => {
        const { key, state, headline } = status;
        const used = headline === undefined ? [] : [vscode.l10n.t('{0}% used', wholePercent(headline.percentage))];
        return {
          ref: refOf(status),
          label: keyName(vscode.l10n, displayNameOf(providers, key.provider), key.number),
          description: [plainText(key.label), stateWord(vscode.l10n, state), ...used]
            .filter((part) => part !== '')
            .join(' · '),
        };
      });
  }

  #none(): undefined {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no key that this could be done with.'));
  }
}
