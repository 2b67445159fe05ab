import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installationSalt } from '../../../src/adapters/installationSalt.ts';
import { openLedger, type OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import { SystemClock } from '../../../src/adapters/systemClock.ts';
import { SystemRandom } from '../../../src/adapters/systemRandom.ts';
import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import { fingerprintOf } from '../../../src/core/keys/fingerprint.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { Profile } from '../profile.ts';
import { extensionId } from '../project.ts';
import type { StoredSecret } from './runningVsCode.ts';
import type { Workbench } from './workbench.ts';

/** A key as it is to stand in a profile; what is left out is as Add gives it. */
export type KeyState = Pick<ApiKey, 'provider' | 'origins'> &
  Partial<Pick<ApiKey, 'number' | 'label' | 'priority' | 'limits' | 'pool' | 'enabled'>> & {
    readonly secret: string;
    /** The system has lost the secret. */
    readonly lost?: true;
  };

/** A key of a simulated provider: its first good one, or the one whose secret is given. */
export const keyOf = (
  { vendor, origin, hubOrigin }: Simulator,
  secret: string,
  properties: Partial<KeyState> = {},
): KeyState => ({
  provider: vendor.id,
  origins: [...new Set([origin, hubOrigin])],
  secret,
  ...properties,
});

/** The good keys 1 to `count` of a simulated provider, asked in this order. */
export const goodKeys = (
  simulator: Simulator,
  count: number,
  properties: Partial<KeyState> = {},
): readonly KeyState[] =>
  Array.from({ length: count }, (_, index) => keyOf(simulator, simulator.key('good', index + 1), properties));

const storageOf = ({ dataDir }: Pick<Profile, 'dataDir'>): string => join(dataDir, 'User/globalStorage', extensionId);

/** The database of a profile, opened as another window does; to be disposed of through its ledger. */
export const openAsAnotherWindow = (profile: Pick<Profile, 'dataDir'>): Promise<OpenLedger> =>
  openLedger({ path: join(storageOf(profile), 'ledger.db'), clock: new SystemClock(), random: new SystemRandom() });

/** What another window does to the database while those on the screen are open. */
export async function throughAnotherWindow(
  profile: Pick<Profile, 'dataDir'>,
  act: (database: OpenLedger) => Promise<void>,
): Promise<void> {
  const database = await openAsAnotherWindow(profile);
  try {
    await act(database);
  } finally {
    database.ledger.dispose();
  }
}

/** Puts keys into the database of a VS Code that has no window yet; answers what belongs into its SecretStorage. */
export async function putKeys(
  profile: Pick<Profile, 'dataDir'>,
  { keyBook }: OpenLedger,
  states: readonly KeyState[],
): Promise<readonly StoredSecret[]> {
  const random = new SystemRandom();
  // VS Code's state is not there yet: the file is what its windows read.
  const salt = installationSalt(storageOf(profile), random, { get: () => undefined, update: async () => undefined });
  const priorities = new Map<string, number>();
  const drafts = states.map(({ secret, lost: _lost, ...given }) => {
    const priority = (priorities.get(given.provider) ?? 0) + 1;
    priorities.set(given.provider, priority);
    const fingerprint = fingerprintOf(salt.bytes, new Secret(secret), given.provider);
    const id = Buffer.from(random.bytes(16)).toString('hex');
    return { label: '', priority, limits: {}, enabled: true, addedAtMs: Date.now(), ...given, id, fingerprint };
  });
  for (const added of await keyBook.add(drafts)) if (!added.ok) throw new Error(`a key was not added: ${added.reason}`);
  return states.flatMap(({ secret, lost }, index) =>
    lost === true ? [] : [{ extensionId, key: `aiKeys.secret.${drafts[index]?.id ?? ''}`, value: secret }],
  );
}

/** Where secrets lie in the system's keyring: takes the keys by the product's own import, then sets the rest. */
export async function importKeys(profile: Profile, workbench: Workbench, states: readonly KeyState[]): Promise<void> {
  const file = join(profile.workspaceDir, '.env');
  const before = await readFile(file).catch(() => undefined);
  const numbers = new Map<string, number>();
  const numbered = states.map((state) => {
    const number = state.number ?? (numbers.get(state.provider) ?? 0) + 1;
    numbers.set(state.provider, number);
    return { ...state, number };
  });
  const lines = numbered.map(({ provider, number, secret }) => `${provider.toUpperCase()}_API_KEY_${number}=${secret}`);
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  await workbench.runToBox('AI Keys: Import .env', /Import Keys from/);
  await workbench.quickInput.submit();
  await workbench.notifications.waitFor(/keys? added/);
  await workbench.runCommand('Notifications: Clear All Notifications');
  await (before === undefined ? rm(file) : writeFile(file, before));
  const { keyBook, ledger } = await openAsAnotherWindow(profile);
  await keyBook.update((keys) =>
    keys.flatMap((key) => {
      const state = numbered.find(({ provider, number }) => provider === key.provider && number === key.number);
      if (state === undefined) return [];
      const { secret: _secret, lost: _lost, ...given } = state;
      return [{ ...key, ...given }];
    }),
  );
  ledger.dispose();
}
