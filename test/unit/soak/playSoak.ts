import type { Credential } from './soakFleet.ts';
import { Soak } from './soak.ts';
import { planOf } from './soakPlan.ts';
import { troubles } from './troubles.ts';

/** Clocks change in Los Angeles and St. John's three days later. */
const startMs = Date.UTC(2026, 9, 30, 20);

const credentials: readonly Credential[] = [
  { secret: 'groq-one', provider: 'groq', account: 'groq-a' },
  { secret: 'groq-two', provider: 'groq', account: 'groq-b' },
  { secret: 'groq-three', provider: 'groq', account: 'groq-b' },
  { secret: 'gemini-one', provider: 'gemini', account: 'gemini-a' },
  { secret: 'gemini-two', provider: 'gemini', account: 'gemini-b' },
  { secret: 'mistral-one', provider: 'mistral', account: 'mistral-a' },
  { secret: 'huggingface-one', provider: 'huggingface', account: 'huggingface-a' },
];

/** What was to be asked longer ago than this is not asked any more. */
const latestMs = 60_000;

/** The user's own limit of one key. */
const limits = { 'groq-one': { tokensPerDay: 60_000 } } as const;

export async function playSoak(seed: number, days: number): Promise<Soak> {
  const soak = new Soak(seed, startMs, credentials);
  try {
    const first = await soak.openWindow();
    await soak.openWindow();
    for (const { secret, provider } of credentials) {
      const own = secret === 'groq-one' ? { limits: limits[secret] } : {};
      await soak.until(first.keyring.add({ provider, text: secret, ...own }));
    }
    for (const { atMs, what } of planOf(soak.chance, startMs, days)) {
      await soak.pass(atMs - soak.time.trueMs);
      if (what.kind === 'ask') {
        // Asked meanwhile by whoever made the trouble.
        if (soak.time.trueMs > atMs + latestMs) continue;
        const window = soak.windows[what.window % soak.windows.length];
        if (window !== undefined) soak.ask(window, what.characters, what.maxTokens);
      } else {
        soak.lastTrouble = what.trouble;
        await troubles[what.trouble](soak);
      }
    }
    await soak.pass(30 * 60_000);
    soak.compareNow();
  } finally {
    soak.close();
  }
  return soak;
}
