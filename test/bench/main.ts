// `npm run bench`: prints the table and writes out/bench.json. Reports, asserts nothing.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { benchFixture, WatchedClock } from './benchFixture.ts';
import { besideLoop, calibrationLoop, type Beside, type Loop } from './calibration.ts';
import { chooseAndReserve } from './choosing.ts';
import { dashboardTimes } from './dashboard.ts';
import { dayRows } from './dayRows.ts';
import { timesWithHangingChannels } from './hangingChannels.ts';
import { ledgerRows } from './ledger.ts';
import { median } from './median.ts';
import { alone, together, type Round, type Subject } from './rounds.ts';
import { absoluteRow, printRows, rowOf, stored, type Bar, type PrintedRow } from './rows.ts';
import { subjects } from './subjects.ts';

const outDir = resolve(import.meta.dirname, '../../out');
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 7);
const only = process.env['BENCH_ONLY']?.split(',');
const rows: PrintedRow[] = [];

const add = (row: string, value: number | undefined, unit: string, bar?: Bar): void => {
  rows.push(rowOf(row, value, unit, bar));
};
const addAbsolute = (row: string, { value, loop }: Beside<number>, unit: string, bar?: Bar): void => {
  rows.push(absoluteRow(row, value, loop, unit, bar));
};

async function startProvider() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'provider.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: readonly unknown[] = await once(child.stdout, 'data');
  const origin = `http://127.0.0.1:${String(said[0]).trim()}`;
  const chats = async (): Promise<number> => Number(await (await fetch(`${origin}/chats`)).text());
  const turn = async (to: 'awake' | 'asleep'): Promise<void> => void (await (await fetch(`${origin}/${to}`)).text());
  return { baseUrl: `${origin}/v1`, chats, turn, stop: () => child.kill() };
}

type Provider = Awaited<ReturnType<typeof startProvider>>;

async function choosingRows(): Promise<void> {
  const { value: small, loop } = await besideLoop(() => chooseAndReserve(200));
  const large = await chooseAndReserve(1_000);
  const row = 'choose and reserve, 200 keys, ledger in memory';
  addAbsolute(row, { value: small.bothUs, loop }, 'µs p50', { most: 20 });
  add('choose, 1,000 keys against 200', large.chooseUs / small.chooseUs, '×', { most: 6 });
}

/** Every subject in turn, several rounds; the first one warms up and does not count. */
async function wholeRoutes(provider: Provider): Promise<Routes> {
  const started: { id: string; subject: Subject; rounds: Round[] }[] = [];
  for (const { id, start } of subjects) {
    if (only !== undefined && !only.includes(id)) continue;
    try {
      const subject = await start(provider.baseUrl, 'key-1');
      await subject.call(0);
      started.push({ id, subject, rounds: [] });
    } catch (error) {
      console.log(`${id} could not do the call: ${String(error).slice(0, 300)}`);
    }
  }
  const loops: Loop[] = [];
  for (let count = 0; count <= rounds; count += 1) {
    loops.push(calibrationLoop());
    for (const { subject, rounds: own } of started) {
      // One at a time the provider would doze off between two calls; 32 at once keep it busy.
      await provider.turn('awake');
      const p50Us = await alone(subject, 1_000);
      await provider.turn('asleep');
      const perSecond = await together(subject, 4_000);
      if (count > 0) own.push({ p50Us, perSecond });
    }
  }
  for (const { subject } of started) await subject.stop?.();
  return {
    loop: medianLoop(loops),
    measured: new Map(started.map(({ id, subject, rounds: own }) => [id, { name: subject.name, rounds: own }])),
  };
}

type Routes = { readonly loop: Loop; readonly measured: Map<string, { name: string; rounds: Round[] }> };

const medianLoop = (loops: readonly Loop[]): Loop => ({
  wholeMs: median(loops.map(({ wholeMs }) => wholeMs)),
  steadyMs: median(loops.map(({ steadyMs }) => steadyMs)),
});

function routeRows({ loop, measured }: Routes): void {
  const ratio = (ours: string, theirs: string, of: keyof Round): number | undefined => {
    const [one, other] = [measured.get(ours)?.rounds, measured.get(theirs)?.rounds];
    if (one === undefined || other === undefined) return undefined;
    return median(one.map((each, index) => each[of] / (other[index]?.[of] ?? Number.NaN)));
  };
  add('whole route, ledger in memory, p50 against bare undici', ratio('memory', 'undici', 'p50Us'), '×', { most: 1.5 });
  add(
    'whole route, ledger in memory, throughput at 32 at once against bare undici',
    ratio('memory', 'undici', 'perSecond'),
    '×',
    { least: 0.6 },
  );
  add('whole route, ledger on disk, p50 against AI SDK + ai-retry', ratio('disk', 'aiRetry', 'p50Us'), '×', {
    most: 1,
  });
  add(
    'whole route, ledger on disk, throughput at 32 at once against AI SDK + ai-retry',
    ratio('disk', 'aiRetry', 'perSecond'),
    '×',
    { least: 1.5 },
  );
  add(
    "whole route, ledger on disk, throughput at 32 at once against Portkey's gateway",
    ratio('disk', 'portkey', 'perSecond'),
    '×',
    { least: 3 },
  );
  for (const { name, rounds: own } of measured.values()) {
    addAbsolute(`${name}: p50`, { value: median(own.map(({ p50Us }) => p50Us)), loop }, 'µs');
    add(`${name}: throughput at 32 at once`, median(own.map(({ perSecond }) => perSecond)), 'requests/s');
  }
}

