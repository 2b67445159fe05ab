import * as z from 'zod';

import { parseKeyRef, type KeyRef } from '../../core/keys/keyRef.ts';

const reference = z.union([z.string(), z.object({ ref: z.string() }).transform(({ ref }) => ref)]);
const providerNode = z.object({ provider: z.string() });

/** `args` of the keybindings of the tree: what is selected there. */
export const selected = 'selected';

function refIn(argument: unknown): KeyRef | undefined {
  const parsed = reference.safeParse(argument);
  return parsed.success ? parseKeyRef(parsed.data)?.ref : undefined;
}

/**
 * The keys that a command was run for: a key ref, a node of the tree, or the node with all selected
 * ones behind it, as VS Code's menus send them. Empty: the user is to choose.
 */
export function keysIn(args: readonly unknown[], selection: () => readonly KeyRef[]): readonly KeyRef[] {
  const [first, all] = args;
  if (first === selected) return selection();
  const one = refIn(first);
  if (one === undefined) return [];
  const several = Array.isArray(all) ? all.flatMap((each) => refIn(each) ?? []) : [];
  return several.includes(one) ? [...new Set(several)] : [one];
}

/** A provider id, or a node of the tree that stands for one or for one of its keys. */
export function providerIn(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  const parsed = providerNode.safeParse(argument);
  return parsed.success ? parsed.data.provider : undefined;
}
