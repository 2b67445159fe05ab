import { MemoryLedger } from '../../src/adapters/memoryLedger.ts';
import { SystemClock } from '../../src/adapters/systemClock.ts';
import { SystemRandom } from '../../src/adapters/systemRandom.ts';
import { UndiciHttp } from '../../src/adapters/undiciHttp.ts';
import type { ApiKey } from '../../src/core/keys/apiKey.ts';
import { Secret } from '../../src/core/keys/secret.ts';
import type { Cancel, Clock, Log } from '../../src/core/ports.ts';
import { catalog } from '../../src/core/providers/catalog.ts';
import { ChatClient } from '../../src/core/providers/chatClient.ts';
import type { Provider } from '../../src/core/providers/provider.ts';
import type { Ledger } from '../../src/core/quota/ledger.ts';
import type { Limits } from '../../src/core/quota/limits.ts';
import { Tracker } from '../../src/core/quota/tracker.ts';
import { Router } from '../../src/core/routing/router.ts';
import type { RouterEvent } from '../../src/core/routing/routerEvent.ts';
import { plainL10n } from '../unit/support/plainL10n.ts';

/** The limits a real key has, too wide to be reached. */
const wide: Limits = { requestsPerMinute: 1e9, tokensPerMinute: 1e9, requestsPerDay: 1e9, tokensPerDay: 1e9 };

/** A system clock that tells how many of its timers ran out: what was slept. */
export class WatchedClock extends SystemClock implements Clock {
  ranOut = 0;

  override after(ms: number, run: () => void): Cancel {
    return super.after(ms, () => {
      this.ranOut += 1;
      run();
    });
  }
}

export function providerAt(baseUrl: string, id = 'groq', model = 'bench-model'): Provider {
  const found = catalog.find((provider) => provider.id === id);
  if (found === undefined) throw new Error(`no ${id} in the catalog`);
  return { ...found, baseUrl, models: [{ id: model, limits: wide, contextTokens: 131_072 }], limits: {} };
}

export function keysOf(provider: string, count: number, secretOf: (number: number) => string) {
  const keys = Array.from({ length: count }, (_, index): ApiKey => ({
    id: `${provider}-${index + 1}`,
    provider,
    number: index + 1,
    label: '',
    priority: index + 1,
    limits: {},
    enabled: true,
    origins: [],
    fingerprint: `fp-${provider}-${index + 1}`,
    addedAtMs: 0,
  }));
  return { keys, secrets: new Map(keys.map((key) => [key.id, new Secret(secretOf(key.number))])) };
}

export type BenchFixtureOptions = {
  readonly baseUrl: string;
  readonly ledger?: Ledger;
  readonly clock?: Clock;
  readonly secretOf?: (number: number) => string;
  readonly emit?: (event: RouterEvent) => void;
};

const quiet = (): void => undefined;

export const benchLog: Log = { info: quiet, warn: quiet, error: quiet };

/** The product as the extension composes it, without an editor: three keys, everything counted. */
export function benchFixture({
  baseUrl,
  clock = new SystemClock(),
  secretOf = (n) => `key-${n}`,
  emit = quiet,
  ...rest
}: BenchFixtureOptions) {
  const providers = [providerAt(baseUrl)];
  const { keys, secrets } = keysOf('groq', 3, secretOf);
  const ledger = rest.ledger ?? new MemoryLedger({ clock });
  const tracker = new Tracker({
    ledger,
    keyBook: { all: () => keys },
    clock,
    providers: () => providers,
    warnAtPercent: () => [75, 90],
  });
  const http = new UndiciHttp({
    config: () => ({ proxySupport: 'off', strictSSL: true, systemCertificates: false, env: {} }),
  });
  const router = new Router({
    ledger,
    tracker,
    client: new ChatClient({ http, clock, userAgent: 'bench' }),
    clock,
    random: new SystemRandom(),
    l10n: plainL10n,
    log: benchLog,
    keys: {
      all: () => keys,
      secretPresent: (key) => secrets.has(key.id),
      secretOf: (key) => secrets.get(key.id) ?? Promise.resolve(undefined),
      isOriginConfirmed: () => true,
    },
    providers: () => providers,
    config: () => ({
      strategy: 'priority',
      deadlineMs: 60_000,
      attemptTimeoutMs: 20_000,
      cacheEnabled: true,
      cacheTtlMs: 3_600_000,
      warnAtPercent: [75, 90],
    }),
    noteAccount: () => Promise.resolve(),
    emit,
  });
  return { router, ledger, dispose: () => http.dispose() };
}
