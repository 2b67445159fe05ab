import type { ApiKey } from './apiKey.ts';

/** The order in which keys of one provider are asked. */
const inOrder = (keys: readonly ApiKey[]): readonly ApiKey[] =>
  keys.toSorted((a, b) => a.priority - b.priority || a.number - b.number);

/** The keys with one of them a place further up or down; at the end it stays. */
export function moved(keys: readonly ApiKey[], id: string, direction: 'up' | 'down'): readonly ApiKey[] {
  const order = inOrder(keys);
  const from = order.findIndex((key) => key.id === id);
  const to = direction === 'up' ? from - 1 : from + 1;
  const [key, neighbour] = [order[from], order[to]];
  return key === undefined || neighbour === undefined ? order : order.with(from, neighbour).with(to, key);
}

/** The keys with one of them in front of another, or last. */
export function placed(keys: readonly ApiKey[], id: string, beforeId: string | undefined): readonly ApiKey[] {
  const order = inOrder(keys);
  const key = order.find((candidate) => candidate.id === id);
  if (key === undefined || id === beforeId) return order;
  const others = order.filter((candidate) => candidate.id !== id);
  const at = others.findIndex((candidate) => candidate.id === beforeId);
  return others.toSpliced(at < 0 ? others.length : at, 0, key);
}

/** Those whose priority changes when priorities follow the order, from 1. */
export const renumbered = (order: readonly ApiKey[]): readonly ApiKey[] =>
  order.flatMap((key, index) => (key.priority === index + 1 ? [] : [{ ...key, priority: index + 1 }]));
