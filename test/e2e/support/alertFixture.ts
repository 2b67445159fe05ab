import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import type { Profile } from '../../harness/profile.ts';
import type { ChannelState, MailTarget } from '../../harness/workbench/channelState.ts';
import { goodKeys, openAsAnotherWindow, type KeyState } from '../../harness/workbench/keyState.ts';
import type { Workbench } from '../../harness/workbench/workbench.ts';
import { startGemini } from '../../simulator/gemini/gemini.ts';
import { startGroq } from '../../simulator/groq/groq.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { SmtpSimulator } from '../../simulator/smtpSimulator.ts';
import { TelegramSimulator } from '../../simulator/telegramSimulator.ts';
import { analyzeClipboard, sampleError, send } from './analysis.ts';
import { trustedCertificate } from './sharedVsCode.ts';
import type { Fixture } from './withWorkbench.ts';

/** Everybody whom the contract's `.env` names, each on a port of this machine. */
const simulators = {
  groq: () => startGroq({ limits: 'none' }),
  gemini: () => startGemini({ limits: 'none' }),
  telegram: () => new TelegramSimulator().start(),
  smtp: () => {
    const login = { user: 'alerts@platform.com', password: `Mail-${'pa55'.repeat(4)}` };
    return new SmtpSimulator({ tls: 'starttls', login, certificate: trustedCertificate }).start();
  },
};

export type AlertFixture = Fixture<typeof simulators>;
type Providers = { readonly groq: Simulator; readonly gemini: Simulator };

export const chatId = 987_654_321;
export const mailTo = 'admin@platform.com';

const groqLimits = { tokensPerDay: 14_400 };
const geminiLimits = { requestsPerDay: 1_500 };

const contractKeys = ({ groq, gemini }: Providers): readonly KeyState[] => [
  ...goodKeys(groq, 3, { limits: groqLimits }),
  ...goodKeys(gemini, 2, { limits: geminiLimits }),
];

/** Nothing is set up yet but where the simulated Telegram is. */
export const beforeSetUp = {
  simulators,
  settings: ({ gemini, telegram }: Pick<AlertFixture, 'gemini' | 'telegram'>) => ({
    'aiKeys.providers': { gemini: { models: gemini.models.slice(0, 1) } },
    'aiKeys.alerts.telegram.apiUrl': telegram.url,
  }),
};

/** With the keys of the contract: three of Groq with 14,400 tokens a day, two of Gemini with 1,500 requests. */
export const withKeys = { ...beforeSetUp, keys: contractKeys };

export const telegramTarget = ({ telegram }: Pick<AlertFixture, 'telegram'>): ChannelState => ({
  telegram: { bot: telegram, chatId },
});

export const mailTarget = ({ smtp }: Pick<AlertFixture, 'smtp'>): MailTarget => ({ server: smtp, to: mailTo });

/** With the keys of the contract, and alerts going to Telegram and by mail. */
export const withKeysAndChannels = {
  ...withKeys,
  channels: (fixture: Pick<AlertFixture, 'telegram' | 'smtp'>): ChannelState => ({
    ...telegramTarget(fixture),
    email: mailTarget(fixture),
  }),
};

/** The contract's `.env`: those keys, and the targets. */
export async function writeContractEnv(
  workspaceDir: string,
  { groq, gemini, telegram }: Providers & Pick<AlertFixture, 'telegram'>,
): Promise<void> {
  const keyLines = (simulator: Simulator, count: number, limit: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => index + 1).flatMap((number) => {
      const name = simulator.vendor.id.toUpperCase();
      return [
        `${name}_API_KEY_${number}=${simulator.key('good', number)}`,
        `${name}_KEY_${number}_PRIORITY=${number}`,
        `${name}_KEY_${number}_DAILY_LIMIT=${limit}`,
      ];
    });
  const lines = [
    ...keyLines(groq, 3, groqLimits.tokensPerDay),
    ...keyLines(gemini, 2, geminiLimits.requestsPerDay),
    `TELEGRAM_BOT_TOKEN=${telegram.token}`,
    `TELEGRAM_CHAT_ID=${chatId}`,
    `ALERT_EMAIL=${mailTo}`,
  ];
  await writeFile(join(workspaceDir, '.env'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** Past all that is on its way; waits for no answer. */
export async function sendTestMessage(workbench: Workbench, channel: 'Telegram' | 'Email'): Promise<void> {
  const { quickInput } = workbench;
  await workbench.runUntil('AI Keys: Send a Test Message', channel, () =>
    quickInput.row(channel).waitFor({ timeout: 8_000 }),
  );
  await quickInput.waitForPlaceholder('Where to send a test message?');
  await quickInput.pick(channel);
}

/** A question of its own each time, answered in this window; waits for what its panel says. */
export async function askIn(
  workbench: Workbench,
  { profile }: Pick<AlertFixture, 'profile'>,
  answer: string | RegExp,
): Promise<void> {
  await workbench.page.bringToFront();
  await analyzeClipboard(workbench, `${sampleError(profile.workspaceDir)}\nrun ${randomUUID()}`);
  await send(workbench);
  await workbench.webview().waitForText(answer);
  await workbench.focusSideBar();
}

/** What the outbox in the database of a profile holds; `work` may change it. */
export async function inOutbox<Answer>(
  profile: Pick<Profile, 'dataDir'>,
  work: (sql: NonNullable<ReturnType<OpenLedger['connection']>>['sql']) => Answer,
): Promise<Answer> {
  const { connection, ledger } = await openAsAnotherWindow(profile);
  try {
    const open = connection();
    if (open === undefined) throw new Error('no database');
    return open.transaction('BEGIN IMMEDIATE', () => work((text) => open.sql(text)));
  } finally {
    ledger.dispose();
  }
}
