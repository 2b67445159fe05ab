// `npm run test:long`: the tests that do more when they may take their time (`test/unit/support/runs.ts`), as many files
// at a time as there are processors. Arguments are mocha's, as `--grep`.

import { globSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { projectDir } from './project.ts';
import { runProcess } from './runProcess.ts';

const doMore = (file: string): boolean => readFileSync(join(projectDir, file), 'utf8').includes("/support/runs.ts'");
const sizeOf = (file: string): number => statSync(join(projectDir, file)).size;

const files = globSync('test/{unit,ledger}/**/*.test.ts', { cwd: projectDir })
  .filter(doMore)
  .toSorted((a, b) => sizeOf(b) - sizeOf(a));
const mocha = [
  join(projectDir, 'node_modules/mocha/bin/mocha.js'),
  ...['--parallel', '--jobs', String(availableParallelism())],
  ...['--timeout', String(30 * 60_000)],
];
const { code } = await runProcess(process.execPath, [...mocha, ...process.argv.slice(2), ...files], {
  cwd: projectDir,
  env: { ...process.env, AI_KEYS_LONG: '1' },
  echo: true,
});
process.exitCode = code;
