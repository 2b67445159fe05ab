import type { StatementSync } from 'node:sqlite';
import type { Alert, OutboxChannel } from '../../core/alerts/alert.ts';
import {
  historyMs,
  maxAlerts,
  type AlertRecord,
  type Cause,
  type Claim,
  type Outbox,
  type Outcome,
  type Raise,
} from '../../core/alerts/outbox.ts';
import type { ClockStep } from '../../core/clockWatch.ts';
import { lasts, latestSetMs, type Lasting } from '../../core/lasting.ts';
import type { Cancel, Clock, Random } from '../../core/ports.ts';
import { forever } from '../../core/quota/ledger.ts';
import { type Connection, number, text } from './connection.ts';
import {
  causeStands,
  deleteCause,
  deleteEndedCauses,
  lasting,
  putCause,
  putLongerCause,
  storedCauses,
} from './outboxCauses.ts';
import { allEarlier, open, startAgain } from './outboxClock.ts';
import { alertOfRow, recordsOf } from './outboxRows.ts';
import { sqliteProblemOf } from './sqliteProblem.ts';
import { WriteQueue } from './writeQueue.ts';

type OutboxConnection = Pick<Connection, 'sql' | 'transaction' | 'dataVersion'>;

export type SqliteOutboxOptions = {
  /** The ledger's own, migrated; undefined while it has none. */
  readonly connection: () => OutboxConnection | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Tells of commits of other windows. */
  readonly onForeignChange: (listener: () => void) => Cancel;
};

/** There is no database, or none that could be written to. */
class OutboxClosed extends Error {
  constructor() {
    super('the alerts have no database');
  }
}

/** The database's fault, not a bug. */
export const isOutboxProblem = (error: unknown): boolean =>
  error instanceof OutboxClosed || sqliteProblemOf(error) !== undefined;

/** The outbox in the ledger's database: shared by all windows, kept over restarts. */
export class SqliteOutbox implements Outbox {
  readonly #options: SqliteOutboxOptions;
  readonly #queue: WriteQueue;
  readonly #listeners = new Set<() => void>();
  /** Asked after every answer of every key: true for as long as nobody writes. */
  #causes:
    | { readonly connection: OutboxConnection; readonly version: number; readonly named: ReadonlyMap<string, Lasting> }
    | undefined;

  constructor(options: SqliteOutboxOptions) {
    this.#options = options;
    this.#queue = new WriteQueue(options.clock, options.random);
  }

  /** False while the ledger has no database: then every read is empty and every write rejects. */
  get isOpen(): boolean {
    return this.#options.connection() !== undefined;
  }

  dispose(): void {
    this.#queue.dispose();
    this.#listeners.clear();
  }

