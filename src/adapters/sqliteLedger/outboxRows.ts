import * as z from 'zod';
import { alertSchema, outboxChannels, type Alert } from '../../core/alerts/alert.ts';
import { deliveryStates, type AlertRecord, type DeliveryRecord } from '../../core/alerts/outbox.ts';
import { number, text, type Row } from './connection.ts';

const stored = z.string().transform((json, context): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});
const alertColumn = stored.pipe(alertSchema);
const channel = z.enum(outboxChannels);
const state = z.enum(deliveryStates);

/** Undefined for what another version wrote and this one cannot read. */
export const alertOfRow = (row: Row): Alert | undefined => alertColumn.safeParse(row['alert']).data;

export function recordsOf(alerts: readonly Row[], deliveries: readonly Row[]): readonly AlertRecord[] {
  const byAlert = Map.groupBy(deliveries, (row) => text(row, 'alert'));
  return alerts.flatMap((row) => {
    const alert = alertOfRow(row);
    return alert === undefined ? [] : [{ alert, deliveries: (byAlert.get(alert.id) ?? []).flatMap(deliveryOfRow) }];
  });
}

function deliveryOfRow(row: Row): readonly DeliveryRecord[] {
  const to = channel.safeParse(row['channel']);
  const as = state.safeParse(row['state']);
  if (!to.success || !as.success) return [];
  const failedTries = number(row, 'failed_tries');
  return [{ channel: to.data, state: as.data, failedTries, atMs: number(row, 'at_ms'), said: text(row, 'said') }];
}
