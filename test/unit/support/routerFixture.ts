import { MemoryAccountNames } from '../../../src/adapters/memoryAccountNames.ts';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import type { MemoryStore } from '../../../src/adapters/memoryStore.ts';
import { accountOf, type ApiKey } from '../../../src/core/keys/apiKey.ts';
import { keyRef, type KeyRef } from '../../../src/core/keys/keyRef.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import type { Http, Random } from '../../../src/core/ports.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { ChatClient } from '../../../src/core/providers/chatClient.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import type { Ledger } from '../../../src/core/quota/ledger.ts';
import { planAddKeys } from '../../../src/core/quota/factPlans.ts';
import { Tracker } from '../../../src/core/quota/tracker.ts';
import type { ChatRequest } from '../../../src/core/routing/chat.ts';
import { Router } from '../../../src/core/routing/router.ts';
import type { RouterEvent } from '../../../src/core/routing/routerEvent.ts';
import type { RouterConfig } from '../../../src/core/routing/routerPorts.ts';
import { apiKeyOf } from './apiKeyOf.ts';
import { FakeClock } from './fakeClock.ts';
import { plainL10n } from './plainL10n.ts';
import { SeededRandom } from './seededRandom.ts';

export type FixtureKey = Partial<Omit<ApiKey, 'provider' | 'number'>> & {
  readonly ref: KeyRef;
  /** Default: the key ref itself, so that a script can tell who asks. `null`: the system lost it. */
  readonly secret?: string | null;
};

export type RouterFixtureOptions = {
  readonly http: Http;
  readonly keys: readonly (KeyRef | FixtureKey)[];
  readonly providers?: readonly Provider[];
  readonly config?: Partial<RouterConfig>;
  readonly clock?: FakeClock;
  readonly random?: Random;
  readonly ledger?: (clock: FakeClock) => Ledger;
  /** In place of the fixture's own answer, which is `known`. */
  readonly secretOf?: (key: ApiKey, known: Secret | undefined) => Promise<Secret | undefined>;
  /** The store that the ledger is over has the keys too: keys of one account become one pool. */
  readonly pooling?: MemoryStore;
};

const standardConfig: RouterConfig = {
  strategy: 'priority',
  deadlineMs: 60_000,
  attemptTimeoutMs: 20_000,
  cacheEnabled: true,
  cacheTtlMs: 3_600_000,
  warnAtPercent: [75, 90],
};

/** A catalog provider, with some of it changed. */
export function providerOf(id: string, change: Partial<Provider> = {}): Provider {
  const found = catalog.find((provider) => provider.id === id);
  if (found === undefined) throw new Error(`no provider ${id} in the catalog`);
  return { ...found, ...change };
}

export const oneModel = (id: string, limits: Provider['limits'] = {}): Partial<Provider> => ({
  models: [{ id: `${id}-model`, limits: {}, contextTokens: 100_000 }],
  limits,
});

