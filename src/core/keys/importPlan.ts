import { areSameLimits, type Limits } from '../quota/limits.ts';
import type { ApiKey } from './apiKey.ts';
import type { FingerprintOf } from './fingerprint.ts';
import type { Secret } from './secret.ts';

/** A key that a file, a paste or a backup holds. What is absent keeps its default or its present value. */
export type FoundKey = {
  readonly provider: string;
  /** Absent: the next free number. */
  readonly number?: number;
  readonly secret: Secret;
  /** The file's line, for messages; absent where the source has no lines. */
  readonly line?: number;
  readonly label?: string;
  readonly priority?: number;
  readonly limits?: Limits;
  readonly maxConcurrent?: number;
  readonly pool?: string;
  readonly poolLimits?: Limits;
  readonly enabled?: boolean;
  /** Origins that the key was bound to where it comes from; absent: the provider's of today. */
  readonly origins?: readonly string[];
};

export type PlannedKey = FoundKey & { readonly fingerprint: string };

export type PlannedChange = {
  readonly existing: ApiKey;
  readonly planned: PlannedKey;
  /** False: the secret is the same and only priority, limits or label differ. */
  readonly newSecret: boolean;
};

export type LeftAlone = {
  readonly provider: string;
  readonly number?: number;
  readonly line?: number;
  /** The key that has this secret already; its number is absent when it is itself still to be added. */
  readonly already: { readonly number?: number; readonly line?: number };
};

/** What an import would do. A preview shows numbers, providers, priorities and limits; never a secret. */
export type ImportPlan = {
  readonly add: readonly PlannedKey[];
  readonly change: readonly PlannedChange[];
  readonly same: readonly LeftAlone[];
};

export type ImportSource = {
  readonly found: readonly FoundKey[];
  readonly existing: readonly ApiKey[];
  readonly fingerprintOf: FingerprintOf;
};

/** Sorts what was found into added, changed and left alone. The same secret twice is one key. */
export function planImport({ found, existing, fingerprintOf }: ImportSource): ImportPlan {
  const all = found.map((key): PlannedKey => ({ ...key, fingerprint: fingerprintOf(key.secret, key.provider) }));
  const standing = new Standing(existing, all);
  const seen = new Map<string, PlannedKey>();
  const add: PlannedKey[] = [];
  const change: PlannedChange[] = [];
  const same: LeftAlone[] = [];

  for (const planned of all) {
    const secretId = secretIdOf(planned);
    const twin = seen.get(secretId);
    const owner = standing.ownerOf(planned);
    const namesake = standing.namesakeOf(planned);
    if (twin !== undefined) same.push({ ...place(planned), already: numberAndLine(twin) });
    else if (owner !== undefined) keepOwner(planned, owner);
    else if (namesake !== undefined) change.push({ existing: namesake, planned, newSecret: true });
    else add.push(planned);
    if (twin === undefined) seen.set(secretId, planned);
  }
  // Named numbers first: the numberless ones then get numbers that none of these wants.
  add.sort((a, b) => Number(a.number === undefined) - Number(b.number === undefined));
  return { add, change, same };

  function keepOwner(planned: PlannedKey, owner: ApiKey): void {
    const own = planned.number === undefined || planned.number === owner.number;
    if (own && differs(planned, owner)) change.push({ existing: owner, planned, newSecret: false });
    else same.push({ ...place(planned), already: { number: owner.number } });
  }
}

/** The keys that are there, as far as the import leaves them their secrets. */
class Standing {
  readonly #bySecret: ReadonlyMap<string, ApiKey>;
  readonly #byNumber: ReadonlyMap<string, ApiKey>;
  /** Keys whose number the file gives another secret. */
  readonly #replaced = new Set<ApiKey>();

  constructor(existing: readonly ApiKey[], found: readonly PlannedKey[]) {
    this.#bySecret = new Map(existing.map((key) => [secretIdOf(key), key]));
    this.#byNumber = new Map(existing.map((key) => [`${key.provider}/${key.number}`, key]));
    // A key that gives way frees its secret, which may then replace that of a further key.
    for (let before = -1; before !== this.#replaced.size;) {
      before = this.#replaced.size;
      for (const key of found) this.#replace(key);
    }
  }

  ownerOf(planned: PlannedKey): ApiKey | undefined {
    const owner = this.#bySecret.get(secretIdOf(planned));
    return owner === undefined || this.#replaced.has(owner) ? undefined : owner;
  }

  namesakeOf({ provider, number }: PlannedKey): ApiKey | undefined {
    return number === undefined ? undefined : this.#byNumber.get(`${provider}/${number}`);
  }

  #replace(planned: PlannedKey): void {
    const namesake = this.namesakeOf(planned);
    if (namesake !== undefined && this.ownerOf(planned) === undefined) this.#replaced.add(namesake);
  }
}

const secretIdOf = ({ provider, fingerprint }: Pick<PlannedKey, 'provider' | 'fingerprint'>): string =>
  `${provider}/${fingerprint}`;

function differs(planned: PlannedKey, owner: ApiKey): boolean {
  const next = withPlanned(owner, planned);
  return (
    next.label !== owner.label ||
    next.priority !== owner.priority ||
    next.maxConcurrent !== owner.maxConcurrent ||
    next.pool !== owner.pool ||
    next.enabled !== owner.enabled ||
    !areSameLimits(next.limits, owner.limits) ||
    !areSameLimits(next.poolLimits, owner.poolLimits)
  );
}

/**
 * The key as it is after the change. Its own limits and its pool's stay where the source names none. Another secret
 * comes with the origins that it was bound to, where the source knows them.
 */
export function withPlanned(existing: ApiKey, planned: PlannedKey): ApiKey {
  const newSecret = planned.fingerprint !== existing.fingerprint;
  return {
    ...existing,
    origins: (newSecret ? planned.origins : undefined) ?? existing.origins,
    fingerprint: planned.fingerprint,
    label: planned.label ?? existing.label,
    priority: planned.priority ?? existing.priority,
    limits: { ...existing.limits, ...planned.limits },
    enabled: planned.enabled ?? existing.enabled,
    ...(planned.maxConcurrent === undefined ? {} : { maxConcurrent: planned.maxConcurrent }),
    ...(planned.pool === undefined ? {} : { pool: planned.pool }),
    ...(areSameLimits(planned.poolLimits) ? {} : { poolLimits: { ...existing.poolLimits, ...planned.poolLimits } }),
  };
}

const place = ({ provider, number, line }: PlannedKey): Pick<LeftAlone, 'provider' | 'number' | 'line'> => ({
  provider,
  ...numberAndLine({ number, line }),
});

const numberAndLine = ({
  number,
  line,
}: {
  number?: number | undefined;
  line?: number | undefined;
}): LeftAlone['already'] => ({
  ...(number === undefined ? {} : { number }),
  ...(line === undefined ? {} : { line }),
});
