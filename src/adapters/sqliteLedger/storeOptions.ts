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
  /** This host has SQLite: what cannot be opened now may be opened later. */
  readonly mayReturn: boolean;
  /** Called while there is no database, when somebody waits for it. */
  readonly onWanted: () => void;
  /** The last known sums, until the first own snapshot. */
  readonly snapshot: () => Snapshot;
};
