import { accountOf, type Account, type ApiKey } from '../keys/apiKey.ts';
import { joinedLevels, sharedLevels } from './bucketPlans.ts';
import type { Fact } from './fact.ts';
import type { FactBook } from './factBook.ts';

/**
 * Where a key joins or leaves a pool, its use goes with it, and what held the account that it drew
 * on holds the one that it draws on now. `before`: the same key as it was, where there was one.
 */
export function accountFacts(book: FactBook, key: ApiKey, before?: ApiKey): readonly Fact[] {
  const { provider, fingerprint } = key;
  const own = before?.fingerprint === fingerprint ? accountOf(before) : accountOf({ provider, fingerprint });
  const was = book.accounts.known(fingerprint) ?? own;
  const now = accountOf(key);
  if (was === now) return [];
  const drawsOn: Fact = { kind: 'drawsOn', subject: fingerprint, scope: '', name: '', value: now };
  return [drawsOn, ...book.ofSubject(was).flatMap((each) => carriedOver(book, each, now))];
}

/**
 * Several keys may bring the same wait to one pool: the longest holds. Levels of buckets join what is there,
 * and so do learned limits of other names.
 */
export function together(book: FactBook, facts: readonly Fact[]): readonly Fact[] {
  const merged = new Map<string, Fact>();
  for (const each of facts) {
    const id = `${each.kind}\n${each.subject}\n${each.scope}\n${each.name}`;
    const before = merged.get(id);
    if (each.kind === 'levels' && each.value !== null && each.subject.startsWith('pool:')) {
      const there = before?.kind === 'levels' ? before.value : book.storedLevels(each.subject, each.scope);
      merged.set(id, { ...each, value: joinedLevels(there ?? {}, each.value) });
    } else if (each.kind === 'learned' && before?.kind === 'learned') {
      merged.set(id, { ...each, value: { ...each.value, ...before.value } });
    } else if (before === undefined || endOf(each) >= endOf(before)) merged.set(id, each);
  }
  return [...merged.values()];
}

const endOf = ({ value }: Fact): number =>
  typeof value === 'object' && value !== null && 'untilMs' in value ? value.untilMs : 0;

/** What was used outside is not: a provider's count of one key has the use of the others in it. */
function carriedOver(book: FactBook, each: Fact, now: Account): readonly Fact[] {
  switch (each.kind) {
    case 'block': {
      const there = book.storedBlocks(now).find(({ scope, limit }) => scope === each.scope && limit === each.name);
      const lasts = each.value !== null && each.value.untilMs > (there?.untilMs ?? 0);
      // A pool's other keys stay held. On its own account nobody draws now, and what ends in the pool ends.
      const gone: readonly Fact[] = each.subject.startsWith('pool:') ? [] : [{ ...each, value: null }];
      return lasts ? [...gone, { ...each, subject: now }] : gone;
    }
    case 'learned':
      return [{ ...each, subject: now, value: { ...each.value, ...book.storedLearned(now, each.scope) } }];
    case 'concurrency':
      return book.concurrency(now) === undefined ? [{ ...each, subject: now }] : [];
    case 'levels': {
      if (each.value === null) return [];
      const value = each.subject.startsWith('pool:') ? sharedLevels(each.value) : each.value;
      return [{ ...each, subject: now, value }];
    }
    case 'modelOut':
      return book.storedModelsOut(now).some(({ model }) => model === each.scope) ? [] : [{ ...each, subject: now }];
    default:
      return [];
  }
}
