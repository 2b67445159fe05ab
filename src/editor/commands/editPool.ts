import * as vscode from 'vscode';

import type { ApiKey } from '../../core/keys/apiKey.ts';
import { describeFieldProblem, readLabel } from '../../core/keys/keyFields.ts';
import { keyRef, type KeyRef } from '../../core/keys/keyRef.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import type { Done } from '../../core/keys/keyringResult.ts';
import type { AccountNames } from '../../core/quota/accountNames.ts';
import { plainText } from '../plainText.ts';
import { askText, type TextReading } from './askText.ts';

export type EditPoolPorts = {
  readonly keyring: Pick<Keyring, 'keys' | 'nameOf' | 'setPool'>;
  /** Which account a provider named for a secret. */
  readonly accountNames: Pick<AccountNames, 'accountName'>;
};

type Answer = { readonly kind: 'chosen'; readonly save: () => Promise<Done> } | { readonly kind: 'back' | 'left' };

/** "These keys belong to one account": which they are, and what the account is called. */
export async function editPool(key: ApiKey, title: string, ports: EditPoolPorts): Promise<Answer> {
  for (;;) {
    const others = ports.keyring.keys().filter((other) => other.provider === key.provider && other.id !== key.id);
    const chosen = await pickMembers(key, others, title, ports);
    if (chosen === 'back' || chosen === 'left') return { kind: chosen };
    if (chosen.length === 0) return { kind: 'chosen', save: () => leavePool(key, ports) };
    const name = await askPoolName([key, ...chosen], title, ports);
    if (name.kind === 'left') return { kind: 'left' };
    if (name.kind === 'value') return { kind: 'chosen', save: () => putInPool(key, chosen, name.value, ports) };
  }
}

type MemberItem = vscode.QuickPickItem & { readonly key?: ApiKey };

/** The other keys of the same account; none takes the key out of its pool. */
function pickMembers(
  key: ApiKey,
  others: readonly ApiKey[],
  title: string,
  { keyring, accountNames }: EditPoolPorts,
): Promise<readonly ApiKey[] | 'back' | 'left'> {
  const account = accountNames.accountName(key);
  const items: readonly MemberItem[] = others.map((other) => {
    const same = account !== undefined && accountNames.accountName(other) === account;
    const parts = [plainText(other.label), poolWords(other), same ? vscode.l10n.t('same account: {0}', account) : ''];
    return {
      key: other,
      label: keyring.nameOf(other),
      description: parts.filter((part) => part !== '').join(' · '),
      picked: key.pool !== undefined && other.pool === key.pool,
    };
  });
  const pick = vscode.window.createQuickPick<MemberItem>();
  pick.title = title;
  pick.placeholder =
    items.length === 0
      ? vscode.l10n.t('There is no other key of this provider to share an account with')
      : vscode.l10n.t('Which keys share its account? A pool adds no quota');
  pick.canSelectMany = items.length > 0;
  pick.ignoreFocusOut = true;
  pick.buttons = [vscode.QuickInputButtons.Back];
  pick.items = items;
  pick.selectedItems = items.filter(({ picked }) => picked);
  return new Promise((resolve) => {
    pick.onDidTriggerButton(() => {
      resolve('back');
      pick.hide();
    });
    pick.onDidAccept(() => {
      resolve(items.length === 0 ? 'back' : pick.selectedItems.flatMap((item) => item.key ?? []));
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve('left');
      pick.dispose();
    });
    pick.show();
  });
}

const poolWords = ({ pool }: ApiKey): string => (pool === undefined ? '' : vscode.l10n.t('pool {0}', plainText(pool)));

function askPoolName(members: readonly ApiKey[], title: string, ports: EditPoolPorts) {
  const known = members.map(({ pool }) => pool).find((pool) => pool !== undefined);
  const named = members.map((member) => ports.accountNames.accountName(member)).find((name) => name !== undefined);
  return askText({
    title,
    prompt: vscode.l10n.t(
      'Name of the account. {0} keys will be counted as one: what one uses, all have used. That adds no quota.',
      members.length,
    ),
    placeholder: vscode.l10n.t('for example an email address'),
    value: known ?? named ?? '',
    back: true,
    readsWhileTyping: true,
    read: (text) => readPoolName(text, members, ports),
  });
}

function readPoolName(text: string, members: readonly ApiKey[], { keyring }: EditPoolPorts): TextReading<string> {
  const reading = readLabel(text);
  if (!reading.ok) return { ok: false, problem: describeFieldProblem(vscode.l10n, reading.problem) };
  if (reading.value === '') return { ok: false, problem: vscode.l10n.t('The account needs a name.') };
  const foreign = keyring
    .keys()
    .find(({ provider, pool }) => pool === reading.value && provider !== members[0]?.provider);
  return foreign === undefined
    ? reading
    : { ok: false, problem: vscode.l10n.t('{0} is in a pool of this name already.', keyring.nameOf(foreign)) };
}

/** Keys of the key's own pool that were not chosen again leave it. */
function putInPool(key: ApiKey, chosen: readonly ApiKey[], name: string, { keyring }: EditPoolPorts): Promise<Done> {
  const leaving = keyring.keys().filter((other) => isPoolMate(other, key) && !chosen.some(({ id }) => id === other.id));
  return keyring.setPool([key, ...chosen].map(refOf), name, leaving.map(refOf));
}

/** A pool of one key is none. */
function leavePool(key: ApiKey, { keyring }: EditPoolPorts): Promise<Done> {
  const mates = keyring.keys().filter((other) => isPoolMate(other, key));
  return keyring.setPool([key, ...(mates.length === 1 ? mates : [])].map(refOf), null);
}

const isPoolMate = (other: ApiKey, { id, provider, pool }: ApiKey): boolean =>
  pool !== undefined && other.pool === pool && other.provider === provider && other.id !== id;

const refOf = ({ provider, number }: ApiKey): KeyRef => keyRef(provider, number);