  raise(raise: Raise, nowMs: number): Promise<boolean> {
    return this.#write(() => {
      const connection = this.#connection();
      if (causeStands(connection, raise.cause.name, nowMs)) return false;
      if (raise.onlyIf !== undefined && !causeStands(connection, raise.onlyIf, nowMs)) return false;
      if (raise.unless !== undefined && causeStands(connection, raise.unless, nowMs)) return false;
      this.#trim(nowMs);
      for (const name of raise.ends) deleteCause(connection, name);
      for (const cause of [raise.cause, ...raise.covers]) putCause(connection, cause, nowMs, raise.alert.id);
      this.#put(raise, nowMs);
      return true;
    });
  }

  async stand(causes: readonly Cause[], nowMs: number): Promise<void> {
    await this.#write(() => {
      for (const cause of causes) putLongerCause(this.#connection(), cause, nowMs);
    });
  }

  async forget(causes: readonly string[], nowMs: number): Promise<boolean> {
    // Nearly always none stands, and a write would cost every window a look.
    if (!this.standsAny(causes, nowMs)) return false;
    return this.#write(() => {
      const stood = causes.filter((name) => causeStands(this.#connection(), name, nowMs));
      for (const name of stood) deleteCause(this.#connection(), name);
      return stood.length > 0;
    });
  }

  stands(cause: string, nowMs: number): boolean {
    return this.standsAny([cause], nowMs);
  }

  standsAny(causes: readonly string[], nowMs: number): boolean {
    return this.#read(false, () => {
      const standing = this.#standing();
      return causes.some((name) => {
        const cause = standing.get(name);
        return cause !== undefined && lasts(cause, nowMs);
      });
    });
  }

  async claim(channel: OutboxChannel, nowMs: number, leaseUntilMs: number): Promise<Claim | undefined> {
    const due = `SELECT 1 FROM deliveries WHERE channel = ? AND ${open} AND (at_ms <= ? OR set_ms > ?)`;
    const row = this.#read(undefined, () => this.#sql(due).get(channel, nowMs, latestSetMs(nowMs)));
    return row && this.#write(() => this.#claim(channel, nowMs, leaseUntilMs));
  }

  async finish({ token }: Claim, outcome: Outcome, nowMs: number): Promise<void> {
    const state = outcome.kind === 'again' ? 'waiting' : outcome.kind;
    const atMs = outcome.kind === 'again' ? outcome.atMs : nowMs;
    const failed = outcome.kind === 'failed' || outcome.kind === 'again' ? 1 : 0;
    await this.#write(() => {
      this.#sql(
        `UPDATE deliveries SET state = ?, at_ms = ?, set_ms = ?, said = ?, failed_tries = failed_tries + ?
         WHERE token = ? AND state = 'sending'`,
      ).run(state, atMs, nowMs, outcome.said, failed, token);
    });
  }

  async giveUp(channel: OutboxChannel, said: string, nowMs: number): Promise<void> {
    if (this.nextDueMs([channel]) === undefined) return;
    await this.#write(() => {
      startAgain(this.#connection(), channel, nowMs);
      this.#sql(
        `UPDATE deliveries SET state = 'failed', at_ms = ?, said = ?
         WHERE channel = ? AND ${open} AND (state = 'waiting' OR at_ms <= ?)`,
      ).run(nowMs, said, channel, nowMs);
    });
  }

  lastFailure(channel: OutboxChannel): string {
    const last = `SELECT said FROM deliveries WHERE channel = ? AND state = 'failed' ORDER BY at_ms DESC LIMIT 1`;
    const row = this.#read(undefined, () => this.#sql(last).get(channel));
    return row === undefined ? '' : text(row, 'said');
  }

  nextDueMs(channels: readonly OutboxChannel[]): number | undefined {
    const next = `SELECT min(at_ms) AS at_ms FROM deliveries WHERE channel = ? AND ${open}`;
    const times = channels.flatMap((channel) => {
      const row = this.#read(undefined, () => this.#sql(next).get(channel));
      return typeof row?.['at_ms'] === 'number' ? [row['at_ms']] : [];
    });
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async clockWasStepped(step: ClockStep, nowMs: number): Promise<void> {
    await this.#write(() => allEarlier(this.#connection(), step, nowMs));
  }

  history(sinceMs: number): Promise<readonly AlertRecord[]> {
    const records = this.#read([], () => {
      const alerts = this.#sql('SELECT alert FROM alerts WHERE at_ms >= ? ORDER BY at_ms DESC').all(sinceMs);
      const deliveries = this.#sql(
        'SELECT d.* FROM deliveries d JOIN alerts a ON a.id = d.alert WHERE a.at_ms >= ?',
      ).all(sinceMs);
      return recordsOf(alerts, deliveries);
    });
    return Promise.resolve(records);
  }

  current(nowMs: number): readonly Alert[] {
    return this.#read([], () => {
      const rows = this.#sql(
        `SELECT alert FROM alerts WHERE id IN (SELECT alert FROM causes WHERE ${lasting}) ORDER BY at_ms DESC`,
      ).all(nowMs, latestSetMs(nowMs));
      return rows.flatMap((row) => alertOfRow(row) ?? []);
    });
  }

  onDidChange(listener: () => void): Cancel {
    this.#listeners.add(listener);
    const cancel = this.#options.onForeignChange(listener);
    return () => {
      this.#listeners.delete(listener);
      cancel();
    };
  }

  #standing(): ReadonlyMap<string, Lasting> {
    const connection = this.#connection();
    const version = connection.dataVersion();
    if (this.#causes?.connection !== connection || this.#causes.version !== version) {
      this.#causes = { connection, version, named: storedCauses(connection) };
    }
    return this.#causes.named;
  }

  #put({ alert, deliveries }: Raise, nowMs: number): void {
    this.#sql('INSERT INTO alerts VALUES (?, ?, ?)').run(alert.id, alert.atMs, JSON.stringify(alert));
    for (const { channel, group, subject, dueAtMs, expiresAtMs } of deliveries) {
      const to = [alert.id, channel, group, subject ?? ''];
      const when = [dueAtMs, nowMs, expiresAtMs ?? forever];
      this.#sql(`INSERT INTO deliveries VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?, 0, '', '')`).run(...to, ...when);
    }
  }

  #claim(channel: OutboxChannel, nowMs: number, leaseUntilMs: number): Claim | undefined {
    startAgain(this.#connection(), channel, nowMs);
    this.#sql(
      `UPDATE deliveries SET state = 'expired', at_ms = ? WHERE channel = ? AND state = 'waiting' AND expires_ms <= ?`,
    ).run(nowMs, channel, nowMs);
    const first = this.#sql(
      `SELECT batch, subject FROM deliveries WHERE channel = ? AND ${open} AND at_ms <= ? ORDER BY at_ms LIMIT 1`,
    ).get(channel, nowMs);
    if (first === undefined) return undefined;
    const group = text(first, 'batch');
    const token = Buffer.from(this.#options.random.bytes(12)).toString('hex');
    // What is due itself, and what is fresh, of the same group or about the same subject.
    this.#sql(
      `UPDATE deliveries SET state = 'sending', at_ms = ?, set_ms = ?, token = ? WHERE channel = ? AND ${open}
       AND (batch = ? OR (subject = ? AND subject <> '')) AND (at_ms <= ? OR (state = 'waiting' AND failed_tries = 0))`,
    ).run(leaseUntilMs, nowMs, token, channel, group, text(first, 'subject'), nowMs);
    const rows = this.#sql(
      `SELECT a.alert, d.failed_tries FROM deliveries d JOIN alerts a ON a.id = d.alert
       WHERE d.token = ? AND d.state = 'sending' ORDER BY a.at_ms`,
    ).all(token);
    const alerts = rows.flatMap((row) => alertOfRow(row) ?? []);
    const failedTries = Math.max(0, ...rows.map((row) => number(row, 'failed_tries')));
    // Another version's records: nobody here can word them, and they stay with the window that can.
    return alerts.length === 0 ? undefined : { token, channel, group, alerts, failedTries };
  }

  /** The oldest go first, and never one that is still to be sent. */
  #trim(nowMs: number): void {
    deleteEndedCauses(this.#connection(), nowMs);
    const closed = `id NOT IN (SELECT alert FROM deliveries WHERE ${open})`;
    const { changes } = this.#sql(
      `DELETE FROM alerts WHERE (${closed} AND at_ms < ?) OR id IN (
         SELECT id FROM alerts WHERE ${closed} ORDER BY at_ms LIMIT max(0, (SELECT count(*) FROM alerts) - ?))`,
    ).run(nowMs - historyMs, maxAlerts - 1);
    if (Number(changes) > 0) this.#sql('DELETE FROM deliveries WHERE alert NOT IN (SELECT id FROM alerts)').run();
  }

  #sql(statement: string): StatementSync {
    return this.#connection().sql(statement);
  }

  #connection(): OutboxConnection {
    const connection = this.#options.connection();
    if (connection === undefined) throw new OutboxClosed();
    return connection;
  }

  #read<Answer>(otherwise: Answer, work: () => Answer): Answer {
    try {
      return work();
    } catch (error) {
      if (!isOutboxProblem(error)) throw error;
      return otherwise;
    }
  }

  #write<Answer>(work: () => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const attempt = (): 'done' | 'busy' => {
        try {
          const answer = this.#connection().transaction('BEGIN IMMEDIATE', work);
          this.#causes = undefined;
          resolve(answer);
          for (const listener of this.#listeners) listener();
        } catch (error) {
          if (sqliteProblemOf(error) === 'busy') return 'busy';
          reject(error);
        }
        return 'done';
      };
      this.#queue.add(attempt, () => reject(new OutboxClosed()));
    });
  }
}
