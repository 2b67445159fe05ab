import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from './project.ts';
import { runOrThrow } from './runProcess.ts';

export const benchDir = join(projectDir, 'test/bench');

/** The peers that benches measure against, where they are missing: nobody else needs them. */
export async function installPeers(): Promise<void> {
  if (existsSync(join(benchDir, 'node_modules/ai-retry'))) return;
  await runOrThrow('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: benchDir, echo: true });
}
