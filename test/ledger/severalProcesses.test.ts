import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'mocha';
import { openLedger, type OpenLedger } from '../../src/adapters/sqliteLedger/openLedger.ts';
import { SystemClock } from '../../src/adapters/systemClock.ts';
import { SystemRandom } from '../../src/adapters/systemRandom.ts';
import { drainPerMs } from '../../src/core/quota/bucket.ts';
import { runs } from '../unit/support/runs.ts';

const requests = runs(5_000, 20_000);
const tightLimit = 10_000;
const numbers = Array.from({ length: runs(4, 8) }, (_, number) => number);
const survivors = numbers.slice(0, numbers.length / 2);
/** How far the others get, which are killed. */
const killedAfter = new Map(
  numbers.slice(survivors.length).map((number, index) => [number, 1_500 + 1_700 * index] as const),
);
const patientMs = runs(120_000, 600_000);

describe(`${numbers.length} processes over one database, half of them killed`, function () {
  this.timeout(patientMs);
  const folder = mkdtempSync(join(tmpdir(), 'several-'));
  const path = join(folder, 'ledger.db');
  const logOf = (number: number): string => join(folder, `log-${number}`);
  let window: OpenLedger;
  let begun: Set<number>;
  let done: Set<number>;
  let recorded: { total: number; outcome: string }[];
  let db: DatabaseSync;

  before(async () => {
    const children = numbers.map((number) => start(number));
    await Promise.all(
      [...killedAfter].map(([number, count]) => killAfter(children[number], logOf(number), number, count)),
    );
    await Promise.all(children.map(exited));
    assert.deepEqual(
      children.map(({ exitCode, signalCode }) => exitCode ?? signalCode),
      numbers.map((number) => (killedAfter.has(number) ? 'SIGKILL' : 0)),
    );
    window = await openLedger({ path, clock: new SystemClock(), random: new SystemRandom() });
    db = new DatabaseSync(path);
    await until(() => count('SELECT count(*) AS n FROM reservations') === 0);
    const lines = numbers.flatMap((number) => readFileSync(logOf(number), 'utf8').trim().split('\n'));
    const named = (word: string): Set<number> =>
      new Set(lines.filter((line) => line.startsWith(word)).map((line) => Number(line.slice(word.length))));
    begun = named('begin ');
    done = named('done ');
    recorded = attempts('pool:wide');
  });
  after(() => {
    db.close();
    window.ledger.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('loses no settled attempt', () => {
    const totals = new Set(recorded.map(({ total }) => total));
    assert.deepEqual(
      [...done].filter((total) => !totals.has(total)),
      [],
    );
    const fromKilled = [...killedAfter.values()].reduce((sum, count) => sum + count, 0);
    assert.ok(done.size >= survivors.length * requests + fromKilled);
  });

  it('counts none twice, and none that was not begun', () => {
    const totals = recorded.map(({ total }) => total);
    assert.equal(new Set(totals).size, totals.length);
    assert.deepEqual(
      totals.filter((total) => !begun.has(total)),
      [],
    );
  });

  it('resolves what the dead held: at its estimate where it was sent, else not at all', () => {
    const open = [...begun].filter((total) => !done.has(total));
    assert.ok(open.length <= killedAfter.size);
    const cutOff = recorded.filter(({ outcome }) => outcome === 'cutOff').map(({ total }) => total);
    assert.ok(cutOff.every((total) => open.includes(total)));
    assert.equal(window.ledger.use('pool:wide', '*', 0).heldTokens, 0);
  });

  it('shows the sums that an independent count gives', () => {
    const sum = recorded.reduce((all, { total }) => all + total, 0);
    const use = window.ledger.use('pool:wide', '*', 0);
    assert.deepEqual([use.requests, use.tokens], [recorded.length, sum]);
    const models = ['m0', 'm1'].map((model) => window.ledger.use('pool:wide', model, 0).tokens);
    assert.equal((models[0] ?? 0) + (models[1] ?? 0), sum);
  });

  it('passes no limit, and leaves no room unused', () => {
    const { tokens } = window.ledger.use('pool:tight', '*', 0);
    assert.ok(tokens <= tightLimit && tokens > tightLimit - 7, `${tokens} of ${tightLimit}`);
  });

  it('fills a leaky bucket to its brim and no further', () => {
    const drainedInAMinute = 60_000 * drainPerMs('tokensPerDay', tightLimit);
    const { tokens } = window.ledger.use('pool:bucket', '*', 0);
    assert.ok(tokens > tightLimit - 7 && tokens <= tightLimit + drainedInAMinute, `${tokens} of ${tightLimit}`);
    const bucket = { limit: 'tokensPerDay', scope: '*', form: 'bucket', value: tightLimit, sinceMs: 0 } as const;
    const { used } = window.ledger.count('pool:bucket', bucket, Date.now());
    assert.ok(used <= tokens && used >= tokens - drainedInAMinute, `level ${used} after ${tokens}`);
  });

  function start(number: number): ChildProcess {
    const script = join(import.meta.dirname, 'spender.ts');
    const args = [script, path, logOf(number), String(number), String(requests)];
    return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  }

  async function killAfter(child: ChildProcess | undefined, log: string, number: number, count: number): Promise<void> {
    const mark = `done ${number * 100_000 + count}\n`;
    await until(() => readOr(log).includes(mark));
    child?.kill('SIGKILL');
  }

  function attempts(account: string): { total: number; outcome: string }[] {
    const query = 'SELECT total, outcome FROM attempts JOIN subjects ON subjects.id = subject WHERE account = ?';
    const rows = db.prepare(query).all(account);
    return rows.map((row) => ({ total: Number(row['total']), outcome: String(row['outcome']) }));
  }

  function count(query: string): number {
    return Number(db.prepare(query).get()?.['n']);
  }
});

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Processes run in their own time: nothing but looking again tells when they are there. */
async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + patientMs;
  while (!holds()) {
    assert.ok(performance.now() < endMs, 'it did not come about in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