/** A router with everything real but the outside world, the clock and chance. */
export function routerFixture(options: RouterFixtureOptions) {
  const clock = options.clock ?? new FakeClock();
  const providers = options.providers ?? [
    providerOf('groq', oneModel('groq')),
    providerOf('gemini', oneModel('gemini')),
  ];
  const keys = options.keys.map((key) => keyOf(typeof key === 'string' ? { ref: key } : key, providers));
  const secrets = new Map(
    options.keys.flatMap((key): readonly (readonly [KeyRef, Secret])[] => {
      const { ref, secret }: FixtureKey = typeof key === 'string' ? { ref: key } : key;
      return secret === null ? [] : [[ref, new Secret(secret ?? ref)]];
    }),
  );
  const { pooling } = options;
  pooling?.state.carryOut(planAddKeys(pooling.state.facts, keys));
  const names = pooling === undefined ? undefined : new MemoryAccountNames(pooling);
  const store = pooling === undefined ? {} : { store: pooling };
  const ledger = options.ledger?.(clock) ?? new MemoryLedger({ clock, ...store });
  const config = { ...standardConfig, ...options.config };
  const tracker = new Tracker({
    ledger,
    keyBook: { all: () => keys },
    clock,
    providers: () => providers,
    warnAtPercent: () => config.warnAtPercent,
  });
  const events: RouterEvent[] = [];
  const accounts: [KeyRef, string][] = [];
  const lines: string[] = [];
  const log = {
    info: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(line),
    error: (line: string) => void lines.push(line),
  };
  const secretOf = async (key: ApiKey): Promise<Secret | undefined> => {
    const known = secrets.get(keyRef(key.provider, key.number));
    return options.secretOf === undefined ? known : options.secretOf(key, known);
  };
  const client = new ChatClient({ http: options.http, clock, userAgent: 'test' });
  const router = new Router({
    ledger,
    tracker,
    client,
    clock,
    random: options.random ?? new SeededRandom(3),
    l10n: plainL10n,
    log,
    keys: {
      all: () => pooling?.state.facts.keys() ?? keys,
      secretPresent: (key) => secrets.has(keyRef(key.provider, key.number)),
      secretOf,
      isOriginConfirmed: (key) => key.origins.length > 0,
    },
    providers: () => providers,
    config: () => config,
    emit: (event) => void events.push(event),
    noteAccount: async (key, account) => {
      accounts.push([keyRef(key.provider, key.number), account]);
      await names?.noteAccountName(key, account);
    },
  });
  const keyAt = (ref: KeyRef): ApiKey => {
    const found = keys.find((key) => keyRef(key.provider, key.number) === ref);
    if (found === undefined) throw new Error(`no key ${ref} in the fixture`);
    return found;
  };
  return {
    router,
    clock,
    ledger,
    tracker,
    client,
    providers,
    keys,
    events,
    accounts,
    lines,
    secretOf,
    keyAt,
    healthOf: (ref: KeyRef) => ledger.health(keyAt(ref).fingerprint),
    /** Events of one kind, in order. */
    said: <Kind extends RouterEvent['kind']>(kind: Kind) =>
      events.filter((event): event is Extract<RouterEvent, { kind: Kind }> => event.kind === kind),
  };
}

export type RouterFixture = ReturnType<typeof routerFixture>;

function keyOf({ ref, secret: _, ...metadata }: FixtureKey, providers: readonly Provider[]): ApiKey {
  const [provider = '', number = ''] = ref.split('/');
  const baseUrl = providers.find(({ id }) => id === provider)?.baseUrl ?? '';
  return apiKeyOf({ provider, number: Number(number), origins: [new URL(baseUrl).origin], ...metadata });
}

let questions = 0;

/** A question that no cache has seen. */
export function question(change: Partial<ChatRequest> = {}): ChatRequest {
  questions += 1;
  return { messages: [{ role: 'user', content: `Why does this fail? (${questions})` }], stream: false, ...change };
}

/** Lets promises that wait for nothing but each other run. */
export async function settled(turns = 3): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Time passes, timer by timer, until this window has no request under way. */
export async function passTime(fixture: RouterFixture, most = 400): Promise<void> {
  for (let step = 0; step < most && fixture.router.busy > 0; step += 1) {
    await settled(1);
    if (fixture.router.busy > 0) await fixture.clock.advance(Math.min(fixture.clock.nextDueInMs ?? 0, 25_000));
  }
}

/** What the ledger holds for requests under way, over all accounts of the fixture. */
export function held(fixture: RouterFixture): { readonly requests: number; readonly tokens: number } {
  const since = fixture.clock.now() - 1;
  const uses = fixture.keys.map((key) => fixture.ledger.use(accountOf(key), '*', since));
  return {
    requests: uses.reduce((sum, { heldRequests }) => sum + heldRequests, 0),
    tokens: uses.reduce((sum, { heldTokens }) => sum + heldTokens, 0),
  };
}
