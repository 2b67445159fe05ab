import type { OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import { afterBlame } from '../../../src/core/health/healthRules.ts';
import { accountOf, type ApiKey } from '../../../src/core/keys/apiKey.ts';
import { keyRef, type KeyRef } from '../../../src/core/keys/keyRef.ts';
import { goodKeys, keyOf, type KeyState } from '../../harness/workbench/keyState.ts';
import type { Simulator } from '../../simulator/simulator.ts';

type Simulators = { readonly groq: Simulator; readonly gemini: Simulator };

/** The keys of the contract's example. */
export const exampleKeys = ({ groq, gemini }: Simulators): readonly KeyState[] => [
  ...['Primary', 'Backup', 'Emergency'].map((label, index) =>
    keyOf(groq, groq.key('good', index + 1), { label, limits: { tokensPerDay: 14_400 } }),
  ),
  ...goodKeys(gemini, 2, { limits: { requestsPerDay: 1_500 } }),
];

type Spending = { readonly ref: KeyRef; readonly tokens: number; readonly attempts: number };

/** Tokens of the keys' day, as many attempts as Gemini counts requests: 45,678 tokens in all. */
const spendings: readonly Spending[] = [
  { ref: 'groq/1', tokens: 11_520, attempts: 60 },
  { ref: 'groq/2', tokens: 14_400, attempts: 60 },
  { ref: 'groq/3', tokens: 4_320, attempts: 40 },
  { ref: 'gemini/1', tokens: 12_000, attempts: 600 },
  { ref: 'gemini/2', tokens: 3_438, attempts: 150 },
];

/** Plays the contract's example through the ledger: 1,234 requests, 12 of them failed, 1.2 s each; one key at 85. */
export async function spendExampleDay({ ledger, keyBook }: OpenLedger): Promise<void> {
  const keys = new Map(keyBook.all().map((key) => [keyRef(key.provider, key.number), key]));
  for (const { ref, tokens, attempts } of spendings) {
    const key = keys.get(ref);
    if (key === undefined) throw new Error(`no ${ref} in the key book`);
    for (let done = 0; done < attempts; done += 1) {
      await spend(ledger, key, Math.floor(tokens / attempts) + (done < tokens % attempts ? 1 : 0));
    }
  }
  const emergency = keys.get('groq/3');
  if (emergency !== undefined)
    await ledger.changeHealth(emergency.fingerprint, (health) => afterBlame(health, Date.now()));
  // The ledger gathers routes for a moment and writes them together: one waited for after the other takes a minute.
  const saved = Array.from({ length: 1_234 }, (_, done) =>
    saveRequest(ledger, `seed-${done}`, done < 12 ? 'failed' : 'answered'),
  );
  await Promise.all(saved);
}

/** The six days before, each with another use: a graph to look at. Older than 24 hours. */
export async function spendEarlierDays({ ledger, keyBook }: OpenLedger): Promise<void> {
  const keys = new Map(keyBook.all().map((key) => [keyRef(key.provider, key.number), key]));
  for (let day = 1; day <= 6; day += 1) {
    for (const [index, { ref, tokens }] of spendings.entries()) {
      const key = keys.get(ref);
      const share = 0.5 + ((day * 3 + index * 2) % 6) / 10;
      if (key !== undefined)
        await spend(ledger, key, Math.round(tokens * share), Date.now() - day * 86_400_000 - 1_800_000);
    }
  }
}

export async function spend(
  ledger: OpenLedger['ledger'],
  key: ApiKey,
  tokens: number,
  atMs = Date.now(),
): Promise<void> {
  const reserved = await ledger.reserve({
    route: 'seed',
    key: keyRef(key.provider, key.number),
    keyId: key.id,
    fingerprint: key.fingerprint,
    account: accountOf(key),
    provider: key.provider,
    model: 'm',
    tokens,
    promptTokens: 0,
    nowMs: atMs,
    ceilings: [],
  });
  if (!reserved.ok) throw new Error('no room');
  await ledger.settle({
    reservation: reserved.reservation,
    nowMs: atMs,
    outcome: 'ok',
    tokens: { prompt: 0, completion: tokens, total: tokens, estimated: false },
    countsRequest: true,
    latencyMs: 1_200,
  });
}

export const saveRequest = (ledger: OpenLedger['ledger'], id: string, outcome: 'answered' | 'failed'): Promise<void> =>
  ledger.saveRoute({
    id,
    atMs: Date.now(),
    askedBy: 'ask',
    outcome,
    attempts: [],
    passedOver: [],
    waits: [],
    ms: 1_200,
  });
