import type { Keyring } from '../../core/keys/keyring.ts';
import type { Secret } from '../../core/keys/secret.ts';
import type { Log } from '../../core/ports.ts';
import type { ListedModel, ModelsResult } from '../../core/providers/chatCall.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { FreeTierNotice } from '../freeTierNotice.ts';

export type ProviderPorts = {
  readonly keyring: Pick<
    Keyring,
    'keys' | 'nameOf' | 'prepareFor' | 'checkPrepared' | 'commit' | 'secretOf' | 'confirmOrigins'
  >;
  readonly client: {
    models(provider: Provider, secret: Secret | undefined, signal: AbortSignal): Promise<ModelsResult>;
  };
  readonly providers: () => readonly Provider[];
  /** `aiKeys.providers` as the user has it. */
  readonly providerSetting: () => unknown;
  /** Kept for all windows and restarts. */
  readonly keepModels: (provider: string, models: readonly ListedModel[]) => Promise<void>;
  readonly bringBackModels: (provider: Provider) => Promise<void>;
  readonly notice: FreeTierNotice;
  readonly log: Log;
};
