import type { ApiKey } from '../keys/apiKey.ts';
import type { Secret } from '../keys/secret.ts';
import type { Clock, L10n, Log, Random } from '../ports.ts';
import type { ChatClient } from '../providers/chatClient.ts';
import type { Provider } from '../providers/provider.ts';
import type { Ledger } from '../quota/ledger.ts';
import type { Tracker } from '../quota/tracker.ts';
import type { Strategy } from './rank.ts';
import type { RouterEvent } from './routerEvent.ts';

export type RouterConfig = {
  readonly strategy: Strategy;
  /** To the first content, milliseconds. */
  readonly deadlineMs: number;
  /** Of one attempt to its first streamed event; one on loopback gets longer where nobody else is left. */
  readonly attemptTimeoutMs: number;
  readonly cacheEnabled: boolean;
  readonly cacheTtlMs: number;
  /** Ascending; above the first an answer carries a quota warning. */
  readonly warnAtPercent: readonly number[];
};

/** What the router needs of the keys and their secrets. */
export interface RoutableKeys {
  /** Enabled and disabled ones; the same array until something changes. */
  all(): readonly ApiKey[];
  secretPresent(key: ApiKey): boolean;
  /** At once where this window has read it before. */
  secretOf(key: ApiKey): Secret | Promise<Secret | undefined>;
  isOriginConfirmed(key: ApiKey, provider: Provider): boolean;
}

export type RouterPorts = {
  readonly ledger: Ledger;
  readonly tracker: Tracker;
  readonly client: Pick<ChatClient, 'attempt'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly l10n: L10n;
  readonly log: Log;
  readonly keys: RoutableKeys;
  /** In the user's order; the same array until something changes. */
  readonly providers: () => readonly Provider[];
  readonly config: () => RouterConfig;
  readonly emit: (event: RouterEvent) => void;
  /** A reply named the account that a key draws on: the key may be in a pool afterwards. Never rejects. */
  readonly noteAccount: (key: ApiKey, account: string) => Promise<void>;
};
