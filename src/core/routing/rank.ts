import type { Candidate, Lane } from './candidate.ts';
import { orderLanes, type LaneOrder } from './laneOrder.ts';
import type { Obstacle } from './obstacle.ts';
import { obstacleOf, type Snapshot } from './obstacleOf.ts';
import type { Scarcity } from './scarcity.ts';

export type Strategy = 'priority' | 'balanced' | 'fastest';

/** Why the one that was taken was taken. */
export type Why =
  | 'sameKey'
  | 'sameConversation'
  | 'first'
  | 'probe'
  | 'keyTrial'
  | 'providerTrial'
  | 'lostFirst'
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
  /** Set while the free quota does not last: puts what would be lost first at the front. */
  readonly scarcity?: Pick<Scarcity, 'order' | 'lossOf'>;
};

export type PassedBy = { readonly candidate: Candidate; readonly obstacle: Obstacle };

export type Choice = {
  readonly taken: { readonly candidate: Candidate; readonly cap: number; readonly why: Why } | undefined;
  /** All that were looked at and could not be taken, in order. */
  readonly passedBy: readonly PassedBy[];
  /** Providers that stand behind their usual place, as `LaneOrder` has them. */
  readonly behind: LaneOrder['behind'];
};

/** A score below this comes last (spec section 4). */
const weakScore = 20;

/** Which candidate is next. A pure function of the snapshot: the same facts give the same choice. */
export function choose(lanes: readonly Lane[], snapshot: Snapshot, preference: Preference): Choice {
  const passedBy: PassedBy[] = [];
  const preferred = preferredOf(lanes, snapshot, preference);
  if (preferred !== undefined) return { taken: preferred, passedBy, behind: new Map() };
  const order = orderLanes(lanes, snapshot);
  const taken =
    preference.strategy === 'priority'
      ? firstEligible(scarceOrder(order, snapshot, preference), snapshot, preference, passedBy)
      : bestEligible(order, snapshot, preference, passedBy);
  return { taken: taken ?? withSmallerCap(passedBy, snapshot), passedBy, behind: order.behind };
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

const scarceOrder = (order: LaneOrder, { tried }: Snapshot, { scarcity }: Preference): LaneOrder =>
  scarcity === undefined ? order : scarcity.order(order, (provider) => tried.isOut(provider));

function firstEligible(
  { lanes, onTrial }: LaneOrder,
  snapshot: Snapshot,
  { probe, scarcity }: Preference,
  passedBy: PassedBy[],
): Taken | undefined {
  const whyOf = (candidate: Candidate): Why =>
    scarcity !== undefined && scarcity.lossOf(candidate).rank < 2 ? 'lostFirst' : 'first';
  let weak: Candidate | undefined;
  for (const { provider, candidates } of lanes) {
    // What is left of a provider with an outage comes after everyone else, weak ones too.
    if (weak !== undefined && snapshot.tried.isOut(provider.id)) break;
    const isOnTrial = onTrial.has(provider.id);
    let weakHere: Candidate | undefined;
    for (const candidate of candidates) {
      const obstacle = obstacleOf(candidate, snapshot);
      if (obstacle !== undefined) {
        passedBy.push({ candidate, obstacle });
        continue;
      }
      const why = whyAtItsPlace(candidate, snapshot, probe && !isOnTrial);
      if (isOnTrial && why !== undefined) return take(candidate, snapshot, 'providerTrial');
      if (why !== undefined) return take(candidate, snapshot, why === 'first' ? whyOf(candidate) : why);
      weakHere ??= candidate;
    }
    if (isOnTrial && weakHere !== undefined) return take(weakHere, snapshot, 'providerTrial');
    weak ??= weakHere;
  }
  return weak === undefined ? undefined : take(weak, snapshot, 'lastResort');
}

function bestEligible(
  { lanes, onTrial }: LaneOrder,
  snapshot: Snapshot,
  preference: Preference,
  passedBy: PassedBy[],
): Taken | undefined {
  const costOf = (candidate: Candidate): number =>
    preference.strategy === 'balanced'
      ? -preference.shareLeft(candidate)
      : (snapshot.ledger.medianLatencyMs(candidate.key.fingerprint, candidate.model.id) ?? 0);
  let best: { candidate: Candidate; rank: number; cost: number; why: Why | undefined } | undefined;
  for (const { candidates, provider } of lanes) {
    for (const candidate of candidates) {
      const obstacle = obstacleOf(candidate, snapshot);
      if (obstacle !== undefined) {
        passedBy.push({ candidate, obstacle });
        continue;
      }
      const why = whyAtItsPlace(candidate, snapshot, preference.probe);
      const rank = (snapshot.tried.isOut(provider.id) ? 2 : 0) + (why === undefined ? 1 : 0);
      const cost = costOf(candidate);
      if (best === undefined || rank < best.rank || (rank === best.rank && cost < best.cost)) {
        best = { candidate, rank, cost, why };
      }
    }
  }
  if (best === undefined) return undefined;
  if (onTrial.has(best.candidate.provider.id)) return take(best.candidate, snapshot, 'providerTrial');
  if (best.why !== 'first') return take(best.candidate, snapshot, best.why ?? 'lastResort');
  return take(best.candidate, snapshot, preference.strategy === 'balanced' ? 'mostLeft' : 'fastest');
}

/** Undefined: it comes last, behind all that are well. */
function whyAtItsPlace(
  candidate: Candidate,
  snapshot: Snapshot,
  probe: boolean,
): 'first' | 'probe' | 'keyTrial' | undefined {
  if (!isWeak(candidate, snapshot)) return 'first';
  const isOnTrial = snapshot.ledger.health(candidate.key.fingerprint).quarantine !== undefined;
  if (isOnTrial) return snapshot.tried.hasKeyTrialFailed ? undefined : 'keyTrial';
  return probe ? 'probe' : undefined;
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
