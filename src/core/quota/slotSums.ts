import type { Account } from '../keys/apiKey.ts';
import type { Accounts, Owner } from './accounts.ts';
import type { Scope } from './ledger.ts';
import type { Sum } from './slidingSum.ts';
import { slotOf } from './spending.ts';

const nothing: Sum = { requests: 0, tokens: 0 };

type Spent = { readonly owner: Owner; readonly model: string; readonly slots: Map<number, Sum> };

/** Sums by owner, model and quarter hour, in memory. */
export class SlotSums {
  readonly #spent = new Map<string, Spent>();

  add({ fingerprint, account }: Owner, model: string, atMs: number, { requests, tokens }: Sum): void {
    const name = `${fingerprint}\n${account}\n${model}`;
    const owner = { fingerprint, account };
    const { slots } = this.#spent.get(name) ?? this.#begin(name, { owner, model, slots: new Map() });
    const slot = slotOf(atMs);
    const before = slots.get(slot) ?? nothing;
    slots.set(slot, { requests: before.requests + requests, tokens: before.tokens + tokens });
  }

  since(accounts: Accounts, account: Account, scope: Scope, sinceMs: number): Sum {
    let requests = 0;
    let tokens = 0;
    for (const { owner, model, slots } of this.#spent.values()) {
      if ((scope !== '*' && scope !== model) || !accounts.countedOn(owner).includes(account)) continue;
      for (const [slot, sum] of slots) {
        if (slot < sinceMs) continue;
        requests += sum.requests;
        tokens += sum.tokens;
      }
    }
    return { requests, tokens };
  }

  *spenders(): Generator<Owner & { model: string }> {
    for (const { owner, model } of this.#spent.values()) yield { ...owner, model };
  }

  #begin(name: string, spent: Spent): Spent {
    this.#spent.set(name, spent);
    return spent;
  }
}
