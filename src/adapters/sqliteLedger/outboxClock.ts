import type { OutboxChannel } from '../../core/alerts/alert.ts';
import { withTheDay } from '../../core/alerts/outbox.ts';
import { quietGroup } from '../../core/alerts/policy.ts';
import { isSameStep, type ClockStep } from '../../core/clockWatch.ts';
import { latestSetMs } from '../../core/lasting.ts';
import { forever } from '../../core/quota/ledger.ts';
import { number, type Connection } from './connection.ts';
import { putCause } from './outboxCauses.ts';

type Rows = Pick<Connection, 'sql'>;

/** Of a delivery that is still to be sent. */
export const open = `state IN ('waiting', 'sending')`;

const noticedCause = 'clockStep';
const dayMs = 86_400_000;

/** Made earlier, as the clock was, by the first window that notices; `nowMs` by the clock as it is then. Inside a transaction. */
export function allEarlier(rows: Rows, step: ClockStep, nowMs: number): void {
  const done = rows.sql('SELECT set_ms FROM causes WHERE name = ?').get(noticedCause);
  if (done !== undefined && isSameStep(number(done, 'set_ms'), step)) return;
  const { byMs, sinceMs, fromMs } = step;
  // As `wasSetBefore` says.
  const before = 'set_ms > :from AND (set_ms < :since OR set_ms > :now)';
  const moved = { by: byMs, from: fromMs, since: sinceMs, now: nowMs };
  rows
    .sql(
      `UPDATE causes SET set_ms = set_ms - :by, until_ms = until_ms - :by
       WHERE ${before} AND until_ms > :now + min(0, :by) AND until_ms < :never AND name NOT LIKE :day`,
    )
    .run({ ...moved, never: forever, day: withTheDay('%') });
  rows
    .sql(
      `UPDATE deliveries SET at_ms = at_ms - :by, set_ms = set_ms - :by, expires_ms = expires_ms - :by
       WHERE ${before} AND ${open} AND batch <> :quiet`,
    )
    .run({ ...moved, quiet: quietGroup });
  putCause(rows, { name: noticedCause, untilMs: step.nowMs + dayMs }, step.nowMs, '');
}

/**
 * What waits or is leased since before the clock was set back, and nobody noticed: its length begins now.
 */
export function startAgain(rows: Rows, channel: OutboxChannel, nowMs: number): void {
  rows
    .sql(
      `UPDATE deliveries SET at_ms = at_ms - set_ms + :now, expires_ms = expires_ms - set_ms + :now, set_ms = :now
       WHERE channel = :channel AND ${open} AND set_ms > :latest`,
    )
    .run({ now: nowMs, channel, latest: latestSetMs(nowMs) });
}
