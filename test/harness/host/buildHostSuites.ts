import { build } from 'esbuild';
import { globSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { outDir, projectDir } from '../project.ts';

const suitesDir = join(outDir, 'host');

/** Bundles suites of test/host for the extension host, one file a suite; returns the file whose `run()` runs them. */
export async function buildHostSuites(suites: string): Promise<string> {
  await rm(suitesDir, { recursive: true, force: true });
  await build({
    absWorkingDir: projectDir,
    entryPoints: ['test/host/index.ts', ...globSync(suites, { cwd: projectDir })],
    outdir: suitesDir,
    outbase: 'test/host',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return join(suitesDir, 'index.cjs');
}
