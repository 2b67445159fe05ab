import type * as vscode from 'vscode';
import { installationSalt } from '../adapters/installationSalt.ts';
import { SecretStorageVault } from '../adapters/secretStorageVault.ts';
import type { VscodeSettings } from '../adapters/vscodeSettings.ts';
import type { ApiKey } from '../core/keys/apiKey.ts';
import { isOriginConfirmed } from '../core/keys/keyOrigins.ts';
import { Keyring } from '../core/keys/keyring.ts';
import type { Secret } from '../core/keys/secret.ts';
import { PoolJoiner } from '../core/keys/poolJoiner.ts';
import type { Clock, L10n, Log, Random } from '../core/ports.ts';
import type { ListedModel } from '../core/providers/chatCall.ts';
import { asListed, newestLists, parseModelLists, type ModelLists } from '../core/providers/modelLists.ts';
import type { Provider } from '../core/providers/provider.ts';
import { readProviderSettings, type SettingProblem } from '../core/providers/providerSettings.ts';
import { Tracker } from '../core/quota/tracker.ts';
import type { RouterEvent } from '../core/routing/routerEvent.ts';
import type { OpenLedger } from '../adapters/sqliteLedger/openLedger.ts';
import { LazyClient } from './lazyClient.ts';
import { LazyRecovery } from './lazyRecovery.ts';
import { LazyRouter } from './lazyRouter.ts';
import { openLedgerHome } from './ledgerHome.ts';

export type CoreAsk = {
  readonly context: vscode.ExtensionContext;
  readonly clock: Clock;
  readonly random: Random;
  readonly l10n: L10n;
  readonly log: Log;
  readonly settings: VscodeSettings;
  readonly emit: (event: RouterEvent) => void;
};

/** Everything behind the editor: keys, ledger, router. Reads no secret and opens no connection. */
export async function composeCore({ context, clock, random, l10n, log, settings, emit }: CoreAsk) {
  const providers = providersOf({ settings, l10n, clock, memory: context.globalState });
  const home = await openLedgerHome({
    context,
    clock,
    random,
    l10n,
    log,
    providers: () => providers.current().providers,
  });
  const { ledger, keyBook, reports } = home;
  providers.keepIn(home);
  const accountNames = new PoolJoiner(home.accountNames);
  home.accountNames.onLateJoin((join) => accountNames.tell(join));
  const client = new LazyClient({ clock, l10n, userAgent: userAgentOf(context) });
  const keyring = new Keyring({
    keyBook,
    vault: new SecretStorageVault(context.secrets),
    ledger,
    accountNames,
    client,
    providers: () => providers.current().providers,
    clock,
    random,
    salt: installationSalt(context.globalStorageUri.fsPath, random, context.globalState),
    l10n,
    log,
  });
  const secretPresent = (key: ApiKey): boolean => keyring.cachedSecret(key.id) !== undefined;
  const secretNow = (key: ApiKey): Secret | Promise<Secret | undefined> => {
    const known = keyring.cachedSecret(key.id);
    return known === undefined || known === 'unknown' ? keyring.secretOf(key) : known;
  };
  const tracker = new Tracker({
    ledger,
    keyBook,
    clock,
    providers: () => providers.current().providers,
    warnAtPercent: () => settings.current['quota.warnAtPercent'],
    secretPresent,
    originConfirmed: isOriginConfirmed,
  });
  const router = new LazyRouter({
    ledger,
    tracker,
    client,
    clock,
    random,
    l10n,
    log,
    keys: { all: () => keyBook.all(), secretPresent, secretOf: secretNow, isOriginConfirmed },
    providers: () => providers.current().providers,
    config: () => ({
      strategy: settings.current['routing.strategy'],
      deadlineMs: settings.current['routing.deadlineSeconds'] * 1_000,
      attemptTimeoutMs: settings.current['routing.attemptTimeoutSeconds'] * 1_000,
      cacheEnabled: settings.current['cache.enabled'],
      cacheTtlMs: settings.current['cache.ttlMinutes'] * 60_000,
      warnAtPercent: settings.current['quota.warnAtPercent'],
    }),
    emit,
    noteAccount: async (key, account) => {
      const failed = (error: unknown): void => log.warn(`an account was not noted: ${String(error)}`);
      await accountNames.noteAccountName(key, account).catch(failed);
    },
  });
  const recovery = new LazyRecovery({
    ledger,
    clock,
    log,
    keys: () => keyBook.all(),
    providers: () => providers.current().providers,
    secretOf: (key) => keyring.secretOf(key),
    isOriginConfirmed,
    check: (provider, secret, signal) => client.check(provider, secret, signal),
  });
  const dispose = (): void => {
    recovery.dispose();
    keyring.dispose();
    client.dispose();
    providers.stop();
    home.stop();
    ledger.dispose();
  };
  return {
    home,
    ledger,
    keyBook,
    reports,
    accountNames,
    keyring,
    tracker,
    router,
    recovery,
    client,
    providers,
    dispose,
  };
}

export type Core = Awaited<ReturnType<typeof composeCore>>;

type ProviderReading = { readonly providers: readonly Provider[]; readonly problems: readonly SettingProblem[] };

const listsName = 'models.listed';

type ProvidersAsk = Pick<CoreAsk, 'settings' | 'l10n' | 'clock'> & { readonly memory: vscode.Memento };

/** The providers in the user's order, their models as last refreshed; the same array until something changes. */
function providersOf({ settings, l10n, clock, memory }: ProvidersAsk) {
  let reading: ProviderReading | undefined;
  let shared: OpenLedger['modelLists'] | undefined;
  let isDigested = false;
  let sharedRead: ModelLists | undefined;
  const stop = settings.onDidChange(() => {
    reading = undefined;
  });
  const read = (): ProviderReading => {
    const { providers, problems } = readProviderSettings(settings.raw('providers'), l10n);
    const lists = newestLists(parseModelLists(memory.get(listsName)), sharedRead ?? {});
    const order = settings.current['routing.providerOrder'];
    const placeOf = ({ id }: Provider): number => (order.includes(id) ? order.indexOf(id) : order.length);
    const ordered = providers.toSorted((a, b) => placeOf(a) - placeOf(b));
    return { providers: ordered.map((provider) => asListed(provider, lists)), problems };
  };
  const current = (): ProviderReading => {
    const now = isDigested ? shared?.all() : undefined;
    if (now !== sharedRead) reading = undefined;
    sharedRead = now;
    return (reading ??= read());
  };
  const keepModels = async (provider: string, models: readonly ListedModel[]): Promise<void> => {
    const atMs = clock.now();
    await shared?.keep(provider, models, atMs);
    // What a window starts with, before it has made anything of the database. Windows overwrite each other here.
    await memory.update(listsName, { ...parseModelLists(memory.get(listsName)), [provider]: { atMs, models } });
    reading = undefined;
  };
  /** Nothing of the database is made for this alone, so that the activation does not wait. */
  const keepIn = ({ modelLists, digested }: Pick<OpenLedger, 'modelLists' | 'digested'>): void => {
    shared = modelLists;
    void digested.then(() => (isDigested = true));
  };
  return { current, keepModels, keepIn, stop };
}

function userAgentOf({ extension }: vscode.ExtensionContext): string {
  const manifest: unknown = extension.packageJSON;
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return `ai-keys/${typeof version === 'string' ? version : ''}`;
}
