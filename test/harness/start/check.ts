import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Simulator } from '../../simulator/simulator.ts';
import { extensionId, outDir } from '../project.ts';
import { runProcess } from '../runProcess.ts';
import { useServer } from '../vscode/chooseVsCode.ts';
import { installExtension } from '../vscode/codeServer.ts';
import { eventually } from '../workbench/eventually.ts';
import { Session } from '../workbench/session.ts';
import type { Workbench } from '../workbench/workbench.ts';
import { demoSettings, startDemoProvider, writeDemoEnv } from './demo.ts';
import { Probe } from './probe.ts';

const answerShape = z.looseObject({
  key: z.string(),
  degraded: z.boolean(),
  cached: z.boolean(),
  route: z.looseObject({
    attempts: z.array(z.looseObject({ key: z.string(), outcome: z.string(), ms: z.number() })),
  }),
});
type Answer = z.infer<typeof answerShape>;

/** The main job, unattended: 0 only if the second key answered because the first was refused. */
export async function check(vsix: string): Promise<number> {
  const code = await useServer();
  const groq = await startDemoProvider();
  const home = await mkdtemp(join(tmpdir(), 'ai-keys-check-'));
  try {
    const probe = await Probe.make(home);
    const extensionsDir = join(home, 'extensions');
    for (const file of [vsix, probe.vsix]) {
      await installExtension(code, { dataDir: join(home, 'data'), extensionsDir }, file);
    }
    const size = { width: 1500, height: 950 };
    const session = await Session.start({ settings: demoSettings(groq), extensionsDir, env: probe.env, size });
    try {
      return await play(session, groq, probe);
    } catch (error) {
      await session.keepEvidence('check');
      throw error;
    } finally {
      await session.close();
    }
  } finally {
    await groq.stop();
    await rm(home, { recursive: true, force: true });
  }
}

async function play(session: Session, groq: Simulator, probe: Probe): Promise<number> {
  await writeDemoEnv(session.profile.workspaceDir, groq);
  const error = await errorOfSample(session.profile.workspaceDir);
  const workbench = await session.openWindow();
  await importKeys(workbench);
  await analyze(workbench, error);
  const answer = await eventually(() => probe.answer(), { timeoutMs: 60_000, what: 'the answer' });
  const panel = workbench.webview();
  await panel.waitForText('groq/openai');
  await takePictures(workbench);
  const content = await copyAnswer(workbench);
  await mkdir(outDir, { recursive: true });
  // Other extensions are told of an answer, not what it says.
  const written = { content, ...(answer as object) };
  await writeFile(join(outDir, 'answer.json'), `${JSON.stringify(written, null, 2)}\n`);
  const problems = whatIsWrong(answerShape.parse(answer), groq);
  for (const problem of problems) console.error(`check: ${problem}`);
  console.log(problems.length === 0 ? 'check: groq/1 was refused, groq/2 answered' : 'check: failed');
  console.log(`see ${join(outDir, 'answer.json')} and the pictures in ${join(outDir, 'check')}`);
  return problems.length === 0 ? 0 : 1;
}

async function errorOfSample(workspaceDir: string): Promise<string> {
  const { code, output } = await runProcess(process.execPath, ['shop/invoice.ts'], { cwd: workspaceDir });
  if (code === 0) throw new Error('the sample did not fail');
  return output;
}

async function importKeys(workbench: Workbench): Promise<void> {
  await workbench.openView('AI Keys');
  await workbench.runCommand('AI Keys: Import .env');
  await workbench.quickInput.waitForTitle(/Import Keys from/);
  await workbench.screenshot('check/import-preview');
  await workbench.quickInput.accept();
  await workbench.notifications.waitFor(/3 keys added/);
  await workbench.tree().row('Key 3').waitFor();
}

async function analyze(workbench: Workbench, error: string): Promise<void> {
  await workbench.clipboard(error);
  await workbench.runCommand('AI Keys: Analyze Error');
  await workbench.quickInput.waitForTitle('Analyze Error');
  await workbench.quickInput.accept();
  const panel = workbench.webview();
  await panel.button('Send').waitFor();
  await workbench.screenshot('check/before-sending');
  await panel.button('Send').click();
}

async function takePictures(workbench: Workbench): Promise<void> {
  await workbench.notifications.waitFor('Groq Key 1 invalid');
  await workbench.screenshot('check/alert');
  await workbench.runCommand('Notifications: Clear All Notifications');
  for (const theme of ['dark', 'light', 'hc-black', 'hc-light'] as const) {
    await workbench.setTheme(theme);
    await workbench.screenshot(`check/window-${theme}`);
    await workbench.screenshot(`check/tree-${theme}`, workbench.tree().part);
    await workbench.screenshot(`check/answer-${theme}`, workbench.page.locator('iframe.webview:visible').last());
    await workbench.screenshot(`check/status-bar-${theme}`, workbench.page.locator('.part.statusbar'));
  }
  await workbench.statusBar.items(extensionId).first().waitFor();
}

/** Word for word, as the panel's own button gives it. */
async function copyAnswer(workbench: Workbench): Promise<string> {
  const before = await workbench.clipboardText();
  await workbench.webview().button('Copy Answer').click();
  return await eventually(
    async () => {
      const text = await workbench.clipboardText();
      return text === before ? undefined : text;
    },
    { what: 'the answer on the clipboard' },
  );
}

function whatIsWrong({ key, degraded, cached, route }: Answer, groq: Simulator): string[] {
  const [first, ...rest] = route.attempts;
  const asked = groq.chatsOf(groq.key('refused')).map(({ status }) => status);
  const answered = groq.chatsOf(groq.key('good', 1)).map(({ status }) => status);
  const truths: readonly (readonly [boolean, string])[] = [
    [
      first?.key === 'groq/1' && first.outcome === 'authInvalid',
      `the first attempt was ${first?.key ?? 'none'}: ${first?.outcome ?? ''}`,
    ],
    [rest.at(-1)?.key === 'groq/2' && rest.at(-1)?.outcome === 'ok', 'the last attempt is not groq/2 with success'],
    [key === 'groq/2', `the answer came from ${key}`],
    [!degraded && !cached, 'the answer is degraded or from the cache'],
    [asked.join() === '401', `the provider saw the first key's chats end with: ${asked.join() || 'none'}`],
    [answered.join() === '200', `the provider saw the second key's chats end with: ${answered.join() || 'none'}`],
  ];
  return truths.filter(([holds]) => !holds).map(([, words]) => words);
}
