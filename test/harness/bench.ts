// `npm run bench`: installs the peers where they are missing, packages, activates in a real VS Code, then measures.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from './project.ts';
import { runOrThrow, runProcess } from './runProcess.ts';

const benchDir = join(projectDir, 'test/bench');

if (!existsSync(join(benchDir, 'node_modules/ai-retry'))) {
  await runOrThrow('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: benchDir, echo: true });
}
await runOrThrow(process.execPath, ['test/harness/package.ts'], { cwd: projectDir, echo: true });
await runOrThrow(process.execPath, ['test/harness/host/runHost.ts', '--activation'], { cwd: projectDir, echo: true });
const { code } = await runProcess(process.execPath, [join(benchDir, 'main.ts')], { cwd: projectDir, echo: true });
process.exitCode = code;
