import type { L10n } from '../ports.ts';
import { findModel, hasModel } from '../providers/modelChoice.ts';
import type { Provider } from '../providers/provider.ts';
import type { Candidate } from './candidate.ts';
import type { ChatRequest } from './chat.ts';
import { ChatError } from './chatError.ts';

const everything = (): boolean => true;

/**
 * Which candidates a request's `provider` and `model` leave. Retired names stand for their
 * successors. Throws what the caller must put right: an unknown or contradictory name.
 */
export function wantedBy(
  l10n: L10n,
  { provider, model }: Pick<ChatRequest, 'provider' | 'model'>,
  providers: readonly Provider[],
): (candidate: Candidate) => boolean {
  if (provider === undefined && model === undefined) return everything;
  const ofProvider = provider === undefined ? providers : [known(l10n, provider, providers)];
  if (model === undefined) return (candidate) => candidate.provider.id === provider;
  const pairs = new Map(ofProvider.map((each) => [each.id, modelAt(each, model)]));
  if ([...pairs.values()].every((id) => id === undefined))
    throw unknownModel(l10n, model, provider, ofProvider, providers);
  return (candidate) => pairs.get(candidate.provider.id) === candidate.model.id;
}

function known(l10n: L10n, id: string, providers: readonly Provider[]): Provider {
  const found = providers.find((provider) => provider.id === id);
  if (found !== undefined) return found;
  const names = providers.map((provider) => provider.id).join(', ');
  throw new ChatError('unknownProvider', l10n.t('There is no provider "{0}". Known ones: {1}.', id, names));
}

/** The model's id at this provider; the name may carry the provider in front. */
function modelAt(provider: Provider, name: string): string | undefined {
  const prefix = `${provider.id}/`;
  const names = name.startsWith(prefix) ? [name.slice(prefix.length), name] : [name];
  const known = names.find((each) => hasModel(provider, each));
  return known === undefined ? undefined : findModel(provider, known).model.id;
}

function unknownModel(
  l10n: L10n,
  model: string,
  provider: string | undefined,
  looked: readonly Provider[],
  providers: readonly Provider[],
): ChatError {
  const elsewhere = providers.find((each) => modelAt(each, model) !== undefined);
  if (provider !== undefined && elsewhere !== undefined) {
    return new ChatError(
      'contradiction',
      l10n.t(
        'The request wants provider "{0}" and model "{1}", which is a model of "{2}".',
        provider,
        model,
        elsewhere.id,
      ),
    );
  }
  const names = looked.flatMap((each) => each.models.map(({ id }) => `${each.id}/${id}`)).join(', ');
  return new ChatError('unknownModel', l10n.t('There is no model "{0}". Known ones: {1}.', model, names));
}
