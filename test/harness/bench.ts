// `npm run bench`: installs the peers where they are missing, packages, activates in a real VS Code, then measures.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { besideLoop } from '../bench/calibration.ts';
import { median } from '../bench/median.ts';
import { benchDir, installPeers } from './installPeers.ts';
import { outDir, projectDir } from './project.ts';
import { runOrThrow, runProcess } from './runProcess.ts';

await installPeers();
// Before the package: it builds for development, and the sizes are those of the last build.
const tree = await besideLoop(() =>
  runOrThrow(process.execPath, ['test/harness/host/runHost.ts', '--tree'], { cwd: projectDir, echo: true }),
);
rewrite('treeBench.json', { loopMs: tree.loop.wholeMs });
await runOrThrow(process.execPath, ['test/harness/package.ts'], { cwd: projectDir, echo: true });
await measureActivation('activation.json');
await measureActivation('activationWithKeys.json', '--keys');
const { code } = await runProcess(process.execPath, [join(benchDir, 'main.ts')], { cwd: projectDir, echo: true });
process.exitCode = code;

/** One activation a start of VS Code, and no two starts are alike. */
async function measureActivation(file: string, ...modes: readonly string[]): Promise<void> {
  const command = ['test/harness/host/runHost.ts', '--activation', ...modes];
  const activations: number[] = [];
  const loops: number[] = [];
  for (let start = 0; start < 5; start += 1) {
    const { loop } = await besideLoop(() => runOrThrow(process.execPath, command, { cwd: projectDir, echo: true }));
    loops.push(loop.wholeMs);
    const left: unknown = JSON.parse(readFileSync(join(outDir, 'hostBench.json'), 'utf8'));
    activations.push(z.object({ activationMs: z.number() }).parse(left).activationMs);
  }
  const measured = { activationMs: median(activations), activations, loopMs: median(loops) };
  writeFileSync(join(outDir, file), JSON.stringify(measured));
}

/** Adds to what a test run has left. */
function rewrite(file: string, more: Readonly<Record<string, number>>): void {
  const path = join(outDir, file);
  const left = z.record(z.string(), z.number()).parse(JSON.parse(readFileSync(path, 'utf8')));
  writeFileSync(path, JSON.stringify({ ...left, ...more }));
}
