import { readEnvFile } from '../adapters/envFile.ts';
import { ShiftedClock } from '../adapters/shiftedClock.ts';
import type { KeyRef } from '../core/keys/keyRef.ts';
import { keyRef } from '../core/keys/keyRef.ts';
import { planEnvImport } from '../core/keys/envPlan.ts';
import type { FingerprintOf } from '../core/keys/fingerprint.ts';
import type { Clock } from '../core/ports.ts';
import type { Limits } from '../core/quota/limits.ts';
import type { Core } from './core.ts';

/** What host tests may do besides. Production builds do not hold it. */
export type Testing = {
  addKey(
    provider: string,
    secret: string,
    more?: { label?: string; priority?: number; limits?: Limits },
  ): Promise<KeyRef>;
  removeKey(ref: KeyRef): Promise<void>;
  importEnv(text: string): Promise<readonly KeyRef[]>;
  /** Epoch milliseconds; undefined: the machine's time again. */
  setClock(wallMs: number | undefined): void;
};

export function testingOf({ keyring, providers }: Core, clock: Clock): Testing {
  return {
    addKey: async (provider, secret, more = {}) => {
      const prepared = keyring.prepare(provider, secret);
      if (!prepared.ok) throw new Error(prepared.problem.kind);
      const added = await keyring.commit(prepared, more);
      if (!added.ok) throw new Error(added.problem.kind);
      return keyRef(added.key.provider, added.key.number);
    },
    removeKey: async (ref) => {
      const removed = await keyring.remove([ref]);
      if (!removed.ok) throw new Error(removed.problem.kind);
    },
    importEnv: async (text) => {
      const known = providers.current().providers;
      const reading = readEnvFile(text, known);
      if (reading === 'tooLarge') throw new Error(reading);
      const fingerprintOf: FingerprintOf = (secret, provider) => keyring.fingerprintOf(secret, provider);
      const plan = planEnvImport({ reading, existing: keyring.keys(), fingerprintOf, providers: known });
      const result = await keyring.applyPlan(plan);
      if (!result.ok) throw new Error(result.problem.kind);
      return result.added.map((key) => keyRef(key.provider, key.number));
    },
    setClock: (wallMs) => {
      if (clock instanceof ShiftedClock) clock.set(wallMs);
    },
  };
}
