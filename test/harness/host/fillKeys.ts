import { spend } from '../../e2e/support/exampleDay.ts';
import type { Profile } from '../profile.ts';
import { openAsAnotherWindow, putKeys } from '../workbench/keyState.ts';

const origins = { groq: ['https://api.groq.com'], gemini: ['https://generativelanguage.googleapis.com'] };

/** So many keys of two providers, each used today and none with its secret, in a VS Code that has not started yet. */
export async function fillKeys(profile: Pick<Profile, 'dataDir'>, count: number): Promise<void> {
  const database = await openAsAnotherWindow(profile);
  const keys = Array.from({ length: count }, (_, index) => {
    const provider = index % 2 === 0 ? 'groq' : 'gemini';
    return { provider, origins: origins[provider], secret: `lost ${index}`, lost: true } as const;
  });
  await putKeys(profile, database, keys);
  for (const key of database.keyBook.all()) await spend(database.ledger, key, 100);
  database.ledger.dispose();
}
