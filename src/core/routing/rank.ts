import { isQuarantined } from '../health/healthRules.ts';
import { providerHealth } from '../health/providerHealth.ts';
import type { Candidate, Lane } from './candidate.ts';
import type { Obstacle } from './obstacle.ts';
import { obstacleOf, type Snapshot } from './obstacleOf.ts';

export type Strategy = 'priority' | 'balanced' | 'fastest';

/** Why the one that was taken was taken. */
export type Why =
  | 'sameKey'
  | 'sameConversation'
  | 'first'
  | 'probe'
  | 'mostLeft'
  | 'fastest'
  | 'lastResort'
  | 'secondChance'
  | 'smallerCap';

export type Preference = {
  readonly strategy: Strategy;
  /** This request tries a key with a low score at its usual place (chance 20 %). */
  readonly probe: boolean;
  /** The key, or key and model, that goes first while it is eligible. */
  readonly same?: { readonly keyId: string; readonly model?: string };
  readonly sameBecause?: 'sameKey' | 'sameConversation';
  /** Share of the tightest quota that is left, 0 to 1. */
  readonly shareLeft: (candidate: Candidate) => number;
};

export type PassedBy = { readonly candidate: Candidate; readonly obstacle: Obstacle };

export type Choice = {
  readonly taken: { readonly candidate: Candidate; readonly cap: number; readonly why: Why } | undefined;
  /** All that were looked at and could not be taken, in order. */
  readonly passedBy: readonly PassedBy[];
};

/** A score below this comes last (spec section 4). */
const weakScore = 20;
/** A provider this far below the next one in health falls behind it. */
const healthGap = 30;

/** Which candidate is next. A pure function of the snapshot: the same facts give the same choice. */
export function choose(lanes: readonly Lane[], snapshot: Snapshot, preference: Preference): Choice {
  const passedBy: PassedBy[] = [];
  const preferred = preferredOf(lanes, snapshot, preference);
  if (preferred !== undefined) return { taken: preferred, passedBy };
  const ordered = orderLanes(lanes, snapshot);
  const taken =
    preference.strategy === 'priority'
      ? firstEligible(ordered, snapshot, preference, passedBy)
      : bestEligible(ordered, snapshot, preference, passedBy);
  return { taken: taken ?? withSmallerCap(passedBy, snapshot), passedBy };
}

type Taken = NonNullable<Choice['taken']>;

const take = (candidate: Candidate, snapshot: Snapshot, why: Why): Taken => ({
  candidate,
  cap: snapshot.size(candidate).cap,
  why,
});

function preferredOf(lanes: readonly Lane[], snapshot: Snapshot, preference: Preference): Taken | undefined {
  const { same, sameBecause } = preference;
  if (same === undefined) return undefined;
  for (const { candidates } of lanes) {
    for (const candidate of candidates) {
      if (candidate.key.id !== same.keyId || candidate.model.id !== (same.model ?? candidate.model.id)) continue;
      if (obstacleOf(candidate, snapshot) === undefined) return take(candidate, snapshot, sameBecause ?? 'sameKey');
    }
  }
  return undefined;
}

/**
 * The user's order, sick providers behind the next healthier one, those with an outage at the end.
 * Providers without an active key have nobody to ask and keep out of the others' way.
 */
export function orderLanes(lanes: readonly Lane[], snapshot: Snapshot): readonly Lane[] {
  if (lanes.length < 2) return lanes;
  const rows = lanes.map((lane) => ({ lane, health: laneHealth(lane, snapshot) }));
  // Health 0 is also that of keys which are half-open: those stand in the order like others.
  const isIdle = ({ lane, health }: (typeof rows)[number]): boolean => health === 0 && !hasActive(lane, snapshot);
  const idle = rows.filter(isIdle);
  const active = rows.filter((row) => !isIdle(row));
  for (let moved = true; moved;) {
    moved = false;
    for (let place = 0; place + 1 < active.length; place += 1) {
      const [row, next] = [active[place], active[place + 1]];
      if (row === undefined || next === undefined || row.health + healthGap > next.health) continue;
      active[place] = next;
      active[place + 1] = row;
      moved = true;
    }
  }
  const isOut = ({ lane }: { lane: Lane }): boolean => snapshot.tried.isOut(lane.provider.id);
  return [...idle, ...active.filter((row) => !isOut(row)), ...active.filter(isOut)].map(({ lane }) => lane);
}

