import { limitShapes, type LimitName, type Limits, type Unit, type Window } from './limits.ts';

/** More than any provider gives: a slip of the finger, or a number that no longer counts exactly. */
const largest = 1e12;

/** What is wrong with a limit that the user or a file named. */
export type LimitProblem =
  | { readonly kind: 'notANumber' | 'notPositive' | 'tooLarge'; readonly limit: LimitName }
  /** Rounded down to `used`. */
  | { readonly kind: 'fraction'; readonly limit: LimitName; readonly used: number }
  /** The longer window allows less than the shorter: both hold, so the shorter one never fills. */
  | { readonly kind: 'contradicts'; readonly limit: LimitName; readonly by: LimitName };

/** The limit as it counts: a whole number from 1 on, or undefined where it is none. */
export function saneLimit(value: number | undefined): number | undefined {
  if (value === undefined || !Number.isFinite(value) || value < 1 || value > largest) return undefined;
  return Math.floor(value);
}

/** The limits that can be used of what was entered, and what was wrong with it. */
export function saneLimits(entered: Readonly<Partial<Record<LimitName, unknown>>>): {
  readonly limits: Limits;
  readonly problems: readonly LimitProblem[];
} {
  const limits: { [Name in LimitName]?: number } = {};
  const problems: LimitProblem[] = [];
  for (const { name } of limitShapes) {
    const value = entered[name];
    if (value === undefined) continue;
    const problem = problemOf(name, value);
    if (problem !== undefined) problems.push(problem);
    const sane = typeof value === 'number' ? saneLimit(value) : undefined;
    if (sane !== undefined) limits[name] = sane;
  }
  return { limits, problems: [...problems, ...contradictions(limits)] };
}

function problemOf(limit: LimitName, value: unknown): LimitProblem | undefined {
  if (typeof value !== 'number' || Number.isNaN(value)) return { kind: 'notANumber', limit };
  if (value < 1) return { kind: 'notPositive', limit };
  if (value > largest) return { kind: 'tooLarge', limit };
  return Number.isInteger(value) ? undefined : { kind: 'fraction', limit, used: Math.floor(value) };
}

function contradictions(limits: Limits): readonly LimitProblem[] {
  const problems: LimitProblem[] = [];
  for (const [place, shorter] of limitShapes.entries()) {
    for (const longer of limitShapes.slice(place + 1)) {
      if (longer.unit !== shorter.unit) continue;
      const [most, least] = [limits[longer.name], limits[shorter.name]];
      if (most === undefined || least === undefined || least <= most) continue;
      problems.push({ kind: 'contradicts', limit: shorter.name, by: longer.name });
    }
  }
  return problems;
}

/** Unit and window of each limit, found without a search. */
export const shapeOf: Readonly<Record<LimitName, { readonly unit: Unit; readonly window: Window }>> = {
  requestsPerSecond: { unit: 'requests', window: 'second' },
  tokensPerSecond: { unit: 'tokens', window: 'second' },
  requestsPerMinute: { unit: 'requests', window: 'minute' },
  tokensPerMinute: { unit: 'tokens', window: 'minute' },
  requestsPerDay: { unit: 'requests', window: 'day' },
  tokensPerDay: { unit: 'tokens', window: 'day' },
  requestsPerMonth: { unit: 'requests', window: 'month' },
  tokensPerMonth: { unit: 'tokens', window: 'month' },
};
