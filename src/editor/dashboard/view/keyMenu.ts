import type { KeyStatus } from '../../../core/quota/keyStatus.ts';
import type { KeyAction } from '../../../shared/dashboardView.ts';
import type { CommandId } from '../../commands/commandIds.ts';

/** The commands of the tree's menu: a test holds the two lists together. */
export const keyCommands: Readonly<Record<KeyAction, CommandId>> = {
  check: 'aiKeys.checkKey',
  edit: 'aiKeys.editKey',
  enable: 'aiKeys.enableKey',
  disable: 'aiKeys.disableKey',
  moveUp: 'aiKeys.moveKeyUp',
  moveDown: 'aiKeys.moveKeyDown',
  remove: 'aiKeys.removeKey',
};

/** Where a key stands among those of its provider. */
export type KeyEnds = { readonly first: boolean; readonly last: boolean };

/** What can be done to the key as it is, in the menu's order. */
export function keyMenu({ key }: Pick<KeyStatus, 'key'>, { first, last }: KeyEnds): KeyAction[] {
  const actions: KeyAction[] = ['check', 'edit', key.enabled ? 'disable' : 'enable'];
  if (!first) actions.push('moveUp');
  if (!last) actions.push('moveDown');
  return [...actions, 'remove'];
}
