/** Health of one secret (spec section 4, "Health, quarantine, recovery"). */
export type Health = {
  /** 0 to 100. */
  readonly score: number;
  /** Epoch ms; in quarantine until then, half-open after it. Absent: not quarantined. */
  readonly quarantine?: {
    readonly untilMs: number;
    readonly cause: 'refused' | 'outage';
    /** How many in a row: each after a refusal is twice as long, up to 60 minutes; each after a try in vain. */
    readonly times: number;
    /** After outages: a check was good since, so one request may find out. */
    readonly mayTry?: true;
  };
  /** How often in a row it was refused until a good check ended its quarantine: only an answered chat forgets it. */
  readonly refusals?: number;
  /** Its provider turned out to have no zero-token check: once the quarantine is over, one request finds out. */
  readonly uncheckable?: boolean;
  readonly lastError?: { readonly kind: string; readonly sentence: string; readonly atMs: number };
  readonly lastUsedAtMs?: number;
  /** When the zero-token check last found it good. */
  readonly checkedAtMs?: number;
  /** The last check or use was not a refusal. Undefined: never checked. */
  readonly accepted?: boolean;
};

export const newHealth: Health = { score: 100 };
