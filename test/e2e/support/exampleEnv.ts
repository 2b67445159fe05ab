import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Simulator } from '../../simulator/simulator.ts';

/** The example `.env` of the contract, with keys made up at this moment, as an editor on Windows saves it. */
export function exampleEnv(
  groq: Simulator,
  gemini: Simulator,
): { readonly text: string; readonly secrets: readonly string[] } {
  const groqKeys = [1, 2, 3].map((number) => groq.key('good', number));
  const geminiKeys = [1, 2].map((number) => gemini.key('good', number));
  const botToken = `123456:${'ABC-DEF'.repeat(5)}`;
  const lines = [
    ...groqKeys.flatMap((key, index) => keyLines('GROQ', index + 1, key, 14_400)),
    ...geminiKeys.flatMap((key, index) => keyLines('GEMINI', index + 1, key, 1_500)),
    `TELEGRAM_BOT_TOKEN=${botToken}`,
    'TELEGRAM_CHAT_ID=987654321',
    'ALERT_EMAIL=admin@platform.com',
  ];
  return { text: `\uFEFF${lines.join('\r\n')}\r\n`, secrets: [...groqKeys, ...geminiKeys, botToken] };
}

const keyLines = (prefix: string, number: number, key: string, limit: number): readonly string[] => [
  `${prefix}_API_KEY_${number}=${key}`,
  `${prefix}_KEY_${number}_PRIORITY=${number}`,
  `${prefix}_KEY_${number}_DAILY_LIMIT=${limit}`,
];

export const writeEnv = (folder: string, text: string, name = '.env'): Promise<void> =>
  writeFile(join(folder, name), text, { mode: 0o600 });