function laneHealth({ keys }: Lane, snapshot: Snapshot): number {
  return providerHealth(keys, (key) => snapshot.ledger.health(key.fingerprint), snapshot.nowMs);
}

const hasActive = ({ keys }: Lane, { ledger, nowMs }: Snapshot): boolean =>
  keys.some((key) => key.enabled && !isQuarantined(ledger.health(key.fingerprint), nowMs));

function firstEligible(
  lanes: readonly Lane[],
  snapshot: Snapshot,
  { probe }: Preference,
  passedBy: PassedBy[],
): Taken | undefined {
  let weak: Candidate | undefined;
  for (const { provider, candidates } of lanes) {
    // What is left of a provider with an outage comes after everyone else, weak ones too.
    if (weak !== undefined && snapshot.tried.isOut(provider.id)) break;
    for (const candidate of candidates) {
      const obstacle = obstacleOf(candidate, snapshot);
      if (obstacle !== undefined) passedBy.push({ candidate, obstacle });
      else if (!isWeak(candidate, snapshot)) return take(candidate, snapshot, 'first');
      else if (probe) return take(candidate, snapshot, 'probe');
      else weak ??= candidate;
    }
  }
  return weak === undefined ? undefined : take(weak, snapshot, 'lastResort');
}

function bestEligible(
  lanes: readonly Lane[],
  snapshot: Snapshot,
  preference: Preference,
  passedBy: PassedBy[],
): Taken | undefined {
  const costOf = (candidate: Candidate): number =>
    preference.strategy === 'balanced'
      ? -preference.shareLeft(candidate)
      : (snapshot.ledger.medianLatencyMs(candidate.key.fingerprint, candidate.model.id) ?? 0);
  let best: { candidate: Candidate; rank: number; cost: number; weak: boolean } | undefined;
  for (const { candidates, provider } of lanes) {
    for (const candidate of candidates) {
      const obstacle = obstacleOf(candidate, snapshot);
      if (obstacle !== undefined) {
        passedBy.push({ candidate, obstacle });
        continue;
      }
      const weak = isWeak(candidate, snapshot);
      const rank = (snapshot.tried.isOut(provider.id) ? 2 : 0) + (weak && !preference.probe ? 1 : 0);
      const cost = costOf(candidate);
      if (best === undefined || rank < best.rank || (rank === best.rank && cost < best.cost)) {
        best = { candidate, rank, cost, weak };
      }
    }
  }
  if (best === undefined) return undefined;
  if (best.weak) return take(best.candidate, snapshot, preference.probe ? 'probe' : 'lastResort');
  return take(best.candidate, snapshot, preference.strategy === 'balanced' ? 'mostLeft' : 'fastest');
}

/** Nobody has room for the whole cap: the first who has room for a shorter answer gives that. */
function withSmallerCap(passedBy: readonly PassedBy[], snapshot: Snapshot): Taken | undefined {
  let weak: Taken | undefined;
  for (const { candidate, obstacle } of passedBy) {
    if (obstacle.fittingCap === undefined) continue;
    const taken = { candidate, cap: obstacle.fittingCap, why: 'smallerCap' } as const;
    if (!isWeak(candidate, snapshot)) return taken;
    weak ??= taken;
  }
  return weak;
}

const isWeak = ({ key }: Candidate, { ledger }: Snapshot): boolean => ledger.health(key.fingerprint).score < weakScore;
