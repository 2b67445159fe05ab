// Bench rows of the ledger: `node test/bench/ledger.ts` prints them as JSON. Nothing is asserted here.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryLedger } from '../../src/adapters/memoryLedger.ts';
import type { Connection } from '../../src/adapters/sqliteLedger/connection.ts';
import { openLedger, type OpenLedger } from '../../src/adapters/sqliteLedger/openLedger.ts';
import { SystemClock } from '../../src/adapters/systemClock.ts';
import { SystemRandom } from '../../src/adapters/systemRandom.ts';
import type { Ceiling, Ledger, ReserveAsk } from '../../src/core/quota/ledger.ts';
import { quotaDay } from '../../src/core/quota/quotaDay.ts';
import { besideLoop } from './calibration.ts';
import { median } from './median.ts';
import { absoluteRow, type PrintedRow } from './rows.ts';

const clock = new SystemClock();
const dayMs = 86_400_000;
const atMost = async (row: string, measure: () => Promise<number>, unit: string, most: number): Promise<PrintedRow> => {
  const { value, loop } = await besideLoop(measure);
  return absoluteRow(row, value, loop, unit, { most });
};

export async function ledgerRows(): Promise<readonly PrintedRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-bench-'));
  // The ledger's own timers and worker keep no process alive.
  const alive = setInterval(() => undefined, 1_000);
  try {
    const path = join(folder, 'ledger.db');
    const opened = await openLedger({ path, clock, random: new SystemRandom() });
    const inMemory = new MemoryLedger({ clock });
    const rows = [
      await atMost('ledger in memory: reserve + settle', () => reserveAndSettle(inMemory), 'µs p50', 20),
      await atMost('ledger on disk: reserve + settle', () => reserveAndSettle(opened.ledger), 'µs p50', 100),
      await atMost('a lock held elsewhere for 2 s stops the loop', () => longestStopUnderLock(opened, path), 'ms', 50),
      ...(await dashboardQueries(opened)),
    ];
    opened.ledger.dispose();
    return rows;
  } finally {
    clearInterval(alive);
    rmSync(folder, { recursive: true, force: true });
  }
}

const keys = 200;

function askOf(count: number): ReserveAsk {
  const who = `f${count % keys}`;
  const nowMs = clock.now();
  const sinceMs = quotaDay(nowMs, 'UTC').startMs;
  const ceilings: Ceiling[] = [
    { limit: 'tokensPerMinute', scope: 'm1', form: 'sliding', value: 1e9, sinceMs: nowMs - 60_000 },
    { limit: 'requestsPerDay', scope: 'm1', form: 'calendar', value: 1e9, sinceMs },
    { limit: 'tokensPerDay', scope: '*', form: 'calendar', value: 1e9, sinceMs },
  ];
  return {
    route: 'r',
    key: 'groq/1',
    keyId: who,
    fingerprint: who,
    account: `secret:${who}`,
    provider: 'groq',
    model: 'm1',
    tokens: 1_000,
    promptTokens: 100,
    nowMs,
    ceilings,
  };
}

async function oneRequest(ledger: Ledger, count: number): Promise<void> {
  const reserved = await ledger.reserve(askOf(count));
  if (!reserved.ok) throw new Error('no room');
  await ledger.settle({
    reservation: reserved.reservation,
    nowMs: clock.now(),
    outcome: 'ok',
    tokens: { prompt: 100, completion: 200, total: 300, estimated: false },
    countsRequest: true,
    latencyMs: 800,
    health: (health) => ({ ...health, lastUsedAtMs: clock.now() }),
  });
}

async function reserveAndSettle(ledger: Ledger): Promise<number> {
  const medians: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const times: number[] = [];
    for (let count = 0; count < 4_000; count += 1) {
      const startedMs = performance.now();
      await oneRequest(ledger, count);
      times.push((performance.now() - startedMs) * 1_000);
    }
    medians.push(median(times));
  }
  return median(medians);
}

