import * as vscode from 'vscode';

import { accountOf, type ApiKey } from '../../core/keys/apiKey.ts';
import { displayNameOf } from '../../core/keys/keyName.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import type { KeyRef } from '../../core/keys/keyRef.ts';
import type { Log } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { Ledger, Subject } from '../../core/quota/ledger.ts';
import { plainText } from '../plainText.ts';
import { keysIn, providerIn } from './keyArgument.ts';
import { registerCommand } from './registerCommand.ts';

export type ForgetLearnedPorts = {
  readonly keyring: Pick<Keyring, 'keys' | 'find' | 'nameOf'>;
  readonly ledger: Pick<Ledger, 'forgetLearned'>;
  readonly providers: () => readonly Provider[];
  readonly selection: () => readonly KeyRef[];
  readonly log: Log;
};

type Of = { readonly name: string; readonly subjects: readonly Subject[] | 'all' };

/** Drops what replies have taught of keys, of a provider or of all: the user knows that an account was changed. */
export function registerForgetLearned(ports: ForgetLearnedPorts): vscode.Disposable {
  return registerCommand('aiKeys.forgetLearned', ports.log, async (...args) => {
    const of = given(args, ports) ?? (await choose(ports));
    if (of === undefined) return;
    await ports.ledger.forgetLearned(of.subjects);
    const said = vscode.l10n.t('What was learned of {0} is forgotten. The next answers teach it again.', of.name);
    ports.log.info(said);
    void vscode.window.showInformationMessage(said);
  });
}

function given(args: readonly unknown[], { keyring, providers, selection }: ForgetLearnedPorts): Of | undefined {
  const keys = keysIn(args, selection).flatMap((ref) => keyring.find(ref) ?? []);
  const [first] = keys;
  if (first !== undefined) {
    const name = keys.length === 1 ? keyring.nameOf(first) : vscode.l10n.t('{0} keys', keys.length);
    return { name, subjects: keys.map(accountOf) };
  }
  const wanted = providerIn(args[0]);
  const provider = providers().find(({ id }) => id === wanted);
  return provider === undefined ? undefined : ofProvider(provider.id, keyring.keys(), providers());
}

function ofProvider(id: string, keys: readonly ApiKey[], providers: readonly Provider[]): Of {
  const own = keys.filter(({ provider }) => provider === id);
  return {
    name: plainText(displayNameOf(providers, id)),
    subjects: [`provider:${id}`, ...own.map(accountOf)],
  };
}

async function choose({ keyring, providers }: ForgetLearnedPorts): Promise<Of | undefined> {
  const keys = keyring.keys();
  const ids = [...new Set(keys.map(({ provider }) => provider))];
  const item = (of: Of, description = '', label = of.name): vscode.QuickPickItem & { of: Of } => ({
    label,
    description,
    of,
  });
  const items = [
    item(
      { name: vscode.l10n.t('all keys'), subjects: 'all' },
      vscode.l10n.t('of every provider'),
      vscode.l10n.t('All Keys'),
    ),
    ...ids.map((id) => item(ofProvider(id, keys, providers()), vscode.l10n.t('all its keys'))),
    ...keys.map((key) => item({ name: keyring.nameOf(key), subjects: [accountOf(key)] }, plainText(key.label))),
  ];
  const options = {
    title: vscode.l10n.t('Forget Learned Limits'),
    placeHolder: vscode.l10n.t('Of which keys? What was used stays counted'),
    matchOnDescription: true,
  };
  return (await vscode.window.showQuickPick(items, options))?.of;
}
