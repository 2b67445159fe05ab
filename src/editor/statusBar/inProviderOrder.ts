import type { Provider } from '../../core/providers/provider.ts';
import type { KeyStatus } from '../../core/quota/keyStatus.ts';

/** As keys are asked: in the user's order of providers, those of unknown ones last, within each as they stand. */
export function inProviderOrder(
  statuses: readonly KeyStatus[],
  providers: readonly Pick<Provider, 'id'>[],
): readonly KeyStatus[] {
  const places = new Map(providers.map(({ id }, place) => [id, place]));
  const placeOf = ({ key }: KeyStatus): number => places.get(key.provider) ?? places.size;
  return statuses.toSorted((a, b) => placeOf(a) - placeOf(b));
}
