import type { KeyStatus } from '../core/quota/keyStatus.ts';
import type { KeyAction } from '../shared/dashboardView.ts';
import { runbookOfState } from './keyWords.ts';

/** Where a key stands among those of its provider. */
export type KeyPosition = { readonly first: boolean; readonly last: boolean };

/** All that can be done to a key as it is, in the order of a menu: the tree and the dashboard go by it. */
export function keyActions(
  { key, state, limits, learnedConcurrent }: Pick<KeyStatus, 'key' | 'state' | 'limits' | 'learnedConcurrent'>,
  { first, last }: KeyPosition,
): readonly KeyAction[] {
  const actions: KeyAction[] = ['check', 'edit', key.enabled ? 'disable' : 'enable'];
  if (!first) actions.push('moveUp');
  if (!last) actions.push('moveDown');
  actions.push('why');
  if (runbookOfState(state) !== undefined) actions.push('whatToDo');
  const isLearned = learnedConcurrent !== undefined || limits.some(({ learnedAtMs }) => learnedAtMs !== undefined);
  if (isLearned) actions.push('forgetLearned');
  return [...actions, 'remove'];
}
