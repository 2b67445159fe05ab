import type { Fact, FactKind } from './fact.ts';
import type { FactBook } from './factBook.ts';
import type { Plan } from './factPlans.ts';
import type { Subject } from './ledger.ts';

const learnedKinds: ReadonlySet<FactKind> = new Set([
  'learned',
  'concurrency',
  'outside',
  'modelOut',
  'promptRatio',
] as const);

/**
 * Drops what replies have taught of these accounts and providers: limits, requests at once, use
 * elsewhere, models that are out, and how prompts are counted. What was used and how they fare stays.
 */
export function planForgetLearned(book: FactBook, subjects: readonly Subject[] | 'all'): Plan<void> {
  const wanted = subjects === 'all' ? undefined : new Set<string>(subjects);
  const isWanted = (fact: Fact): boolean =>
    wanted === undefined || wanted.has(fact.kind === 'promptRatio' ? `provider:${fact.subject}` : fact.subject);
  const known = [...book.facts()].filter((fact) => learnedKinds.has(fact.kind) && isWanted(fact));
  return { facts: known.map((fact): Fact => ({ ...fact, value: null })), answer: undefined };
}
