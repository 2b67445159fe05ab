/** Requests and tokens. */
export type Amount = { readonly requests: number; readonly tokens: number };

const quarterMs = 900_000;
const keptQuarters = 45 * 96;

/** What the providers let in, by secret and model, and by the moment that the wall clock showed when it ended. */
export class Tally {
  /** By secret and model, then by quarter hour. */
  readonly #sums = new Map<string, Map<number, Amount>>();

  add(secret: string, model: string, atMs: number, tokens: number): void {
    const name = `${secret} ${model}`;
    const quarters = this.#sums.get(name) ?? new Map<number, Amount>();
    this.#sums.set(name, quarters);
    const quarter = Math.floor(atMs / quarterMs);
    const before = quarters.get(quarter) ?? nothing;
    quarters.set(quarter, { requests: before.requests + 1, tokens: before.tokens + tokens });
    for (const old of quarters.keys()) if (old < quarter - keptQuarters) quarters.delete(old);
  }

  /** Of these secrets; without a model all models. `sinceMs` is a day's or month's beginning. */
  since(secrets: readonly string[], model: string | undefined, sinceMs: number): Amount {
    let sum = nothing;
    for (const [name, quarters] of this.#sums) {
      const [secret = '', of] = name.split(' ');
      if (!secrets.includes(secret) || (model !== undefined && of !== model)) continue;
      for (const [quarter, { requests, tokens }] of quarters) {
        if (quarter * quarterMs < sinceMs) continue;
        sum = { requests: sum.requests + requests, tokens: sum.tokens + tokens };
      }
    }
    return sum;
  }
}

const nothing: Amount = { requests: 0, tokens: 0 };
