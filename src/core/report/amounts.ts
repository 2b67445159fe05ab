import type { Unit } from '../quota/limits.ts';

/** "14,400". */
export const amount = (count: number): string =>
  Math.round(count)
    .toString()
    .replace(/\B(?=(?:\d{3})+$)/g, ',');

const steps = [
  { size: 1_000_000_000, letter: 'B' },
  { size: 1_000_000, letter: 'M' },
  { size: 1_000, letter: 'K' },
] as const;

/** "11.5K", "14.4K", "1.2M", "600". One decimal, left out when it is 0. */
export function compactAmount(count: number): string {
  // 50 below a step would round up to "1000K", so such a count already belongs to the next step.
  const step = steps.find(({ size }) => count >= size * 0.99995);
  if (step === undefined || count < 999.5) return Math.round(count).toString();
  return `${Math.round((count / step.size) * 10) / 10}${step.letter}`;
}

/** "11.5K/14.4K" for tokens, "600/1500" for requests below 10,000. */
export function usedOfLimit(used: number, limit: number, unit: Unit): string {
  const show = unit === 'requests' && limit < 10_000 ? (count: number) => Math.round(count).toString() : compactAmount;
  return `${show(used)}/${show(limit)}`;
}

/** The nearest integer, but never 100 before the limit is reached (spec section 5). */
export const wholePercent = (percentage: number): number =>
  percentage >= 100 ? 100 : Math.min(99, Math.max(0, Math.round(percentage)));
