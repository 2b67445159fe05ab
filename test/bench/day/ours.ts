import { MemoryAccountNames } from '../../../src/adapters/memoryAccountNames.ts';
import { MemoryKeyBook } from '../../../src/adapters/memoryKeyBook.ts';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import { MemoryStore } from '../../../src/adapters/memoryStore.ts';
import { Recovery } from '../../../src/core/health/recovery.ts';
import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { ChatClient } from '../../../src/core/providers/chatClient.ts';
import { originOf } from '../../../src/core/providers/origin.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { Tracker } from '../../../src/core/quota/tracker.ts';
import type { Strategy } from '../../../src/core/routing/rank.ts';
import { ChatError } from '../../../src/core/routing/chatError.ts';
import { Router } from '../../../src/core/routing/router.ts';
import type { RouterConfig } from '../../../src/core/routing/routerPorts.ts';
import { apiKeyOf } from '../../unit/support/apiKeyOf.ts';
import { plainL10n } from '../../unit/support/plainL10n.ts';
import { benchLog } from '../benchFixture.ts';
import { chanceOf } from './chance.ts';
import type { Contestant, ContestantEntry, Outcome, World } from './contestant.ts';
import { textOf, type DayRequest } from './dayRequest.ts';
import { FleetHttp } from './fleetHttp.ts';
import { modelsOf, providerIds, type FleetPlan, type ProviderId } from './fleetPlan.ts';

/** The product as the extension composes it, without an editor, on the fleet's clock. */
async function start({ time, fleet, workload }: World, strategy: Strategy): Promise<Contestant> {
  const providers = providerIds.map(providerOf);
  const store = new MemoryStore();
  const keyBook = new MemoryKeyBook(store);
  const secrets = await addKeys(keyBook, fleet.plan, providers);
  const names = new MemoryAccountNames(store);
  const ledger = new MemoryLedger({ clock: time, store });
  const config: RouterConfig = {
    strategy,
    deadlineMs: 60_000,
    attemptTimeoutMs: 20_000,
    cacheEnabled: false,
    cacheTtlMs: 3_600_000,
    warnAtPercent: [75, 90],
  };
  const tracker = new Tracker({
    ledger,
    keyBook,
    clock: time,
    providers: () => providers,
    warnAtPercent: () => config.warnAtPercent,
  });
  const client = new ChatClient({ http: new FleetHttp(fleet, time), clock: time, userAgent: 'bench' });
  const secretOf = async (key: ApiKey): Promise<Secret | undefined> => secrets.get(key.id);
  const router = new Router({
    ledger,
    tracker,
    client,
    clock: time,
    random: chanceOf(workload.plan.seed, 'router'),
    l10n: plainL10n,
    log: benchLog,
    keys: {
      all: () => keyBook.all(),
      secretPresent: (key) => secrets.has(key.id),
      secretOf,
      isOriginConfirmed: () => true,
    },
    providers: () => providers,
    config: () => config,
    noteAccount: async (key, account) => void (await names.noteAccountName(key, account)),
    emit: () => undefined,
  });
  const recovery = new Recovery({
    ledger,
    clock: time,
    log: benchLog,
    keys: () => keyBook.all(),
    providers: () => providers,
    secretOf,
    isOriginConfirmed: () => true,
    check: (provider, secret, signal) => client.check(provider, secret, signal),
  });
  recovery.start();
  return {
    ask: (request) => outcomeOf(router, request),
    stop: () => {
      recovery.dispose();
      ledger.dispose();
    },
  };
}

async function outcomeOf(router: Router, request: DayRequest): Promise<Outcome> {
  const messages = [{ role: 'user' as const, content: textOf(request) }];
  try {
    const { degraded, provider } = await router.chat({ messages, maxTokens: request.cap, stream: false });
    const answeredBy = degraded ? undefined : idOf(provider);
    return answeredBy === undefined ? 'gaveUp' : { answeredBy };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return 'gaveUp';
  }
}

const idOf = (provider: string | undefined): ProviderId | undefined => providerIds.find((id) => id === provider);

/** The catalog's, with the models that the fleet has. */
function providerOf(id: ProviderId): Provider {
  const found = catalog.find((provider) => provider.id === id);
  if (found === undefined) throw new Error(`no ${id} in the catalog`);
  return { ...found, models: found.models.filter((model) => modelsOf[id].includes(model.id)) };
}

async function addKeys(keyBook: MemoryKeyBook, plan: FleetPlan, providers: readonly Provider[]) {
  const secrets = new Map<string, Secret>();
  const drafts = plan.keys.map(({ provider, number, secret }): ApiKey => {
    const origins = providers.filter(({ id }) => id === provider).map(({ baseUrl }) => originOf(baseUrl));
    const key = apiKeyOf({ provider, number, origins });
    secrets.set(key.id, new Secret(secret));
    return key;
  });
  await keyBook.add(drafts);
  return secrets;
}

const strategies: readonly Strategy[] = ['priority', 'balanced', 'fastest'];

export const ours: readonly ContestantEntry[] = strategies.map((strategy) => ({
  id: `ours-${strategy}`,
  name: `AI Keys, ${strategy}`,
  start: (world) => start(world, strategy),
}));
