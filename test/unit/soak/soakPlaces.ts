import { Meter } from '../../bench/day/meter.ts';
import { isShared, metersAt, type ProviderId } from './soakLimits.ts';

type Place = { readonly provider: ProviderId; readonly model: string; meters: readonly Meter[] };

/** How far the limits of each account and model are used, and how large they are at present. */
export class Places {
  readonly #trueMs: () => number;
  readonly #places = new Map<string, Place>();
  readonly #factors = new Map<ProviderId, number>();

  constructor(trueMs: () => number) {
    this.#trueMs = trueMs;
  }

  of(provider: ProviderId, account: string, model: string): readonly Meter[] {
    const name = `${account} ${isShared(provider) ? '*' : model}`;
    const place = this.#places.get(name) ?? { provider, model, meters: [] };
    this.#places.set(name, place);
    const nowMs = this.#trueMs();
    const hasTurned = place.meters.some(({ plan }) => plan.form === 'period' && plan.turnsAtMs <= nowMs);
    if (place.meters.length === 0 || hasTurned) this.#renew(place, nowMs);
    return place.meters;
  }

  /** From now on the provider's days and months are so many times as large as usual. */
  resize(provider: ProviderId, factor: number): void {
    this.#factors.set(provider, factor);
    for (const place of this.#places.values()) if (place.provider === provider) this.#renew(place, this.#trueMs());
  }

  /** What was used stays used, except in a day or month that has turned. */
  #renew(place: Place, nowMs: number): void {
    const before = place.meters;
    const { provider, model } = place;
    place.meters = metersAt(provider, model, this.#factors.get(provider) ?? 1, nowMs).map((plan) => {
      const meter = new Meter(plan);
      const old = before.find((each) => each.plan.limit === plan.limit);
      const goesOn = old !== undefined && (plan.form !== 'period' || old.plan.turnsAtMs > nowMs);
      if (goesOn) meter.charge(old.truth.used(nowMs), nowMs);
      return meter;
    });
  }
}
