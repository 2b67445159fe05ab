import type * as vscode from 'vscode';
import type { Random } from '../core/ports.ts';

/**
 * `persisted`: what an earlier session stored is still there. `lost`: it is not, so keys are kept
 * only until the window closes. `unknown`: no earlier session to compare with.
 */
export type Persistence = 'persisted' | 'lost' | 'unknown';

export type SecretPersistencePorts = {
  readonly secrets: Pick<vscode.SecretStorage, 'get' | 'store'>;
  readonly state: Pick<vscode.Memento, 'get' | 'update'>;
  readonly random: Random;
  /** `env.sessionId`: within one session a read proves nothing. */
  readonly sessionId: string;
};

const name = 'aiKeys.persistenceMarker';

type Marker = { readonly value: string; readonly sessionId: string };

/**
 * Whether SecretStorage outlives the window: without a keyring VS Code keeps secrets in memory and
 * says so only once. Leaves a random marker in SecretStorage and in `globalState`, and compares the
 * two in a later session.
 */
export async function secretPersistence(ports: SecretPersistencePorts): Promise<Persistence> {
  const earlier = readMarker(ports.state.get<unknown>(name));
  if (earlier?.sessionId === ports.sessionId) return 'unknown';
  const kept = earlier === undefined ? undefined : await ports.secrets.get(name);
  const persisted = earlier !== undefined && kept === earlier.value;
  const value = persisted ? earlier.value : newValue(ports.random);
  if (!persisted) await ports.secrets.store(name, value);
  await ports.state.update(name, { value, sessionId: ports.sessionId } satisfies Marker);
  if (persisted) return 'persisted';
  // Another marker than the one looked for: two windows began together, and storage kept one of them.
  return earlier === undefined || kept !== undefined ? 'unknown' : 'lost';
}

const newValue = (random: Random): string =>
  Array.from(random.bytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('');

function readMarker(stored: unknown): Marker | undefined {
  if (typeof stored !== 'object' || stored === null || !('value' in stored) || !('sessionId' in stored))
    return undefined;
  const { value, sessionId } = stored;
  return typeof value === 'string' && typeof sessionId === 'string' ? { value, sessionId } : undefined;
}
