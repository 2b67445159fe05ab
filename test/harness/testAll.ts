// `npm test`: every step one after the other, the output as it comes, one summed line at the end.
// A step that runs suites counts their tests; any other counts as one failed where it fails.

import { stripVTControlCharacters } from 'node:util';
import { projectDir } from './project.ts';
import { runProcess } from './runProcess.ts';

type Step = { readonly name: string; readonly suites?: true; readonly args?: readonly string[] };

const STEPS: readonly Step[] = [
  { name: 'lint' },
  { name: 'typecheck' },
  { name: 'knip' },
  { name: 'test:unit', suites: true },
  { name: 'test:ledger', suites: true },
  { name: 'test:simulator', suites: true },
  { name: 'package' },
  { name: 'test:e2e', suites: true, args: ['--packaged'] },
  { name: 'test:host', suites: true },
];

type Count = { readonly passed: number; readonly failed: number };

async function run({ name, suites, args = [] }: Step): Promise<Count> {
  console.log(`\n==> npm run ${name}`);
  const startedAt = performance.now();
  const { code, output } = await runProcess('npm', ['run', '--silent', name, '--', ...args], {
    cwd: projectDir,
    echo: true,
  });
  console.log(`<== ${name}: ${code === 0 ? 'ok' : 'FAILED'}, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return suites === true ? countTests(output, code) : { passed: 0, failed: code === 0 ? 0 : 1 };
}

/** A run that failed without a failed test, or ran none, counts as one failed. */
function countTests(output: string, code: number): Count {
  const text = stripVTControlCharacters(output);
  const passed = sum(text, /^\s*(\d+) passing \(/gm);
  const failed = sum(text, /^\s*(\d+) failing$/gm);
  const wentWrong = code !== 0 || passed + failed === 0;
  return { passed, failed: wentWrong ? Math.max(1, failed) : failed };
}

function sum(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((total, [, number]) => total + Number(number), 0);
}

let passed = 0;
let failed = 0;
const broken: string[] = [];
for (const step of STEPS) {
  const count = await run(step);
  passed += count.passed;
  failed += count.failed;
  if (count.failed > 0) broken.push(step.name);
}
if (broken.length > 0) console.log(`\nFailed: ${broken.join(', ')}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
