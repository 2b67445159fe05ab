import type { ListedModel } from './chatCall.ts';
import type { Model, Provider } from './provider.ts';

/** What a fresh model list changed, for the one line that tells the user. */
export type RefreshedModels = {
  readonly provider: Provider;
  /** Models of ours that the list no longer has. */
  readonly gone: readonly string[];
};

/**
 * The provider with its own list's news: sizes that the list names win, models it lacks go. The order of
 * preference stays; where there was none (a local server), the list's own is taken. A list that has
 * none of our models is not believed.
 */
export function withListedModels(provider: Provider, listed: readonly ListedModel[]): RefreshedModels {
  if (provider.models.length === 0) return { provider: { ...provider, models: listed.map(toModel) }, gone: [] };
  const byId = new Map(listed.map((model) => [model.id, model]));
  const find = (id: string): ListedModel | undefined => byId.get(id) ?? byId.get(id.replace(/:[a-z-]+$/, ''));
  const kept = provider.models.flatMap((model) => {
    const news = find(model.id);
    return news === undefined ? [] : [{ ...model, ...sizesOf(news) }];
  });
  if (kept.length === 0) return { provider, gone: [] };
  const gone = provider.models.map(({ id }) => id).filter((id) => find(id) === undefined);
  return { provider: { ...provider, models: kept }, gone };
}

const toModel = (listed: ListedModel): Model => ({ id: listed.id, limits: {}, ...sizesOf(listed) });

const sizesOf = ({
  contextTokens,
  maxOutputTokens,
}: ListedModel): Pick<Model, 'contextTokens' | 'maxOutputTokens'> => ({
  ...(contextTokens === undefined ? {} : { contextTokens }),
  ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
});
