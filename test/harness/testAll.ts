// `npm test`: every step, one summed line at the end. The e2e suites wait more than they compute: the other steps run
// beside them, one after the other, and print what they have to say when they end.
// A step that runs suites counts their tests; any other counts as one failed where it fails.

import { stripVTControlCharacters } from 'node:util';
import { projectDir } from './project.ts';
import { runProcess } from './runProcess.ts';
import { slowMark } from './slowestReporter.ts';
import { chooseVsCode } from './vscode/chooseVsCode.ts';
import { ensureChromium } from './vscode/chromium.ts';

type Step = { readonly name: string; readonly suites?: true; readonly args?: readonly string[] };

const PACKAGE: Step = { name: 'package' };
const ON_THE_PACKAGE: Step = { name: 'test:e2e', suites: true, args: ['--packaged'] };
const BESIDE: readonly Step[] = [
  { name: 'lint' },
  { name: 'typecheck' },
  { name: 'knip' },
  { name: 'test:unit', suites: true },
  { name: 'test:ledger', suites: true },
  { name: 'test:simulator', suites: true },
  { name: 'test:webview', suites: true },
  { name: 'test:host', suites: true },
];

const SLOWEST = 10;

type Result = { readonly name: string; readonly passed: number; readonly failed: number; readonly output: string };

async function run({ name, suites, args = [] }: Step, echo: boolean): Promise<Result> {
  console.log(`\n==> npm run ${name}`);
  const startedAt = performance.now();
  const { code, output } = await runProcess('npm', ['run', '--silent', name, '--', ...args], { cwd: projectDir, echo });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (!echo) console.log(`\n${output.trimEnd()}`);
  console.log(`<== ${name}: ${code === 0 ? 'ok' : 'FAILED'}, ${seconds} s`);
  const counted = suites === true ? countTests(output, code) : { passed: 0, failed: code === 0 ? 0 : 1 };
  return { name, ...counted, output };
}

async function runInTurn(steps: readonly Step[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const step of steps) results.push(await run(step, false));
  return results;
}

/** A run that failed without a failed test, or ran none, counts as one failed. */
function countTests(output: string, code: number): Pick<Result, 'passed' | 'failed'> {
  const text = stripVTControlCharacters(output);
  const passed = sum(text, /^\s*(\d+) passing \(/gm);
  const failed = sum(text, /^\s*(\d+) failing$/gm);
  const wentWrong = code !== 0 || passed + failed === 0;
  return { passed, failed: wentWrong ? Math.max(1, failed) : failed };
}

function sum(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((total, [, number]) => total + Number(number), 0);
}

function slowestOf(results: readonly Result[]): readonly string[] {
  const lines = results.flatMap(({ output }) => output.split('\n').filter((line) => line.startsWith(slowMark)));
  const seconds = (line: string): number => Number.parseFloat(line.slice(slowMark.length));
  return lines.toSorted((a, b) => seconds(b) - seconds(a)).slice(0, SLOWEST);
}

// Installed once, before several steps ask for them at the same time.
await chooseVsCode();
await ensureChromium();
const packaged = await run(PACKAGE, true);
const [e2e, beside] = await Promise.all([run(ON_THE_PACKAGE, true), runInTurn(BESIDE)]);
const results = [packaged, e2e, ...beside];
const total = (of: 'passed' | 'failed'): number => results.reduce((all, result) => all + result[of], 0);
const broken = results.filter(({ failed }) => failed > 0).map(({ name }) => name);
console.log(`\nThe slowest tests:\n${slowestOf(results).join('\n')}`);
if (broken.length > 0) console.log(`\nFailed: ${broken.join(', ')}`);
console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
process.exitCode = broken.length === 0 ? 0 : 1;
