import type { Account } from '../keys/apiKey.ts';
import type { Scope } from './ledger.ts';
import type { Sum } from './slidingSum.ts';
import { slotOf } from './spending.ts';

const nothing: Sum = { requests: 0, tokens: 0 };

/** Sums by account, model and quarter hour, in memory. */
export class SlotSums {
  readonly #accounts = new Map<Account, Map<string, Map<number, Sum>>>();

  add(account: Account, model: string, atMs: number, { requests, tokens }: Sum): void {
    const models = this.#accounts.get(account) ?? new Map<string, Map<number, Sum>>();
    this.#accounts.set(account, models);
    const slots = models.get(model) ?? new Map<number, Sum>();
    models.set(model, slots);
    const slot = slotOf(atMs);
    const before = slots.get(slot) ?? nothing;
    slots.set(slot, { requests: before.requests + requests, tokens: before.tokens + tokens });
  }

  since(account: Account, scope: Scope, sinceMs: number): Sum {
    let requests = 0;
    let tokens = 0;
    for (const [model, slots] of this.#accounts.get(account) ?? []) {
      if (scope !== '*' && scope !== model) continue;
      for (const [slot, sum] of slots) {
        if (slot < sinceMs) continue;
        requests += sum.requests;
        tokens += sum.tokens;
      }
    }
    return { requests, tokens };
  }

  *rows(): Generator<{ account: Account; model: string; slot: number } & Sum> {
    for (const [account, models] of this.#accounts) {
      for (const [model, slots] of models) {
        for (const [slot, sum] of slots) yield { account, model, slot, ...sum };
      }
    }
  }
}
