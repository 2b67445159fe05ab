import type { Clock, Random } from '../../core/ports.ts';
import type { Snapshot } from '../../core/quota/snapshot.ts';
import type { SqliteProblem } from './sqliteProblem.ts';
import type { Opened } from './writeChange.ts';

export type StoreOptions = {
  readonly clock: Clock;
  readonly random: Random;
  /** When the quota days and months that run at a moment began. */
  readonly periodStartsMs: (nowMs: number) => readonly number[];
  /** Called when the database failed, with what is known: answers another one, if there is any. */
  readonly onFailure: (problem: SqliteProblem, known: Snapshot) => Opened | undefined;
  /** The last known sums, until the first own snapshot. */
  readonly snapshot: () => Snapshot;
};
