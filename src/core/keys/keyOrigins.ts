import type { Provider } from '../providers/provider.ts';
import type { ApiKey } from './apiKey.ts';

/** Scheme, host and port of all URLs that a provider's keys go to. */
export function originsOf(provider: Pick<Provider, 'baseUrl' | 'checkUrl'>): readonly string[] {
  const origins = new Set<string>();
  for (const url of [provider.baseUrl, provider.checkUrl]) {
    if (url !== undefined && URL.canParse(url)) origins.add(new URL(url).origin);
  }
  return [...origins];
}

/** Origins that the provider's settings name now and that the user never confirmed for this key. */
export const unconfirmedOrigins = (
  key: Pick<ApiKey, 'origins'>,
  provider: Pick<Provider, 'baseUrl' | 'checkUrl'>,
): readonly string[] => originsOf(provider).filter((origin) => !key.origins.includes(origin));

/** False: the key is held until the user confirms the new origin for it. */
export const isOriginConfirmed = (
  key: Pick<ApiKey, 'origins'>,
  provider: Pick<Provider, 'baseUrl' | 'checkUrl'>,
): boolean => unconfirmedOrigins(key, provider).length === 0;
