import type { Clock, KeyVault, Log, Random } from '../ports.ts';
import { areSameLimits } from '../quota/limits.ts';
import type { ApiKey } from './apiKey.ts';
import type { AddOutcome, KeyBook, KeyDraft } from './keyBook.ts';
import { withPlanned, type ImportPlan, type PlannedChange, type PlannedKey } from './importPlan.ts';
import { withChange } from './keyChange.ts';
import { keyRef } from './keyRef.ts';
import { reasonOf, type KeyringProblem } from './keyringProblem.ts';
import { newKeyId } from './newKeyId.ts';
import type { Secret } from './secret.ts';

export type ImportRunPorts = {
  readonly keyBook: KeyBook;
  readonly vault: KeyVault;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly originsOf: (provider: string) => readonly string[] | undefined;
};

export type ImportOptions = {
  readonly signal?: AbortSignal;
  /** Called after each secret stored. */
  readonly onProgress?: (done: number, total: number) => void;
};

export type ImportResult =
  | { readonly ok: true; readonly added: readonly ApiKey[]; readonly changed: readonly ApiKey[] }
  | { readonly ok: false; readonly problem: KeyringProblem };

/** SecretStorage takes 14 ms a secret; beyond this many at once it grows no faster. */
const writesAtOnce = 16;

/** Takes back one secret that was stored. */
type Undo = () => Promise<void>;

/**
 * Does what a plan says, all or nothing: secrets first, then the book in one change, and on a failure
 * or a cancel the secrets are taken back. A crash in between leaves at most secrets that no key owns, and
 * the book knows of them.
 */
export async function runImport(
  plan: ImportPlan,
  ports: ImportRunPorts,
  options: ImportOptions,
): Promise<ImportResult> {
  const done: Undo[] = [];
  const result = await attempt(plan, ports, options, done);
  if (!result.ok) await takeBack(done, (error) => ports.log.warn(lostUndo(error, plan)));
  return result;
}

async function takeBack(secrets: readonly Undo[], lost: (error: unknown) => void): Promise<void> {
  for (let start = 0; start < secrets.length; start += writesAtOnce) {
    await Promise.all(secrets.slice(start, start + writesAtOnce).map((undo) => undo().catch(lost)));
  }
}

const lostUndo = (error: unknown, plan: ImportPlan): string =>
  `import not fully undone: ${reasonOf(
    error,
    [...plan.add, ...plan.change.map((change) => change.planned)].map((key) => key.secret),
  )}`;

async function attempt(
  plan: ImportPlan,
  ports: ImportRunPorts,
  options: ImportOptions,
  done: Undo[],
): Promise<ImportResult> {
  const priorities = new NextPriority(ports.keyBook.all());
  const drafts: { draft: KeyDraft; secret: Secret }[] = [];
  for (const planned of plan.add) {
    const origins = planned.origins ?? ports.originsOf(planned.provider);
    if (origins === undefined) return failed({ kind: 'unknownProvider', provider: planned.provider });
    drafts.push({ draft: draftOf(planned, origins, priorities, ports), secret: planned.secret });
  }
  const stored = (await expectSecrets(drafts, ports)) ?? (await storeSecrets(plan, drafts, ports, options, done));
  return stored ?? writeBook(plan, drafts, ports);
}

async function expectSecrets(
  drafts: readonly { draft: KeyDraft; secret: Secret }[],
  { keyBook, clock }: ImportRunPorts,
): Promise<ImportResult | undefined> {
  try {
    const ids = drafts.map(({ draft }) => draft.id);
    const expected = ids.length === 0 ? { ok: true as const } : await keyBook.expectSecrets(ids, clock.now());
    return expected.ok ? undefined : failed(refusalProblem(expected));
  } catch (error) {
    return failed({ kind: 'bookFailed', reason: reasonOf(error, []) });
  }
}

async function storeSecrets(
  plan: ImportPlan,
  drafts: readonly { draft: KeyDraft; secret: Secret }[],
  { vault }: ImportRunPorts,
  { signal, onProgress }: ImportOptions,
  done: Undo[],
): Promise<ImportResult | undefined> {
  const replaced = plan.change.filter((change) => change.newSecret);
  const writes = [
    ...drafts.map(({ draft, secret }) => ({ id: draft.id, secret, fresh: true })),
    ...replaced.map(({ existing, planned }) => ({ id: existing.id, secret: planned.secret, fresh: false })),
  ];
  let stored = 0;
  const store = async ({ id, secret, fresh }: (typeof writes)[number]): Promise<void> => {
    const old = fresh ? undefined : await vault.get(id);
    // Noted before the write: one that fails half way is taken back too.
    done.push(() => (old === undefined ? vault.delete(id) : vault.store(id, old)));
    await vault.store(id, secret);
    stored += 1;
    onProgress?.(stored, writes.length);
  };
  for (let start = 0; start < writes.length; start += writesAtOnce) {
    if (signal?.aborted === true) break;
    const outcomes = await Promise.allSettled(writes.slice(start, start + writesAtOnce).map(store));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) {
      const reason = reasonOf(
        failure.reason,
        writes.map((write) => write.secret),
      );
      return failed({ kind: 'vaultFailed', reason });
    }
  }
  return signal?.aborted === true ? failed({ kind: 'cancelled' }) : undefined;
}

