// `npm run test:e2e`: the suites of test/e2e on the packaged extension, in desktop VS Code where there is one, else in
// its server and Chromium.
// Arguments that name files run those; `--packaged` takes the package that is there.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outDir, projectDir, vsixFile } from '../project.ts';
import { runOrThrow, runProcess } from '../runProcess.ts';
import { ensureChromium } from '../vscode/chromium.ts';
import { chooseVsCode } from '../vscode/chooseVsCode.ts';
import { installExtension } from '../vscode/codeServer.ts';
import { installOnDesktop } from '../vscode/desktop.ts';

const args = process.argv.slice(2);
const files = args.filter((arg) => !arg.startsWith('--'));
const named = files.length > 0 ? files : ['test/e2e/**/*.test.ts'];
const flags = args.filter((arg) => arg.startsWith('--') && arg !== '--packaged');

if (!args.includes('--packaged')) {
  await runOrThrow(process.execPath, ['test/harness/package.ts'], { cwd: projectDir, echo: true });
}
const vscode = await chooseVsCode();
// Some suites look at a panel in a browser of its own.
await ensureChromium();
const home = await mkdtemp(join(tmpdir(), 'ai-keys-e2e-'));
try {
  const extensionsDir = join(home, 'extensions');
  await (vscode.kind === 'desktop'
    ? installOnDesktop(vscode.executable, extensionsDir, vsixFile)
    : installExtension(vscode.server, { dataDir: join(home, 'data'), extensionsDir }, vsixFile));
  await rm(join(outDir, 'failed'), { recursive: true, force: true });
  const mocha = [
    join(projectDir, 'node_modules/mocha/bin/mocha.js'),
    '--no-config',
    ...['--require', './test/e2e/support/failureEvidence.ts'],
    ...['--timeout', '120000', '--forbid-only', '--forbid-pending', '--exit'],
    // A click on a list that is just being drawn gets lost, whoever clicks: what fails twice has failed.
    ...['--retries', '1', '--reporter', './test/harness/e2e/specReporter.ts'],
  ];
  const { code } = await runProcess(process.execPath, [...mocha, ...flags, ...named], {
    cwd: projectDir,
    env: {
      ...process.env,
      AI_KEYS_EXTENSIONS_DIR: extensionsDir,
      ...(vscode.kind === 'desktop' ? { AI_KEYS_DESKTOP: vscode.executable } : {}),
    },
    echo: true,
  });
  process.exitCode = code;
} finally {
  await rm(home, { recursive: true, force: true });
}
