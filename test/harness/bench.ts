// `npm run bench`: installs the peers where they are missing, packages, activates in a real VS Code, then measures.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { median } from '../bench/median.ts';
import { benchDir, installPeers } from './installPeers.ts';
import { outDir, projectDir } from './project.ts';
import { runOrThrow, runProcess } from './runProcess.ts';

await installPeers();
// Before the package: it builds for development, and the sizes are those of the last build.
await runOrThrow(process.execPath, ['test/harness/host/runHost.ts', '--tree'], { cwd: projectDir, echo: true });
await runOrThrow(process.execPath, ['test/harness/package.ts'], { cwd: projectDir, echo: true });
await measureActivation('activation.json');
await measureActivation('activationWithKeys.json', '--keys');
const { code } = await runProcess(process.execPath, [join(benchDir, 'main.ts')], { cwd: projectDir, echo: true });
process.exitCode = code;

/** One activation a start of VS Code, and no two starts are alike. */
async function measureActivation(file: string, ...modes: readonly string[]): Promise<void> {
  const command = ['test/harness/host/runHost.ts', '--activation', ...modes];
  const activations: number[] = [];
  for (let start = 0; start < 5; start += 1) {
    await runOrThrow(process.execPath, command, { cwd: projectDir, echo: true });
    const left: unknown = JSON.parse(readFileSync(join(outDir, 'hostBench.json'), 'utf8'));
    activations.push(z.object({ activationMs: z.number() }).parse(left).activationMs);
  }
  writeFileSync(join(outDir, file), JSON.stringify({ activationMs: median(activations), activations }));
}
