import { accountOf, type ApiKey } from '../keys/apiKey.ts';
import type { Ledger } from '../quota/ledger.ts';
import type { Alert } from './alert.ts';

export type StillTruePorts = {
  readonly keys: () => readonly ApiKey[];
  readonly ledger: Pick<Ledger, 'health' | 'blocks'>;
};

/** News of what nobody has to mend is shown this long; the history has it afterwards. */
const newsMs = 86_400_000;

/**
 * Whether an alert is worth showing as something that is so now. It may be over before the key answers a
 * chat: its secret was changed, it was removed or disabled, or a check found it good.
 */
export function isStillTrue({ keys, ledger }: StillTruePorts, alert: Alert, nowMs: number): boolean {
  if (alert.event === 'modelReplaced' || alert.event === 'limitLearned') {
    if (nowMs >= alert.atMs + newsMs) return false;
  }
  if (!('fingerprint' in alert)) return true;
  const key = keys().find(({ fingerprint }) => fingerprint === alert.fingerprint);
  if (key?.enabled !== true) return false;
  if (alert.event === 'keyRefused') {
    const { quarantine, accepted } = ledger.health(key.fingerprint);
    return quarantine?.cause === 'refused' || accepted === false;
  }
  if (alert.event === 'noCredit') return ledger.blocks(accountOf(key), nowMs).some(({ limit }) => limit === 'credit');
  return true;
}
