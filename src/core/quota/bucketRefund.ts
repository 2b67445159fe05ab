import type { Account } from '../keys/apiKey.ts';
import { unitOf, type Charge } from './bucketPlans.ts';
import type { Fact } from './fact.ts';
import type { FactBook, Levels } from './factBook.ts';
import { limitShapes } from './limits.ts';

/** Reservations whose requests were never sent: their charge goes out of every bucket that it went into. */
export function planRefund(book: FactBook, account: Account, model: string, charge: Charge): readonly Fact[] {
  return ['*', model].flatMap((scope): readonly Fact[] => {
    const levels = book.storedLevels(account, scope);
    const value: Levels = {};
    for (const { name } of limitShapes) {
      const stored = levels[name];
      if (stored === undefined) continue;
      value[name] = { ...stored, level: Math.max(0, stored.level - unitOf(charge, name)) };
    }
    return Object.keys(value).length === 0 ? [] : [{ kind: 'levels', subject: account, scope, name: '', value }];
  });
}
