import { join } from 'node:path';
import { openLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import { SystemClock } from '../../../src/adapters/systemClock.ts';
import { SystemRandom } from '../../../src/adapters/systemRandom.ts';
import { spend } from '../../e2e/support/exampleDay.ts';
import type { Profile } from '../profile.ts';

/** So many keys of two providers, each used today, in the database of a VS Code that has not started yet. */
export async function fillKeys({ dataDir }: Profile, count: number): Promise<void> {
  const path = join(dataDir, 'User/globalStorage/ai-keys.ai-keys/ledger.db');
  const { ledger, keyBook } = await openLedger({ path, clock: new SystemClock(), random: new SystemRandom() });
  const addedAtMs = Date.now();
  const origins = { groq: ['https://api.groq.com'], gemini: ['https://generativelanguage.googleapis.com'] };
  await keyBook.add(
    Array.from({ length: count }, (_, index) => {
      const provider = index % 2 === 0 ? 'groq' : 'gemini';
      const name = index.toString(16).padStart(32, '0');
      return {
        id: name,
        provider,
        label: '',
        priority: Math.floor(index / 2) + 1,
        limits: {},
        enabled: true,
        origins: origins[provider],
        fingerprint: name,
        addedAtMs,
      };
    }),
  );
  for (const key of keyBook.all()) await spend(ledger, key, 100);
  ledger.dispose();
}
