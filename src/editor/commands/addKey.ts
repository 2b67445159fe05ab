import * as vscode from 'vscode';

import type { Keyring } from '../../core/keys/keyring.ts';
import { pasteKind } from '../../core/keys/paste.ts';
import type { Log } from '../../core/ports.ts';
import { movedOrigins } from '../../core/providers/movedOrigins.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { FreeTierNotice } from '../freeTierNotice.ts';
import { pastedText } from '../pastedText.ts';
import { addSeveralKeys, type AddSeveralPorts } from './addSeveralKeys.ts';
import { providerIn } from './keyArgument.ts';
import { pickKeyProvider } from './pickKeyProvider.ts';
import { registerCommand } from './registerCommand.ts';
import { sayStored } from './sayStored.ts';
import { askSecret } from './secretDialog.ts';

export type AddKeyPorts = AddSeveralPorts & {
  readonly keyring: Pick<Keyring, 'prepareFor' | 'commit' | 'nameOf'>;
  /** What a `.env` that was pasted holds goes the way of an imported one. */
  readonly importText: (text: string) => Promise<void>;
  readonly notice: FreeTierNotice;
  readonly log: Log;
};

/** Two questions, provider and secret; then the check, and its result in words. */
export function registerAddKey(ports: AddKeyPorts): vscode.Disposable {
  return registerCommand('aiKeys.addKey', ports.log, async (argument) => {
    const known = ports.providers().filter(({ needsKey }) => needsKey);
    const wanted = providerIn(argument);
    const provider = known.find(({ id }) => id === wanted) ?? (await pickKeyProvider(known, ports));
    if (provider !== undefined) await addTo(provider, ports);
  });
}

/** Where the box begins when the user comes back to it. */
type Start = {
  readonly text: string;
  /** As if Enter had been pressed on it. */
  readonly accepted: boolean;
  /** The user has said whose key this is. */
  readonly settled: boolean;
};

const anew: Start = { text: '', accepted: false, settled: false };

async function addTo(provider: Provider, ports: AddKeyPorts, start = anew): Promise<void> {
  const { keyring, providers } = ports;
  const notice = ports.notice.due([provider]);
  const outcome = await askSecret({
    title: vscode.l10n.t('Add {0} Key', provider.displayName),
    prompt: [whereItGoes(provider), notice?.text ?? ''].join(' '),
    provider,
    providers,
    value: start.text,
    accepted: start.accepted,
    prepare: (text) => keyring.prepareFor(provider, text),
    check: (prepared, signal) => keyring.checkPrepared(prepared, signal),
    take: (prepared, checked) => keyring.commit(prepared, { checked }),
    hint: (text) => hintFor(text, provider, ports),
    detour: (text) => detourOf(text, start.settled && text === start.text, provider, ports),
  });
  if (outcome.kind === 'left') return;
  if (outcome.kind === 'detour') return follow(outcome.detour, provider, ports);
  await notice?.said();
  void sayStored(keyring.nameOf(outcome.taken.key), outcome.checked);
}

function whereItGoes(provider: Provider): string {
  const moved = movedOrigins(provider);
  const { displayName } = provider;
  const where = moved.length === 0 ? displayName : vscode.l10n.t('{0} at {1}', displayName, moved.join(', '));
  return vscode.env.uiKind === vscode.UIKind.Web
    ? vscode.l10n.t('Kept in this browser’s secret storage, and sent to {0} alone.', where)
    : vscode.l10n.t('Kept in the system’s secret storage, and sent to {0} alone.', where);
}

/** What Enter met instead of one key of this provider. */
type Several = { readonly kind: 'severalKeys' | 'env'; readonly text: string };
type Detour = Several | { readonly kind: 'otherProvider'; readonly other: Provider; readonly text: string };

async function detourOf(
  text: string,
  settled: boolean,
  provider: Provider,
  ports: AddKeyPorts,
): Promise<Detour | undefined> {
  const several = await severalIn(text);
  if (several !== undefined) return several;
  const other = settled ? undefined : otherOwner(text, provider, ports);
  return other === undefined ? undefined : { kind: 'otherProvider', other, text };
}

/** A key has no white space: where there is some, the lines of what was pasted tell what it is. */
async function severalIn(text: string): Promise<Several | undefined> {
  const whole = /\S\s+\S/.test(text) ? ((await pastedText(text)) ?? text) : text;
  const kind = pasteKind(whole);
  return kind === 'oneKey' ? undefined : { kind, text: whole };
}

function otherOwner(text: string, provider: Provider, { keyring, providers }: AddKeyPorts): Provider | undefined {
  const prepared = keyring.prepareFor(provider, text);
  const looksLike = prepared.ok ? prepared.hint.looksLike : undefined;
  return providers().find(({ id }) => id === looksLike);
}

async function follow(detour: Detour, provider: Provider, ports: AddKeyPorts): Promise<void> {
  if (detour.kind !== 'otherProvider')
    return detour.kind === 'env' ? ports.importText(detour.text) : addSeveralKeys(provider, detour.text, ports);
  const { other, text } = detour;
  const here = { label: vscode.l10n.t('Add it to {0} all the same', provider.displayName), provider };
  const there = { label: vscode.l10n.t('Add it to {0}', other.displayName), provider: other };
  const chosen = await vscode.window.showQuickPick([there, here], {
    title: vscode.l10n.t('Add {0} Key', provider.displayName),
    placeHolder: vscode.l10n.t('This looks like a key of {0}. Escape leads back to the box', other.displayName),
    ignoreFocusOut: true,
  });
  if (chosen === undefined) return addTo(provider, ports, { text, accepted: false, settled: false });
  return addTo(chosen.provider, ports, { text, accepted: true, settled: true });
}

/** What Enter would do, where that is not what the title says. */
async function hintFor(
  text: string,
  provider: Provider,
  { keyring, providers }: AddKeyPorts,
): Promise<string | undefined> {
  const several = await severalIn(text);
  if (several?.kind === 'env') return vscode.l10n.t('This is a .env: Enter shows what is in it.');
  if (several !== undefined) return vscode.l10n.t('Several keys: Enter checks and adds them all.');
  const prepared = keyring.prepareFor(provider, text);
  if (!prepared.ok || prepared.hint.usually === undefined) return undefined;
  const { usually, looksLike } = prepared.hint;
  const other = providers().find(({ id }) => id === looksLike);
  return other === undefined
    ? vscode.l10n.t('Keys of {0} usually look like {1}. It is taken all the same.', provider.displayName, usually)
    : vscode.l10n.t('This looks like a key of {0}: Enter asks whose it is.', other.displayName);
}