/** The first target answers 429. */
async function failoverRows(provider: Provider): Promise<void> {
  const calls: number[] = [];
  const slept: number[] = [];
  const times: number[] = [];
  const { loop } = await besideLoop(async () => {
    for (let count = 0; count < 25; count += 1) {
      const clock = new WatchedClock();
      const secretOf = (number: number): string => (number === 1 ? 'limited' : `key-${number}`);
      const fixture = benchFixture({ baseUrl: provider.baseUrl, clock, secretOf });
      const before = await provider.chats();
      const startedMs = performance.now();
      await fixture.router.chat({ messages: [{ role: 'user', content: `Why? (${count})` }], stream: false });
      times.push((performance.now() - startedMs) * 1_000);
      calls.push((await provider.chats()) - before);
      slept.push(clock.ranOut);
      fixture.dispose();
    }
  });
  add('failover after a 429: HTTP calls', Math.max(...calls), 'calls', { most: 2 });
  add('failover after a 429: timers slept through', Math.max(...slept), 'timers', { most: 0 });
  addAbsolute('AI Keys: failover after a 429, first request of a new router', { value: median(times), loop }, 'µs p50');
  for (const { id, start } of subjects) {
    if (id === 'undici' || id === 'memory' || id === 'disk') continue;
    if (only !== undefined && !only.includes(id)) continue;
    await peerFailover(id, start, provider);
  }
}

async function peerFailover(id: string, start: (typeof subjects)[number]['start'], provider: Provider): Promise<void> {
  let subject: Subject | undefined;
  try {
    const times: number[] = [];
    let calls = 0;
    for (let count = 0; count < 10; count += 1) {
      if (subject === undefined || id !== 'portkey') subject = await start(provider.baseUrl, 'limited');
      const before = await provider.chats();
      const startedMs = performance.now();
      await subject.call(count);
      times.push((performance.now() - startedMs) * 1_000);
      calls = Math.max(calls, (await provider.chats()) - before);
    }
    const row = `${subject?.name ?? id}: failover after a 429 (${calls} HTTP calls)`;
    addAbsolute(row, { value: median(times), loop: calibrationLoop() }, 'µs p50');
  } catch (error) {
    console.log(`${subject?.name ?? id}: no failover after a 429: ${String(error).slice(0, 120)}`);
    add(`${subject?.name ?? id}: no failover after a 429`, undefined, '');
  } finally {
    await subject?.stop?.();
  }
}

/** Undefined where the file is missing or says something else. */
function readOut(file: string, name: string): unknown {
  const path = join(outDir, file);
  if (!existsSync(path)) return undefined;
  const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return typeof read === 'object' && read !== null ? Reflect.get(read, name) : undefined;
}

function numberIn(file: string, name: string): number | undefined {
  const value = readOut(file, name);
  return typeof value === 'number' ? value : undefined;
}

/** Sizes come from the last build and package. */
function sizeRows(): void {
  const bytes = numberIn('bundles.json', 'activationBytes');
  add('host bundle loaded at activation', bytes === undefined ? undefined : bytes / 1_000, 'KB', { most: 250 });
  const vsix = join(outDir, 'ai-keys.vsix');
  add('packaged extension', existsSync(vsix) ? statSync(vsix).size / 1_000_000 : undefined, 'MB', { most: 1 });
}

/** What only a real VS Code can measure is left in out/ by its test runs, with the loop that ran beside it. */
function hostRows(): void {
  const addHost = (row: string, file: string, name: string): void => {
    const wholeMs = numberIn(file, 'loopMs');
    const loop = wholeMs === undefined ? undefined : { wholeMs, steadyMs: wholeMs };
    rows.push(absoluteRow(row, numberIn(file, name), loop, 'ms', { most: 50 }));
  };
  addHost('activation', 'activation.json', 'activationMs');
  addHost('activation with 1,000 keys', 'activationWithKeys.json', 'activationMs');
  const pause = 'a thousand keys: longest pause of the host while the tree';
  addHost(`${pause} opens`, 'treeBench.json', 'openMs');
  addHost(`${pause} updates`, 'treeBench.json', 'updateMs');
}

async function dashboardRows(): Promise<void> {
  const { value, loop } = await besideLoop(dashboardTimes);
  const what = 'dashboard with 100 keys and 7 days';
  addAbsolute(`${what}: first paint`, { value: value.firstPaintMs, loop }, 'ms', { most: 150 });
  addAbsolute(`${what}: an update`, { value: value.updateMs, loop }, 'ms', { most: 16 });
}

const provider = await startProvider();
try {
  await choosingRows();
  routeRows(await wholeRoutes(provider));
  await failoverRows(provider);
  if (only === undefined || only.includes('alerts')) {
    const row = 'a request while Telegram and the mail server hang, p50 against without alerts';
    await provider.turn('awake');
    add(row, await timesWithHangingChannels(provider.baseUrl, rounds), '×', { most: 1.05 });
    await provider.turn('asleep');
  }
} finally {
  provider.stop();
}
if (only === undefined) {
  rows.push(...(await ledgerRows()));
  sizeRows();
  hostRows();
  await dashboardRows();
  rows.push(...(await dayRows()));
}
mkdirSync(outDir, { recursive: true });
writeFileSync(join(outDir, 'bench.json'), `${JSON.stringify(rows.map(stored), undefined, 2)}\n`);
printRows(rows);
process.exit(0);
