import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from '../../harness/workbench/session.ts';
import type { Workbench } from '../../harness/workbench/workbench.ts';
import { startGemini } from '../../simulator/gemini/gemini.ts';
import { startGroq } from '../../simulator/groq/groq.ts';
import { SmtpSimulator } from '../../simulator/smtpSimulator.ts';
import { TelegramSimulator } from '../../simulator/telegramSimulator.ts';
import { analyzeClipboard, importEnv, sampleError, send } from './analysis.ts';

export type AlertOffice = Awaited<ReturnType<typeof openAlertOffice>>;

/** The keys and targets of the contract's `.env`, and everybody it names, each on a port of this machine. */
export async function openAlertOffice() {
  const telegram = await new TelegramSimulator().start();
  const login = { user: 'alerts@platform.com', password: `Mail-${'pa55'.repeat(4)}` };
  const smtp = await new SmtpSimulator({ tls: 'starttls', login }).start();
  const groq = await startGroq({ limits: 'none' });
  const gemini = await startGemini({ limits: 'none' });
  // What Node trusts besides: the mail server's certificate is its own.
  const trust = await mkdtemp(join(tmpdir(), 'ai-keys-trust-'));
  await writeFile(join(trust, 'mail.pem'), smtp.certificate?.cert ?? '');
  const session = await Session.start({
    settings: {
      'aiKeys.providers': {
        groq: { baseUrl: groq.baseUrl },
        gemini: { baseUrl: gemini.baseUrl, models: gemini.models.slice(0, 1) },
      },
      'aiKeys.alerts.telegram.apiUrl': telegram.url,
    },
    env: { ...process.env, NODE_EXTRA_CA_CERTS: join(trust, 'mail.pem') },
  });
  const close = async (): Promise<void> => {
    await session.close();
    await Promise.all([groq.stop(), gemini.stop(), telegram.stop(), smtp.stop()]);
    await rm(trust, { recursive: true });
  };
  return { telegram, smtp, login, groq, gemini, session, close, chatId: 987_654_321, email: 'admin@platform.com' };
}

/** Three Groq keys of 14,400 tokens a day, two Gemini keys of 1,500 requests, and the targets. */
export async function writeContractEnv({ session, groq, gemini, telegram, chatId, email }: AlertOffice): Promise<void> {
  const lines = [
    ...[1, 2, 3].flatMap((number) => [
      `GROQ_API_KEY_${number}=${groq.key('good', number)}`,
      `GROQ_KEY_${number}_PRIORITY=${number}`,
      `GROQ_KEY_${number}_DAILY_LIMIT=14400`,
    ]),
    ...[1, 2].flatMap((number) => [
      `GEMINI_API_KEY_${number}=${gemini.key('good', number)}`,
      `GEMINI_KEY_${number}_PRIORITY=${number}`,
      `GEMINI_KEY_${number}_DAILY_LIMIT=1500`,
    ]),
    `TELEGRAM_BOT_TOKEN=${telegram.token}`,
    `TELEGRAM_CHAT_ID=${chatId}`,
    `ALERT_EMAIL=${email}`,
  ];
  await writeFile(join(session.profile.workspaceDir, '.env'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** Takes the keys and the targets that the workspace's `.env` names. */
export async function importWithTargets(workbench: Workbench): Promise<void> {
  await importEnv(workbench, /5 keys added/);
  await workbench.dialog.click('Send Alerts There');
}

/** "Set Up Email Alerts" from its first question on, up to the test message that it ends with. */
export async function answerMailSetUp(
  { quickInput, dialog }: Workbench,
  { smtp, login, email }: AlertOffice,
  password = login.password,
): Promise<void> {
  await quickInput.waitForTitle('Set Up Email (1/4)');
  await quickInput.type(email);
  await quickInput.accept();
  await quickInput.waitForTitle('Set Up Email (2/4)');
  await quickInput.pick('Another mail server…');
  await quickInput.waitForPlaceholder('smtp.example.org:587');
  await quickInput.type(`127.0.0.1:${smtp.port}`);
  await quickInput.accept();
  await quickInput.waitForTitle('Set Up Email (3/4)');
  await quickInput.type(login.user);
  await quickInput.accept();
  await quickInput.waitForTitle('Set Up Email (4/4)');
  await quickInput.type(password);
  await quickInput.accept();
  await dialog.click('Send Alerts There');
}

let questions = 0;

/** A question of its own each time, answered in this window; waits for what its panel says. */
export async function askIn(workbench: Workbench, { session }: AlertOffice, answer: string | RegExp): Promise<void> {
  questions += 1;
  await workbench.page.bringToFront();
  await analyzeClipboard(workbench, `${sampleError(session.profile.workspaceDir)}\nrun ${questions}`);
  await send(workbench);
  await workbench.webview().waitForText(answer);
  // VS Code in a browser does not notice that a page loses the focus while it is in a webview.
  await workbench.page.keyboard.press('Control+0');
  await workbench.page.locator('.part.sidebar:focus-within').waitFor();
}
