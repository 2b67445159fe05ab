import type { Account, ApiKey } from '../keys/apiKey.ts';
import type { AddOutcome, BookChanged, BookUpdated, ChangeKeys, KeyDraft } from '../keys/keyBook.ts';
import { withPoolLimits } from '../keys/poolLimits.ts';
import type { Health } from '../health/health.ts';
import { accountFacts, together } from './accountChange.ts';
import type { Credential } from './accountNames.ts';
import type { Fact, FactValue } from './fact.ts';
import type { FactBook } from './factBook.ts';
import type { Block, Count, ModelOut, Scope, Subject } from './ledger.ts';
import type { LimitName } from './limits.ts';
import { poolJoinOf, type PoolJoin } from './poolJoin.ts';
import { nextRatio, type PromptCount } from './promptRatio.ts';

/**
 * What a wish changes, given what stands: pure, so that every adapter decides alike, each inside
 * its own transaction.
 */
export type Plan<Answer> = { readonly facts: readonly Fact[]; readonly answer: Answer };

const plain = { scope: '', name: '' } as const;

export function planHealth(book: FactBook, fingerprint: string, change: (health: Health) => Health): Plan<Health> {
  const before = book.health(fingerprint);
  const answer = change(before);
  return { facts: answer === before ? [] : [healthFact(fingerprint, answer)], answer };
}

export const healthFact = (subject: string, value: Health): Fact => ({ kind: 'health', subject, ...plain, value });

/** A longer wait of the same subject, scope and limit stays. */
export function planBlock(book: FactBook, subject: Subject, block: Block, nowMs: number): Plan<void> {
  const { scope, limit, ...lasting } = block;
  const { untilMs } = lasting;
  const before = book.blocks(subject, nowMs).find((each) => each.scope === scope && each.limit === limit);
  if (before !== undefined && before.untilMs >= untilMs) return { facts: [], answer: undefined };
  const value = { ...lasting, lengthMs: Math.max(0, untilMs - nowMs) };
  return { facts: [{ kind: 'block', subject, scope, name: limit, value }], answer: undefined };
}

export function planUnblock(book: FactBook, subject: Subject, kept?: Block['limit']): Plan<void> {
  const ended = book.storedBlocks(subject).filter(({ limit }) => limit !== kept);
  const waits = ended.map(({ scope, limit }): Fact => ({ kind: 'block', subject, scope, name: limit, value: null }));
  const uses = book.ofSubject(subject).filter((each) => {
    return each.kind === 'outside' && ended.some(({ scope, limit }) => scope === each.scope && limit === each.name);
  });
  return { facts: [...waits, ...uses.map((each): Fact => ({ ...each, value: null }))], answer: undefined };
}

export function planPromptRatio(book: FactBook, count: PromptCount): Plan<void> {
  const { provider, model, nowMs } = count;
  const ratio = nextRatio(book.promptRatio(provider, model)?.ratio ?? 1, count);
  if (ratio === undefined) return { facts: [], answer: undefined };
  const value = { ratio, atMs: nowMs };
  return { facts: [{ kind: 'promptRatio', subject: provider, scope: model, name: '', value }], answer: undefined };
}

export type OutsideNote = {
  readonly account: Account;
  readonly scope: Scope;
  readonly limit: LimitName;
  readonly usedAtLeast: number;
  readonly sinceMs: number;
  readonly untilMs: number;
};

/**
 * `counted` is the ledger's own. What is held the provider may have counted or not, so an amount that
 * fits both stays; else the last reply counts, and one that shows more left raises it again.
 */
export function planOutside(book: FactBook, note: OutsideNote, counted: Count): Plan<void> {
  const { account, scope, limit, usedAtLeast, sinceMs, untilMs } = note;
  if (!Number.isFinite(usedAtLeast)) throw new RangeError(`A use of ${usedAtLeast} cannot be noted`);
  const most = Math.max(0, Math.ceil(usedAtLeast) - counted.used);
  const least = Math.max(0, most - counted.held);
  const before = book.storedOutside(account, scope, limit);
  const lasts = limit.endsWith('Day') || limit.endsWith('Month');
  const isSame = before !== undefined && lasts && before.sinceMs <= sinceMs && before.untilMs > sinceMs;
  const same = isSame ? before : undefined;
  const amount = same === undefined ? least : Math.min(most, Math.max(least, same.amount));
  if (same === undefined ? amount === 0 && before === undefined : amount === same.amount && untilMs <= same.untilMs) {
    return { facts: [], answer: undefined };
  }
  const value = { amount, sinceMs, untilMs: Math.max(untilMs, same?.untilMs ?? 0) };
  return { facts: [{ kind: 'outside', subject: account, scope, name: limit, value }], answer: undefined };
}

export function planModelOut(subject: Subject, { model, ...value }: ModelOut): Plan<void> {
  return { facts: [{ kind: 'modelOut', subject, scope: model, name: '', value }], answer: undefined };
}

export function planModelsBack(book: FactBook, subject: Subject, listed?: readonly string[]): Plan<void> {
  const isBack = ({ model }: ModelOut): boolean =>
    listed === undefined || listed.includes(model) || listed.includes(model.replace(/:[a-z-]+$/, ''));
  const facts = book
    .storedModelsOut(subject)
    .filter(isBack)
    .map(({ model }): Fact => ({ kind: 'modelOut', subject, scope: model, name: '', value: null }));
  return { facts, answer: undefined };
}

export function planMark(book: FactBook, name: string, untilMs: number, nowMs: number): Plan<boolean> {
  if (book.isMarked(name, nowMs)) return { facts: [], answer: false };
  return { facts: [{ kind: 'mark', subject: name, ...plain, value: { untilMs, setAtMs: nowMs } }], answer: true };
}

