import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startGroq } from '../../simulator/groq/groq.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { Settings } from '../profile.ts';

const BETWEEN_PIECES_MS = 25;

/** A simulated Groq whose answers stream as slowly as a person can watch. */
export async function startDemoProvider(): Promise<Simulator> {
  const groq = await startGroq();
  groq.stream = { ...groq.stream, delayMs: BETWEEN_PIECES_MS };
  return groq;
}

export const demoSettings = (groq: Simulator): Settings => ({
  'aiKeys.providers': { groq: { baseUrl: groq.baseUrl } },
});

/** Three keys made up at this moment: the first is refused, the others are good. */
export async function writeDemoEnv(workspaceDir: string, groq: Simulator): Promise<void> {
  const keys = [groq.key('refused'), groq.key('good', 1), groq.key('good', 2)];
  const lines = keys.flatMap((key, index) => [
    `GROQ_API_KEY_${index + 1}=${key}`,
    `GROQ_KEY_${index + 1}_PRIORITY=${index + 1}`,
  ]);
  await writeFile(join(workspaceDir, '.env'), `${lines.join('\n')}\n`, { mode: 0o600 });
}
