import type { DayRequest } from './dayRequest.ts';
import type { Fleet } from './fleet.ts';
import type { ProviderId } from './fleetPlan.ts';
import type { VirtualTime } from './virtualTime.ts';
import type { Workload } from './workloads.ts';

/** What became of one request: who answered, or that nobody did. */
export type Outcome = { readonly answeredBy: ProviderId } | 'gaveUp';

export type World = { readonly time: VirtualTime; readonly fleet: Fleet; readonly workload: Workload };

/** Somebody who spreads the day's requests over the keys. */
export type Contestant = {
  ask(request: DayRequest): Promise<Outcome>;
  /** Default: promises alone. */
  readonly settled?: () => Promise<void>;
  readonly stop?: () => Promise<void> | void;
};

export type ContestantEntry = {
  readonly id: string;
  readonly name: string;
  start(world: World): Promise<Contestant>;
};
