import type { Model, Provider } from './provider.ts';

/** What a caller's `model` text asks for: any provider's, or one provider's alone. */
export type WantedModel = { readonly provider: string | undefined; readonly model: string };

/** `groq/openai/gpt-oss-120b` names a provider; `openai/gpt-oss-120b` does not, as no provider is called so. */
export function parseWantedModel(text: string, providers: readonly Pick<Provider, 'id'>[]): WantedModel {
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(0, slash));
  if (providers.some(({ id }) => id === first)) return { provider: first, model: text.slice(slash + 1) };
  return { provider: undefined, model: text };
}

/** The model that stands for this name today: itself, or its successor's successor. */
export function currentModelId(provider: Pick<Provider, 'successors'>, id: string): string {
  let current = id.replace(/^models\//, '');
  // A list that goes in circles ends where it began.
  for (let step = 0; step < 8; step += 1) {
    const next = Object.hasOwn(provider.successors, current) ? provider.successors[current] : undefined;
    if (next === undefined || next === id) return current;
    current = next;
  }
  return current;
}

/**
 * The provider's model of this name, retired names included; Hugging Face's `:cheapest` and the like
 * need not be written. A name that the list lacks is still asked for, since lists go stale: its sizes
 * are then unknown.
 */
export function findModel(provider: Provider, name: string): { readonly model: Model; readonly replaced: boolean } {
  const id = currentModelId(provider, name);
  const listed =
    provider.models.find((model) => model.id === id) ?? provider.models.find((model) => bare(model.id) === id);
  return { model: listed ?? { id, limits: {} }, replaced: id !== name && id !== name.replace(/^models\//, '') };
}

const bare = (id: string): string => id.replace(/:[a-z-]+$/, '');

/** True when the provider's list, or its retired names, know this model: then it is the one that is meant. */
export function hasModel(provider: Provider, name: string): boolean {
  const id = currentModelId(provider, name);
  return provider.models.some((model) => model.id === id || bare(model.id) === id);
}