const holdLock = (path: string): string => `
  const { DatabaseSync } = require('node:sqlite');
  const db = new DatabaseSync(${JSON.stringify(path)});
  db.exec('PRAGMA busy_timeout = 1000; BEGIN IMMEDIATE');
  console.log('held');
  setTimeout(() => db.exec('COMMIT'), 2000);
`;

/** 32 requests want to write meanwhile. */
async function longestStopUnderLock({ ledger }: OpenLedger, path: string): Promise<number> {
  const holder = spawn(process.execPath, ['-e', holdLock(path)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(holder, 'exit');
  await once(holder.stdout, 'data');
  const stop = watchLoop();
  await Promise.all(Array.from({ length: 32 }, (_, count) => oneRequest(ledger, count)));
  const longest = stop();
  await exited;
  return longest;
}

/** The longest time in which nothing else could run; call the answer to end the watch. */
function watchLoop(): () => number {
  let longest = 0;
  let last = performance.now();
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, 1);
  return () => {
    look();
    clearInterval(timer);
    return longest;
  };
}

async function dashboardQueries(opened: OpenLedger): Promise<readonly PrintedRow[]> {
  const connection = opened.connection();
  if (connection === undefined) throw new Error('no database');
  fill(connection, 1_000_000);
  const nowMs = clock.now();
  const { reports } = opened;
  const ask = {
    'overview of 24 hours': () => reports.overview(nowMs - dayMs, nowMs),
    'use by hour of 7 days': () => reports.byHour(nowMs - 7 * dayMs, nowMs),
    'use by day of 7 days': () => reports.byDay(nowMs - 7 * dayMs, nowMs, 'America/Los_Angeles'),
  };
  // The first one rolls a million attempts up, which otherwise happens as they come.
  await reports.overview(nowMs - dayMs, nowMs);
  const rows: PrintedRow[] = [];
  let longestStopMs = 0;
  const times = async (query: () => Promise<unknown>): Promise<number> => {
    const each: number[] = [];
    const stop = watchLoop();
    for (let round = 0; round < 15; round += 1) {
      const startedMs = performance.now();
      await query();
      each.push(performance.now() - startedMs);
    }
    longestStopMs = Math.max(longestStopMs, stop());
    return median(each);
  };
  const { loop } = await besideLoop(async () => {
    for (const [name, query] of Object.entries(ask)) {
      rows.push(await atMost(`1,000,000 attempts: ${name}`, () => times(query), 'ms p50', 20));
    }
  });
  rows.push(absoluteRow('1,000,000 attempts: queries stop the loop', longestStopMs, loop, 'ms', { most: 50 }));
  return rows;
}

/** 30 keys of three models over 35 days, each busy for some hours of the day. */
function fill(connection: Connection, attempts: number): void {
  const nowMs = clock.now();
  const first = Number(connection.sql('SELECT max(id) AS id FROM attempts').get()?.['id'] ?? 0) + 1;
  connection.transaction('BEGIN IMMEDIATE', () => {
    const subjects = Array.from({ length: 30 }, (_, count) => {
      const fingerprint = `old${count}`;
      const subject = { ...askOf(0), keyId: fingerprint, fingerprint, account: `secret:${fingerprint}` as const };
      return connection.addSubject({ ...subject, model: `m${count % 3}` });
    });
    for (let count = 0; count < attempts; count += 1) {
      const total = 100 + (count % 900);
      const latencyMs = 200 + (count % 2_000);
      const atMs = nowMs - Math.floor(((attempts - count) / attempts) * 35 * dayMs);
      connection.addAttempt(first + count, subjects[count % subjects.length] ?? 0, {
        atMs,
        startedAtMs: atMs - latencyMs,
        outcome: count % 97 === 0 ? 'overloaded' : 'ok',
        prompt: 50,
        completion: total - 50,
        total,
        estimated: false,
        requests: 1,
        latencyMs,
      });
    }
  });
}

if (import.meta.main) console.log(JSON.stringify(await ledgerRows(), undefined, 2));
