import { originsOf } from '../keys/keyOrigins.ts';
import { catalog, presets } from './catalog.ts';
import type { Provider } from './provider.ts';

/**
 * Where a provider's keys go that is not its own address, as a setting says: worth seeing before one
 * is added for it. Of a provider of the user's own, every one.
 */
export function movedOrigins(provider: Pick<Provider, 'id' | 'baseUrl' | 'checkUrl'>): readonly string[] {
  const own = [...catalog, ...presets].find(({ id }) => id === provider.id);
  const known = own === undefined ? [] : originsOf(own);
  return originsOf(provider).filter((origin) => !known.includes(origin));
}
