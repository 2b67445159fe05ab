import type { ApiKey } from './apiKey.ts';

/** The order in which keys of one provider are asked. */
const inOrder = (keys: readonly ApiKey[]): readonly ApiKey[] =>
  keys.toSorted((a, b) => a.priority - b.priority || a.number - b.number);

/** The keys with some of them a place further up or down, in step; at the end they stay. */
export function moved(keys: readonly ApiKey[], ids: ReadonlySet<string>, direction: 'up' | 'down'): readonly ApiKey[] {
  const order = direction === 'up' ? [...inOrder(keys)] : inOrder(keys).toReversed();
  for (let at = 1; at < order.length; at += 1) {
    const [ahead, key] = [order[at - 1], order[at]];
    if (ahead === undefined || key === undefined || !ids.has(key.id) || ids.has(ahead.id)) continue;
    order.splice(at - 1, 2, key, ahead);
  }
  return direction === 'up' ? order : order.toReversed();
}

/** The keys with some of them, in their order, in front of another, or last. */
export function placed(
  keys: readonly ApiKey[],
  ids: ReadonlySet<string>,
  beforeId: string | undefined,
): readonly ApiKey[] {
  const order = inOrder(keys);
  if (beforeId !== undefined && ids.has(beforeId)) return order;
  const others = order.filter(({ id }) => !ids.has(id));
  const at = others.findIndex(({ id }) => id === beforeId);
  return others.toSpliced(at < 0 ? others.length : at, 0, ...order.filter(({ id }) => ids.has(id)));
}

/** Another order of one provider's keys, some of which the user chose. */
export type Order = (keys: readonly ApiKey[], ids: ReadonlySet<string>) => readonly ApiKey[];

/** The chosen keys in another order among their providers' keys: those whose priority changes by it. */
export function reordered(all: readonly ApiKey[], chosen: readonly ApiKey[], order: Order): readonly ApiKey[] {
  const ids = new Set(chosen.map(({ id }) => id));
  const groups = Map.groupBy(all, ({ provider }) => provider);
  const providers = [...new Set(chosen.map(({ provider }) => provider))];
  return providers.flatMap((id) => renumbered(order(groups.get(id) ?? [], ids)));
}

/** Those whose priority changes when priorities follow the order, from 1. */
const renumbered = (order: readonly ApiKey[]): readonly ApiKey[] =>
  order.flatMap((key, index) => (key.priority === index + 1 ? [] : [{ ...key, priority: index + 1 }]));
