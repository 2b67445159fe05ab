import type { OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import { SqliteOutbox } from '../../../src/adapters/sqliteLedger/sqliteOutbox.ts';
import { SystemClock } from '../../../src/adapters/systemClock.ts';
import { SystemRandom } from '../../../src/adapters/systemRandom.ts';
import { outboxChannels } from '../../../src/core/alerts/alert.ts';
import { readAlertSettings } from '../../../src/core/alerts/alertSettings.ts';
import { decide } from '../../../src/core/alerts/policy.ts';
import type { RouterEvent } from '../../../src/core/routing/routerEvent.ts';

/** Leaves the database as a window does that told every channel of these events, one after the other. */
export async function tellOf(
  { connection, onForeignChange }: OpenLedger,
  events: readonly RouterEvent[],
): Promise<void> {
  const [clock, random] = [new SystemClock(), new SystemRandom()];
  const outbox = new SqliteOutbox({ connection, onForeignChange, clock, random });
  const { settings } = readAlertSettings(
    { warnAtPercent: undefined, channels: undefined, quietHours: undefined },
    'UTC',
  );
  const names = { key: (ref: string) => ref, provider: (id: string) => id };
  for (const [index, event] of events.entries()) {
    const context = { settings, names, nowMs: clock.now(), snoozedUntilMs: 0, id: `told-${index}` };
    for (const decision of decide(event, context)) {
      if (decision.kind === 'raise') await outbox.raise(decision.raise, context.nowMs);
      else if (decision.kind === 'stand') await outbox.stand(decision.causes, context.nowMs);
      else if (decision.kind === 'forget') await outbox.forget(decision.causes, context.nowMs);
    }
  }
  // When all of them are due.
  const laterMs = clock.now() + 60_000;
  for (const channel of outboxChannels) {
    for (;;) {
      const claim = await outbox.claim(channel, laterMs, laterMs + 60_000);
      if (claim === undefined) break;
      await outbox.finish(claim, { kind: 'sent', said: '' }, clock.now());
    }
  }
  outbox.dispose();
}