export function planUnmark(book: FactBook, name: string): Plan<void> {
  const known = book.storedMark(name) !== undefined;
  return { facts: known ? [{ kind: 'mark', subject: name, ...plain, value: null }] : [], answer: undefined };
}

/** Answers which keys become one pool by it. */
export function planAccountName(book: FactBook, credential: Credential, value: string): Plan<PoolJoin | undefined> {
  const { provider, fingerprint } = credential;
  const noted: Fact = { kind: 'accountName', subject: fingerprint, scope: provider, name: '', value };
  const isNoted = (key: Credential): boolean => key.provider === provider && key.fingerprint === fingerprint;
  const accountName = (key: Credential) => (isNoted(key) ? value : book.accountName(key));
  const answer = poolJoinOf(book.keys(), { accountName }, { provider, accountName: value });
  const joined = answer?.joining.map((key): ApiKey => ({ ...key, pool: answer.pool })) ?? [];
  const known = book.accountName(credential) === value;
  return { facts: [...(known ? [] : [noted]), ...changedKeys(book, joined)], answer };
}

/** `change` first: the secret that a key gives up may be the one of a key that is added. */
export function planAddKeys(
  book: FactBook,
  drafts: readonly KeyDraft[],
  change: ChangeKeys = () => [],
): Plan<readonly AddOutcome[]> {
  const changed = change(book.keys());
  if (changed === undefined) return { facts: [], answer: [] };
  assertSameKeys(book, changed);
  const present = book.keys().map((key) => changed.find(({ id }) => id === key.id) ?? key);
  const last = new Map<string, number>();
  const facts: Fact[] = [];
  const carried: Fact[] = changed.flatMap((key) => accountFacts(book, key, book.key(key.id)));
  const answer = drafts.map((draft): AddOutcome => {
    const own = present.filter(({ provider }) => provider === draft.provider);
    const sameSecret = own.find(({ fingerprint }) => fingerprint === draft.fingerprint);
    if (sameSecret !== undefined) return { ok: false, reason: 'sameSecret', clash: sameSecret };
    const taken = own.find(({ number }) => number === draft.number);
    if (taken !== undefined) return { ok: false, reason: 'numberTaken', clash: taken };
    const highest = last.get(draft.provider) ?? book.lastNumber(draft.provider);
    const key: ApiKey = { ...draft, number: draft.number ?? highest + 1 };
    last.set(key.provider, Math.max(highest, key.number));
    present.push(key);
    facts.push(...ownedFacts(book, [key.id]));
    carried.push(...accountFacts(book, key));
    return { ok: true, key };
  });
  if (answer.some(({ ok }) => !ok)) return { facts: [], answer };
  for (const [subject, value] of last) facts.push({ kind: 'lastNumber', subject, ...plain, value });
  const written = withPoolLimits(present, book.keys()).filter((key) => key !== book.key(key.id));
  const added = answer.map((each) => (each.ok ? { ...each, key: oneOf(written, each.key) } : each));
  return { facts: [...written.map(keyFact), ...facts, ...together(book, carried)], answer: added };
}

/** As the plan writes it. */
const oneOf = (written: readonly ApiKey[], key: ApiKey): ApiKey => written.find(({ id }) => id === key.id) ?? key;

export function planUpdateKeys(book: FactBook, decide: ChangeKeys): Plan<BookUpdated> {
  const facts = changedKeys(book, decide(book.keys()) ?? []);
  const changed = facts.flatMap(({ kind, value }) => (kind === 'key' && value !== null ? value : []));
  return { facts, answer: { ok: true, changed } };
}

function changedKeys(book: FactBook, keys: readonly ApiKey[]): readonly Fact[] {
  return planAddKeys(book, [], () => keys).facts;
}

function assertSameKeys(book: FactBook, changed: readonly ApiKey[]): void {
  for (const key of changed) {
    const before = book.key(key.id);
    if (before === undefined) throw new Error(`No key has the id ${key.id}`);
    if (before.provider !== key.provider || before.number !== key.number) {
      throw new Error(`${before.provider}/${before.number} cannot become ${key.provider}/${key.number}`);
    }
  }
}

export function planRemoveKeys(book: FactBook, ids: readonly string[]): Plan<BookChanged> {
  const known = ids.filter((id) => book.key(id) !== undefined);
  const gone = known.map((subject): Fact => ({ kind: 'key', subject, ...plain, value: null }));
  return { facts: [...gone, ...known.map((id) => unownedFact(id, { sinceMs: 0 }))], answer: { ok: true } };
}

export function planExpectSecrets(ids: readonly string[], nowMs: number): Plan<BookChanged> {
  return { facts: ids.map((id) => unownedFact(id, { sinceMs: nowMs })), answer: { ok: true } };
}

export function planForgetSecrets(book: FactBook, ids: readonly string[]): Plan<void> {
  return { facts: ownedFacts(book, ids), answer: undefined };
}

const ownedFacts = (book: FactBook, ids: readonly string[]): readonly Fact[] =>
  ids.filter((id) => book.unownedSecrets().has(id)).map((id) => unownedFact(id, null));

const unownedFact = (subject: string, value: FactValue<'unownedSecret'> | null): Fact => ({
  kind: 'unownedSecret',
  subject,
  ...plain,
  value,
});

const keyFact = (key: ApiKey): Fact => ({
  kind: 'key',
  subject: key.id,
  ...plain,
  value: { ...key, origins: [...key.origins] },
});
