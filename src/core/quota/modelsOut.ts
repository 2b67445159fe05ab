import { accountOf, type Account, type ApiKey } from '../keys/apiKey.ts';
import { keysByProvider } from '../keys/providerKeys.ts';
import type { Provider } from '../providers/provider.ts';
import type { Ledger, ModelOut, Subject } from './ledger.ts';

/** Why a model is not asked now: it was gone at this address, for all or for this account. */
export function modelOutOf(
  ledger: Pick<Ledger, 'modelsOut'>,
  { id, baseUrl }: Pick<Provider, 'id' | 'baseUrl'>,
  account: Account,
  model: string,
  nowMs: number,
): ModelOut | undefined {
  const isMeant = (out: ModelOut): boolean => out.model === model && out.baseUrl === baseUrl;
  return ledger.modelsOut(`provider:${id}`, nowMs).find(isMeant) ?? ledger.modelsOut(account, nowMs).find(isMeant);
}

/** Whose models can be out, where these keys are asked. */
export const subjectsOf = (provider: Provider, keys: readonly ApiKey[]): ReadonlySet<Subject> =>
  new Set<Subject>([
    `provider:${provider.id}`,
    ...keysByProvider([provider], keys).flatMap((row) => row.keys.map(accountOf)),
  ]);

/** Models that were gone are asked again: all of them, or those that the provider's own list names. */
export async function bringBackModels(
  ledger: Pick<Ledger, 'bringBackModels'>,
  provider: Provider,
  keys: readonly ApiKey[],
  listed?: readonly string[],
): Promise<void> {
  for (const subject of subjectsOf(provider, keys)) await ledger.bringBackModels(subject, listed);
}
