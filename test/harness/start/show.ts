import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { makeProfile } from '../profile.ts';
import type { Profile } from '../profile.ts';
import { projectDir } from '../project.ts';
import { chooseVsCode } from '../vscode/chooseVsCode.ts';
import { installExtension, startCodeServer } from '../vscode/codeServer.ts';
import type { CodeServer } from '../vscode/codeServer.ts';
import { demoSettings, startDemoProvider, writeDemoEnv } from './demo.ts';
import { openBrowser } from './openBrowser.ts';

const WHAT_TO_DO = `
  1. AI Keys: Import .env        the three keys of the .env in the sample; the first will be refused
  2. run  node shop/invoice.ts   in the sample and copy its error
  3. AI Keys: Analyze Error      the answer comes from the second key
`;

/** Opens VS Code for a person, until the window is closed or Ctrl+C. */
export async function show(vsix: string): Promise<number> {
  const vscode = await chooseVsCode();
  const groq = await startDemoProvider();
  const profile = await makeProfile(demoSettings(groq));
  await writeDemoEnv(profile.workspaceDir, groq);
  console.log(`Simulated Groq: ${groq.baseUrl}\nSample workspace: ${profile.workspaceDir}\n${WHAT_TO_DO}`);
  try {
    await (vscode.kind === 'desktop'
      ? showDesktop(vscode.executable, profile)
      : showServer(vscode.server, profile, vsix));
  } finally {
    await groq.stop();
    await profile.remove();
  }
  return 0;
}

async function showDesktop(executable: string, profile: Profile): Promise<void> {
  const folders = ['--user-data-dir', profile.dataDir, '--extensions-dir', profile.extensionsDir];
  const development = `--extensionDevelopmentPath=${projectDir}`;
  const window = spawn(executable, [...folders, development, '--new-window', '--wait', profile.workspaceDir], {
    stdio: 'ignore',
  });
  await Promise.race([once(window, 'exit'), interrupted()]);
  window.kill();
}

async function showServer(code: CodeServer, profile: Profile, vsix: string): Promise<void> {
  await installExtension(code, profile, vsix);
  const server = await startCodeServer(code, profile);
  const url = `${server.url}/?folder=${encodeURIComponent(profile.workspaceDir)}`;
  console.log(`VS Code is at\n\n  ${url}\n\nCtrl+C ends it and removes the profile.`);
  openBrowser(url);
  try {
    await interrupted();
  } finally {
    await server.stop();
  }
}

async function interrupted(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
