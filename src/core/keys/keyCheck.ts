import type { CheckResult } from '../providers/chatCall.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from './secret.ts';

export type { CheckResult } from '../providers/chatCall.ts';

/** The zero-token check, as the keyring needs it. */
export interface CheckClient {
  check(provider: Provider, secret: Secret | undefined, signal: AbortSignal): Promise<CheckResult>;
}
