import * as z from 'zod';
import type { ListedModel } from './chatCall.ts';
import type { Provider } from './provider.ts';
import { withListedModels } from './refreshedModels.ts';

const listed = z.object({
  id: z.string(),
  contextTokens: z.number().positive().optional(),
  maxOutputTokens: z.number().positive().optional(),
  deprecatedAt: z.string().optional(),
  successor: z.string().optional(),
});

const shape = z.record(z.string(), z.object({ atMs: z.number(), models: z.array(listed) }));

/** What providers themselves last said of their models, by provider id. Plain JSON. */
export type ModelLists = Readonly<Record<string, { readonly atMs: number; readonly models: readonly ListedModel[] }>>;

/** Lists that were kept; anything else counts as none. */
export function parseModelLists(value: unknown): ModelLists {
  const parsed = shape.safeParse(value);
  if (!parsed.success) return {};
  return Object.fromEntries(
    Object.entries(parsed.data).map(([id, { atMs, models }]) => [id, { atMs, models: models.map(withoutAbsent) }]),
  );
}

/** The provider as its own list has it; unchanged where there is none. */
export function asListed(provider: Provider, lists: ModelLists): Provider {
  const list = Object.hasOwn(lists, provider.id) ? lists[provider.id] : undefined;
  return list === undefined ? provider : withListedModels(provider, list.models).provider;
}

const withoutAbsent = ({
  id,
  contextTokens,
  maxOutputTokens,
  deprecatedAt,
  successor,
}: z.infer<typeof listed>): ListedModel => ({
  id,
  ...(contextTokens === undefined ? {} : { contextTokens }),
  ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  ...(deprecatedAt === undefined ? {} : { deprecatedAt }),
  ...(successor === undefined ? {} : { successor }),
});
