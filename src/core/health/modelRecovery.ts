import type { CheckResult } from '../providers/chatCall.ts';
import type { Provider } from '../providers/provider.ts';
import { bringBackModels, subjectsOf } from '../quota/modelsOut.ts';
import { checkEveryMs, type ProviderRecoveryPorts } from './providerRecovery.ts';

type Ports = Pick<ProviderRecoveryPorts, 'ledger' | 'clock' | 'keys' | 'providers' | 'check'>;

/** A model that the provider's own list names can be asked again. */
export async function noteListed(
  { ledger, keys }: Pick<Ports, 'ledger' | 'keys'>,
  provider: Provider,
  result: CheckResult,
): Promise<void> {
  if (result.kind !== 'ok' || result.models === undefined) return;
  await bringBackModels(ledger, provider, keys(), result.models);
}

/** A server of the user's own has a model as soon as it was pulled: its list is looked at while one is out. */
export async function lookAtLocalModels(ports: Ports, signal: AbortSignal): Promise<void> {
  const { ledger, clock, providers, check } = ports;
  const isOut = (provider: Provider): boolean =>
    [...subjectsOf(provider, ports.keys())].some((of) => ledger.modelsOut(of, clock.now()).length > 0);
  const due = providers().filter(
    (provider) => !provider.needsKey && provider.checkUrl !== undefined && isOut(provider),
  );
  await Promise.all(
    due.map(async (provider) => {
      const nowMs = clock.now();
      if (!(await ledger.mark(`check:models:${provider.id}`, nowMs + checkEveryMs, nowMs))) return;
      await noteListed(ports, provider, await check(provider, undefined, signal));
    }),
  );
}