async function writeBook(
  plan: ImportPlan,
  drafts: readonly { draft: KeyDraft; secret: Secret }[],
  { keyBook }: ImportRunPorts,
): Promise<ImportResult> {
  try {
    const decided: { changed: readonly ApiKey[]; problem: KeyringProblem | undefined } = {
      changed: [],
      problem: undefined,
    };
    const change = (keys: readonly ApiKey[]): readonly ApiKey[] | undefined => {
      decided.changed = plan.change.flatMap((each) => plannedOf(keys, each) ?? []);
      decided.problem = problemWith(keys, decided.changed, plan.change);
      return decided.problem === undefined ? decided.changed : undefined;
    };
    const added = drafts.map(({ draft }) => draft);
    const outcomes = added.length > 0 ? await keyBook.add(added, change) : [];
    const updated = added.length === 0 && plan.change.length > 0 ? await keyBook.update(change) : { ok: true as const };
    if (decided.problem !== undefined) return failed(decided.problem);
    const refused = [...outcomes, updated].find(({ ok }) => !ok);
    if (refused?.ok === false) return failed(refusalProblem(refused));
    const keys = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.key] : []));
    return { ok: true, added: keys, changed: decided.changed };
  } catch (error) {
    return failed({
      kind: 'bookFailed',
      reason: reasonOf(
        error,
        drafts.map(({ secret }) => secret),
      ),
    });
  }
}

/** The key as it stands now becomes what was planned; what else was done to it since stays. */
function plannedOf(keys: readonly ApiKey[], { existing, planned }: PlannedChange): ApiKey | undefined {
  const now = keys.find(({ id }) => id === existing.id);
  return now === undefined ? undefined : withChange(now, existing, withPlanned(existing, planned));
}

/** What another window did since the plan was made may be in its way: a key is gone, or has the secret already. */
function problemWith(
  keys: readonly ApiKey[],
  after: readonly ApiKey[],
  changes: readonly PlannedChange[],
): KeyringProblem | undefined {
  const gone = changes.find(({ existing }) => !keys.some(({ id }) => id === existing.id));
  if (gone !== undefined) return { kind: 'unknownKey', key: keyRef(gone.existing.provider, gone.existing.number) };
  const unchanged = keys.filter(({ id }) => !after.some((key) => key.id === id));
  const twin = unchanged.find((key) =>
    after.some(({ provider, fingerprint }) => provider === key.provider && fingerprint === key.fingerprint),
  );
  return twin === undefined ? undefined : { kind: 'duplicate', of: twin };
}

function refusalProblem(refused: Extract<AddOutcome, { ok: false }>): KeyringProblem {
  switch (refused.reason) {
    case 'away':
      return { kind: 'bookAway' };
    case 'sameSecret':
      return { kind: 'duplicate', of: refused.clash };
    case 'numberTaken':
      return { kind: 'numberTaken', by: refused.clash };
    default:
      return refused satisfies never;
  }
}

const failed = (problem: KeyringProblem): ImportResult => ({ ok: false, problem });

function draftOf(
  planned: PlannedKey,
  origins: readonly string[],
  priorities: NextPriority,
  ports: ImportRunPorts,
): KeyDraft {
  return {
    id: newKeyId(ports.random),
    provider: planned.provider,
    label: planned.label ?? '',
    priority: priorities.take(planned.provider, planned.priority),
    limits: planned.limits ?? {},
    enabled: planned.enabled ?? true,
    origins,
    fingerprint: planned.fingerprint,
    addedAtMs: ports.clock.now(),
    ...(planned.maxConcurrent === undefined ? {} : { maxConcurrent: planned.maxConcurrent }),
    ...(planned.pool === undefined ? {} : { pool: planned.pool }),
    ...(areSameLimits(planned.poolLimits) ? {} : { poolLimits: planned.poolLimits }),
    ...(planned.number === undefined ? {} : { number: planned.number }),
  };
}

/** The priority after the last one of its provider, for each key that names none. */
class NextPriority {
  readonly #last = new Map<string, number>();

  constructor(keys: readonly ApiKey[]) {
    for (const key of keys) this.#note(key.provider, key.priority);
  }

  take(provider: string, wanted?: number): number {
    const priority = wanted ?? (this.#last.get(provider) ?? 0) + 1;
    this.#note(provider, priority);
    return priority;
  }

  #note(provider: string, priority: number): void {
    this.#last.set(provider, Math.max(priority, this.#last.get(provider) ?? 0));
  }
}
