import type { Demotion } from '../health/demotion.ts';
import type { FactBook } from './factBook.ts';
import type { Plan } from './factPlans.ts';

export type DemotionChange = (demotion: Demotion | undefined) => Demotion | undefined;

export function planDemotion(book: FactBook, provider: string, change: DemotionChange): Plan<void> {
  const before = book.demotion(provider);
  const value = change(before);
  if (value === before) return { facts: [], answer: undefined };
  return {
    facts: [{ kind: 'demotion', subject: provider, scope: '', name: '', value: value ?? null }],
    answer: undefined,
  };
}
