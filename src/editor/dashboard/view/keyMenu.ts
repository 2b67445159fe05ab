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
  why: 'aiKeys.explainRoute',
  whatToDo: 'aiKeys.openRunbook',
  forgetLearned: 'aiKeys.forgetLearned',
  remove: 'aiKeys.removeKey',
};
