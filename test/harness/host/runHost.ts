// `npm run test:host`: the suites of test/host inside the extension host of a real VS Code.
// For the bench: `--activation` only that, of the production build, with `--keys` a thousand of them; `--tree` those in the tree.
// `--grep words`: only what mocha finds by them. `--build`: built and not run, for F5.

import { parseArgs } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { projectDir } from '../project.ts';
import { makeProfile } from '../profile.ts';
import type { Profile } from '../profile.ts';
import { runOrThrow } from '../runProcess.ts';
import { chooseVsCode } from '../vscode/chooseVsCode.ts';
import { buildHostSuites } from './buildHostSuites.ts';
import { fillKeys } from './fillKeys.ts';
import { runInServer } from './runInServer.ts';

const flag = { type: 'boolean', default: false } as const;
const { values: options } = parseArgs({
  options: { activation: flag, keys: flag, tree: flag, build: flag, grep: { type: 'string' } },
});

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

async function runInProfile(suites: string): Promise<number> {
  const vscode = await chooseVsCode();
  const profile = await makeProfile();
  try {
    if (options.keys) await fillKeys(profile, 1_000);
    return await (vscode.kind === 'desktop'
      ? runInDesktop(vscode.executable, suites, profile)
      : runInServer(vscode.server, suites, profile));
  } finally {
    await profile.remove();
  }
}

const { activation, tree, grep } = options;
const build = ['esbuild.js', ...(activation ? ['--production'] : [])];
await runOrThrow(process.execPath, build, { cwd: projectDir, echo: true });
const only = activation ? 'activation' : tree ? 'bench/tree' : '*';
const suites = await buildHostSuites(`test/host/${only}.test.ts`);
// The extension host inherits it.
if (grep !== undefined) process.env['AI_KEYS_HOST_GREP'] = grep;
if (!options.build) process.exitCode = await runInProfile(suites);
