// `npm run test:e2e`: the suites of test/e2e on the packaged extension, in desktop VS Code where there is one, else in
// its server and Chromium; as many files at a time as there are processors.
// Arguments that name files run those; `--packaged` takes the package that is there; others are mocha's, as `--grep`.

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { globSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { outDir, projectDir, vsixFile } from '../project.ts';
import { runOrThrow, runProcess } from '../runProcess.ts';
import { ensureChromium } from '../vscode/chromium.ts';
import { chooseVsCode } from '../vscode/chooseVsCode.ts';
import { installExtension } from '../vscode/codeServer.ts';
import { installOnDesktop } from '../vscode/desktop.ts';

const args = process.argv.slice(2);
const files = args.filter((arg) => arg.endsWith('.test.ts'));
const others = args.filter((arg) => !arg.endsWith('.test.ts') && arg !== '--packaged');

/** The longest first, so that none begins when the other workers are nearly done. */
const allFiles = (): readonly string[] =>
  globSync('test/e2e/**/*.test.ts', { cwd: projectDir }).toSorted((a, b) => sizeOf(b) - sizeOf(a));
const sizeOf = (file: string): number => statSync(join(projectDir, file)).size;

if (!args.includes('--packaged')) {
  await runOrThrow(process.execPath, ['test/harness/package.ts'], { cwd: projectDir, echo: true });
}
const vscode = await chooseVsCode();
await ensureChromium();
const home = await mkdtemp(join(tmpdir(), 'ai-keys-e2e-'));
try {
  const extensionsDir = join(home, 'extensions');
  // Another step may package anew meanwhile.
  const vsix = join(home, 'ai-keys.vsix');
  await cp(vsixFile, vsix);
  await (vscode.kind === 'desktop'
    ? installOnDesktop(vscode.executable, extensionsDir, vsix)
    : installExtension(vscode.server, { dataDir: join(home, 'data'), extensionsDir }, vsix));
  await rm(join(outDir, 'failed'), { recursive: true, force: true });
  const mocha = [
    join(projectDir, 'node_modules/mocha/bin/mocha.js'),
    '--no-config',
    ...['--require', './test/e2e/support/rootHooks.ts'],
    ...['--timeout', '240000', '--forbid-only', '--forbid-pending', '--exit'],
    ...['--parallel', '--jobs', String(availableParallelism())],
    ...['--reporter', './test/harness/slowestReporter.ts'],
  ];
  const { code } = await runProcess(
    process.execPath,
    [...mocha, ...others, ...(files.length > 0 ? files : allFiles())],
    {
      cwd: projectDir,
      env: {
        ...process.env,
        // What a test that was cut off leaves behind goes with it.
        TMPDIR: home,
        AI_KEYS_EXTENSIONS_DIR: extensionsDir,
        ...(vscode.kind === 'desktop' ? { AI_KEYS_DESKTOP: vscode.executable } : {}),
      },
      echo: true,
    },
  );
  process.exitCode = code;
} finally {
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}
