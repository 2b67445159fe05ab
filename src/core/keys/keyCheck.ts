import type { Failure } from '../providers/failure.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from './secret.ts';

/** What the zero-token check of a key found. */
export type CheckResult =
  | {
      readonly kind: 'ok';
      /** The account that the provider named: keys of one account share its quota. */
      readonly account?: string;
      readonly models?: readonly string[];
      /** A sentence for the user, such as "this key has no access to chat". */
      readonly warning?: string;
    }
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** Offline, overloaded, no check at this provider: nothing is known of the key. */
  | { readonly kind: 'couldNotRun'; readonly failure: Failure };

export interface CheckClient {
  check(provider: Provider, secret: Secret | undefined, signal: AbortSignal): Promise<CheckResult>;
}
