import type { L10n } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';

/** A key as people read it: "Groq Key 1". */
export const keyName = (l10n: L10n, displayName: string, number: number): string =>
  l10n.t('{0} Key {1}', displayName, number);

/** What people call a provider; its id where no such provider is known (any more). */
export const displayNameOf = (providers: readonly Provider[], id: string): string =>
  providers.find((provider) => provider.id === id)?.displayName ?? id;
