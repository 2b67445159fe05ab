import { isOutcome } from '../../core/quota/attempt.ts';
import type { Overview, UsageReport } from '../../core/quota/reports.ts';
import { slotMs, slotOf } from '../../core/quota/spending.ts';
import {
  bucketRatio,
  dayStartIn,
  hourStart,
  overviewOf,
  rowSubject,
  usageReport,
  type Cell,
  type LatencyCell,
  type RouteCell,
} from '../../core/quota/usageReport.ts';
import { number, text, type Connection, type Row } from './connection.ts';
import { foldedTo } from './schema.ts';

export type UsageAsk =
  | { readonly kind: 'byHour'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'byDay'; readonly fromMs: number; readonly toMs: number; readonly zone: string };

type Cut = { readonly table: string; readonly lengthMs: number };
const quarters: Cut = { table: 'cells', lengthMs: slotMs };
const hours: Cut = { table: 'hour_cells', lengthMs: 4 * slotMs };

/** Attempts that one transaction rolls up: a few milliseconds, so that nobody waits long for the lock. */
const chunk = 2_000;

/** Brings the report's sums up to the newest attempt. Throws what SQLite throws; what was done stays done. */
export function rollUp(connection: Connection): void {
  while (connection.transaction('BEGIN IMMEDIATE', () => rollUpChunk(connection)));
}

function rollUpChunk(connection: Connection): boolean {
  const from = Number(connection.meta('rolledUpTo') ?? 0);
  const newest = number(connection.sql('SELECT max(id) AS id FROM attempts').get(), 'id');
  const to = Math.min(newest, from + chunk);
  if (to <= from) return false;
  for (const { table, lengthMs } of [quarters, hours]) {
    connection
      .sql(
        `INSERT INTO ${table}
         SELECT at_ms - at_ms % ${lengthMs}, subject, outcome, count(*), sum(requests), sum(total)
         FROM attempts WHERE id > ? AND id <= ? GROUP BY 1, 2, 3
         ON CONFLICT DO UPDATE SET attempts = attempts + excluded.attempts,
           requests = requests + excluded.requests, tokens = tokens + excluded.tokens`,
      )
      .run(from, to);
  }
  connection
    .sql(
      `INSERT INTO latencies
       SELECT at_ms - at_ms % ${hours.lengthMs}, provider, CAST(ln(latency_ms + 1) / ln(${bucketRatio}) AS INTEGER), count(*)
       FROM attempts JOIN subjects ON subjects.id = subject
       WHERE attempts.id > ? AND attempts.id <= ? AND outcome = 'ok' GROUP BY 1, 2, 3
       ON CONFLICT DO UPDATE SET attempts = attempts + excluded.attempts`,
    )
    .run(from, to);
  connection.setMeta('rolledUpTo', String(to));
  return to < newest;
}

/** Call `rollUp` before. */
export function usageOf(connection: Connection, ask: UsageAsk): UsageReport {
  const fromMs = slotOf(ask.fromMs);
  const startOf = ask.kind === 'byDay' ? dayStartIn(ask.zone) : hourStart;
  const cut = isWhole(fromMs) && (ask.kind === 'byHour' || hasWholeHours(fromMs, ask.toMs, startOf)) ? hours : quarters;
  return connection.transaction('BEGIN', () =>
    usageReport(cells(connection, cut, fromMs, ask.toMs), latencyCells(connection, fromMs, ask.toMs), startOf),
  );
}

const isWhole = (ms: number): boolean => ms % hours.lengthMs === 0;

/** Some zones' midnights fall between two hours of UTC. */
function hasWholeHours(fromMs: number, toMs: number, startOf: (ms: number) => number): boolean {
  for (let ms = fromMs; ms < toMs; ms += 20 * hours.lengthMs) if (!isWhole(startOf(ms))) return false;
  return true;
}

/** Call `rollUp` before. */
export const overviewFrom = (connection: Connection, fromMs: number, toMs: number): Overview =>
  connection.transaction('BEGIN', () => overview(connection, slotOf(fromMs), toMs));

/** Old days are in the table by the hour alone. */
function tableOf(connection: Connection, { table }: Cut, fromMs: number): string {
  const until = Number(connection.meta(foldedTo) ?? 0);
  if (table === hours.table || fromMs >= until) return table;
  return `(SELECT * FROM ${hours.table} WHERE slot < ${until} UNION ALL SELECT * FROM ${table} WHERE slot >= ${until})`;
}

/** Grouped here and not in SQL: the rows come in the order that grouping wants. */
function* cells(connection: Connection, cut: Cut, fromMs: number, toMs: number): Generator<Cell> {
  const subjects = new Map(connection.subjectsAfter(0).map(({ id, subject }) => [id, rowSubject(subject)]));
  const statement = connection.sql(
    `SELECT slot, subject, outcome, attempts, requests, tokens FROM ${tableOf(connection, cut, fromMs)} WHERE slot >= ? AND slot < ? ORDER BY slot`,
  );
  // Half the time of rows that are objects; `Object.values` reads either.
  statement.setReturnArrays(true);
  for (const row of statement.iterate(fromMs, toMs)) {
    const [slot, id, name, attempts, requests, tokens] = Object.values(row);
    const subject = subjects.get(Number(id));
    const outcome = String(name);
    if (subject === undefined || !isOutcome(outcome)) continue;
    const counts = { attempts: Number(attempts), requests: Number(requests), tokens: Number(tokens) };
    yield { slot: Number(slot), subject, outcome, ...counts };
  }
}

function latencyCells(connection: Connection, fromMs: number, toMs: number): readonly LatencyCell[] {
  return connection
    .sql('SELECT provider, bucket, sum(attempts) AS attempts FROM latencies WHERE slot >= ? AND slot < ? GROUP BY 1, 2')
    .all(fromMs - (fromMs % hours.lengthMs), toMs)
    .map((row) => ({
      provider: text(row, 'provider'),
      bucket: number(row, 'bucket'),
      attempts: number(row, 'attempts'),
    }));
}

function overview(connection: Connection, fromMs: number, toMs: number): Overview {
  const outcomes = connection
    .sql(
      `SELECT outcome, sum(attempts) AS attempts, sum(tokens) AS tokens
       FROM ${tableOf(connection, quarters, fromMs)} WHERE slot >= ? AND slot < ? GROUP BY 1`,
    )
    .all(fromMs, toMs)
    .flatMap((row) => {
      const outcome = text(row, 'outcome');
      return isOutcome(outcome) ? [{ outcome, attempts: number(row, 'attempts'), tokens: number(row, 'tokens') }] : [];
    });
  const routes = connection
    .sql('SELECT outcome, sum(routes) AS routes, sum(ms) AS ms FROM route_sums WHERE slot >= ? AND slot < ? GROUP BY 1')
    .all(fromMs, toMs)
    .flatMap(routeCellOf);
  return overviewOf(outcomes, routes);
}

function routeCellOf(row: Row): readonly RouteCell[] {
  const outcome = text(row, 'outcome');
  if (!isRouteOutcome(outcome)) return [];
  return [{ outcome, routes: number(row, 'routes'), ms: number(row, 'ms') }];
}

const routeOutcomes: Readonly<Record<RouteCell['outcome'], true>> = {
  answered: true,
  cached: true,
  degraded: true,
  failed: true,
  cancelled: true,
};
const isRouteOutcome = (outcome: string): outcome is RouteCell['outcome'] => Object.hasOwn(routeOutcomes, outcome);
