import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import SlowestReporter from '../harness/slowestReporter.ts';

/** Sets the suites' own lines apart from what the window logs besides. */
const MARK = '[tests] ';

/** VS Code calls this inside the extension host; a rejection fails the run. */
export async function run(): Promise<void> {
  const grep = process.env['AI_KEYS_HOST_GREP'];
  const mocha = new Mocha({
    ui: 'bdd',
    // Patient: the machine may be busy.
    timeout: 60_000,
    color: false,
    forbidOnly: true,
    forbidPending: true,
    reporter: SlowestReporter,
    ...(grep === undefined ? {} : { grep }),
  });
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    for (const line of format(...args).split('\n')) console.log(MARK + line);
  };
  const suites = readdirSync(__dirname, { recursive: true, encoding: 'utf8' });
  for (const file of suites.filter((name) => name.endsWith('.test.cjs')).toSorted())
    mocha.addFile(join(__dirname, file));
  await mocha.loadFilesAsync();
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} failing`))));
  });
}
