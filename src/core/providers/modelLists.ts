import * as z from 'zod';
import type { ListedModel } from './chatCall.ts';
import type { Provider } from './provider.ts';
import { withListedModels } from './refreshedModels.ts';

const listed = z.object({
  id: z.string(),
  contextTokens: z.number().positive().exactOptional(),
  maxOutputTokens: z.number().positive().exactOptional(),
  deprecatedAt: z.string().exactOptional(),
  successor: z.string().exactOptional(),
});

/** One provider's list, and when it was read. */
export const modelList = z.object({ atMs: z.number(), models: z.array(listed) });

const shape = z.record(z.string(), modelList);

/** What providers themselves last said of their models, by provider id. Plain JSON. */
export type ModelLists = Readonly<Record<string, ModelList>>;
export type ModelList = { readonly atMs: number; readonly models: readonly ListedModel[] };

/** Lists that were kept; anything else counts as none. */
export function parseModelLists(value: unknown): ModelLists {
  const parsed = shape.safeParse(value);
  return parsed.success ? parsed.data : {};
}

/** Of each provider the list that was read last. */
export function newestLists(one: ModelLists, other: ModelLists): ModelLists {
  const newest = new Map(Object.entries(one));
  for (const [provider, list] of Object.entries(other)) {
    if (list.atMs > (newest.get(provider)?.atMs ?? 0)) newest.set(provider, list);
  }
  return Object.fromEntries(newest);
}

/** The provider as its own list has it; unchanged where there is none. */
export function asListed(provider: Provider, lists: ModelLists): Provider {
  const list = Object.hasOwn(lists, provider.id) ? lists[provider.id] : undefined;
  return list === undefined ? provider : withListedModels(provider, list.models).provider;
}
