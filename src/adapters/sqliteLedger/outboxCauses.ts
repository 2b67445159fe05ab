import { standingFrom, type Cause } from '../../core/alerts/outbox.ts';
import { latestSetMs, type Lasting } from '../../core/lasting.ts';
import { type Connection, number, text } from './connection.ts';

type Causes = Pick<Connection, 'sql'>;

/** Of a cause, given now and `latestSetMs`. */
export const lasting = 'until_ms > ? AND set_ms <= ?';

/** What has been said and is not said again, by name; ended ones included. */
export function storedCauses(connection: Causes): ReadonlyMap<string, Lasting> {
  const rows = connection.sql('SELECT name, set_ms, until_ms FROM causes').all();
  return new Map(
    rows.map((row) => [text(row, 'name'), { setAtMs: number(row, 'set_ms'), untilMs: number(row, 'until_ms') }]),
  );
}

export function causeStands(connection: Causes, name: string, nowMs: number): boolean {
  const named = `SELECT 1 FROM causes WHERE name = ? AND ${lasting}`;
  return connection.sql(named).get(name, nowMs, latestSetMs(nowMs)) !== undefined;
}

export function putCause(connection: Causes, cause: Cause, nowMs: number, alertId: string): void {
  const { setAtMs, untilMs } = standingFrom(cause, nowMs);
  connection.sql('INSERT OR REPLACE INTO causes VALUES (?, ?, ?, ?)').run(cause.name, setAtMs, untilMs, alertId);
}

/** One that stands longer already is left as it is. */
export function putLongerCause(connection: Causes, cause: Cause, nowMs: number): void {
  const { setAtMs, untilMs } = standingFrom(cause, nowMs);
  connection
    .sql(
      `INSERT INTO causes VALUES (?, ?, ?, '') ON CONFLICT DO UPDATE
       SET set_ms = excluded.set_ms, until_ms = excluded.until_ms WHERE excluded.until_ms > until_ms OR set_ms > ?`,
    )
    .run(cause.name, setAtMs, untilMs, latestSetMs(nowMs));
}

export function deleteCause(connection: Causes, name: string): void {
  connection.sql('DELETE FROM causes WHERE name = ?').run(name);
}

export function deleteEndedCauses(connection: Causes, nowMs: number): void {
  connection.sql(`DELETE FROM causes WHERE NOT (${lasting})`).run(nowMs, latestSetMs(nowMs));
}
