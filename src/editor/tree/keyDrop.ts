import { parseKeyRef, type KeyRef } from '../../core/keys/keyRef.ts';

export type Drop = {
  /** What is moved; keys of other providers stay where they are. */
  readonly refs: readonly KeyRef[];
  /** In front of this one; undefined: last. */
  readonly before: KeyRef | undefined;
};

/**
 * Where dropped keys go. A key dropped on another takes that one's place, as in a list: coming from
 * below it is then in front of it, from above behind it. On the provider's row it becomes the first,
 * on the empty space below the last. Undefined: there is nothing to move.
 */
export function dropOf(
  order: readonly KeyRef[],
  dragged: readonly KeyRef[],
  target: KeyRef | 'first' | 'last',
): Drop | undefined {
  const refs = order.filter((ref) => dragged.includes(ref));
  const [top] = refs;
  if (top === undefined || (target !== 'first' && target !== 'last' && refs.includes(target))) return undefined;
  const others = order.filter((ref) => !refs.includes(ref));
  if (target === 'first') return { refs, before: others[0] };
  if (target === 'last') return { refs, before: undefined };
  const fromAbove = order.indexOf(top) < order.indexOf(target);
  return { refs, before: fromAbove ? others[others.indexOf(target) + 1] : target };
}

/** What a drag carries, which another extension may have made up. */
export const refsIn = (value: unknown): readonly KeyRef[] =>
  Array.isArray(value)
    ? value.flatMap((each: unknown) => (typeof each === 'string' ? (parseKeyRef(each)?.ref ?? []) : []))
    : [];
