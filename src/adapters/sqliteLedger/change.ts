import type { Attempt } from '../../core/quota/attempt.ts';
import type { Charged } from '../../core/quota/bucketPlans.ts';
import type { Fact } from '../../core/quota/fact.ts';
import type { ReserveAsk } from '../../core/quota/ledger.ts';
import type { Route } from '../../core/routing/route.ts';
import type { StoredReservation } from './connection.ts';

/** A reservation of this window. `number` names it within the window. */
export type OwnReservation = {
  readonly number: number;
  readonly ask: ReserveAsk;
  readonly sent: boolean;
  readonly charged: readonly Charged[];
};

/** Its name among all that the state holds: others' begin with their window. */
export const placeOf = ({ number }: OwnReservation): string => `own/${number}`;

/** Where there was no database when something was decided, and it is decided again. */
export type Late = {
  /** Epoch milliseconds; when it was decided. */
  readonly atMs: number;
  /** The reservation that it settles had been written and charged before. */
  readonly charged: boolean;
};

/** Called inside the transaction, and again in a later one where there was no database. */
export type Decide<Answer> = (late?: Late) => Change<Answer>;

/** All that one transaction writes. Decided inside it, by what stands then. */
export type Change<Answer> = {
  readonly answer: Answer;
  readonly facts?: readonly Fact[];
  readonly reserve?: OwnReservation;
  /** The reservation, where there still is one, goes; the attempt comes. */
  readonly settle?: { readonly reservation?: OwnReservation; readonly attempt: Attempt };
  /** What a dead window held: freed, or settled at its estimate where it was sent. */
  readonly resolve?: readonly { readonly held: StoredReservation; readonly attempt: Attempt | undefined }[];
  readonly deadWindow?: number;
  /** The process that this window's sign of life names. */
  readonly beatOf?: number;
  readonly routes?: readonly Route[];
};
