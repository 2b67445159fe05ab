import type { ApiKey } from '../keys/apiKey.ts';
import { withPoolLimits } from '../keys/poolLimits.ts';
import { lasts } from '../lasting.ts';
import type { FactValue } from './fact.ts';
import { forever } from './ledger.ts';
import { limitShapes, type LimitName, type Limits } from './limits.ts';

const byPlace = (a: ApiKey, b: ApiKey): number =>
  compareText(a.provider, b.provider) || a.priority - b.priority || a.number - b.number;

/** In the book's order. A copy may have brought keys that were not in their pools when those got their limits. */
export const inOrder = (keys: Iterable<ApiKey>): readonly ApiKey[] => withPoolLimits([...keys].toSorted(byPlace), []);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The numbers alone. */
export function limitsOf(learned: FactValue<'learned'>): Limits {
  const limits: { [Name in LimitName]?: number } = {};
  for (const { name } of limitShapes) {
    const value = learned[name]?.value;
    if (typeof value === 'number') limits[name] = value;
  }
  return limits;
}

export const credentialOf = (provider: string, fingerprint: string): string => `${provider}/${fingerprint}`;

export const mutableKey = (key: ApiKey): FactValue<'key'> => ({ ...key, origins: [...key.origins] });

export function put<Value>(map: Map<string, Value>, name: string, value: Value | null): void {
  if (value === null) map.delete(name);
  else map.set(name, value);
}

export function putList<Value>(map: Map<string, readonly Value[]>, name: string, list: readonly Value[]): void {
  if (list.length === 0) map.delete(name);
  else map.set(name, list);
}

/** Of a wait: from when it was set until it ends. */
export const stands = (
  { untilMs, lengthMs }: { readonly untilMs: number; readonly lengthMs: number },
  nowMs: number,
): boolean => untilMs === forever || lasts({ setAtMs: untilMs - lengthMs, untilMs }, nowMs);
