// `npm run test:host`: the suites of test/host inside the extension host of a real VS Code.
// `--activation`: only the activation, of the production build, for the bench.

import { runTests } from '@vscode/test-electron';
import { projectDir } from '../project.ts';
import { makeProfile } from '../profile.ts';
import type { Profile } from '../profile.ts';
import { runOrThrow } from '../runProcess.ts';
import { chooseVsCode } from '../vscode/chooseVsCode.ts';
import { buildHostSuites } from './buildHostSuites.ts';
import { runInServer } from './runInServer.ts';

async function runInDesktop(executable: string, suites: string, profile: Profile): Promise<number> {
  return await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: projectDir,
    extensionTestsPath: suites,
    launchArgs: [
      profile.workspaceDir,
      ...['--user-data-dir', profile.dataDir, '--extensions-dir', profile.extensionsDir],
      '--disable-extensions',
    ],
  });
}

const activation = process.argv.includes('--activation');
const build = ['esbuild.js', ...(activation ? ['--production'] : [])];
await runOrThrow(process.execPath, build, { cwd: projectDir, echo: true });
const suites = await buildHostSuites(activation ? 'test/host/activation.test.ts' : undefined);
const vscode = await chooseVsCode();
const profile = await makeProfile();
try {
  process.exitCode =
    vscode.kind === 'desktop'
      ? await runInDesktop(vscode.executable, suites, profile)
      : await runInServer(vscode.server, suites, profile);
} finally {
  await profile.remove();
}
