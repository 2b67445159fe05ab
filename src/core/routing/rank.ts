import type { Served } from './affinity.ts';
import type { Candidate, Lane } from './candidate.ts';
import { orderLanes, type LaneOrder } from './laneOrder.ts';
import type { Obstacle } from './obstacle.ts';
import { ifWaitedFor, obstacleOf, type Snapshot } from './obstacleOf.ts';
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
  | 'afterTimeout'
  | 'lastResort'
  | 'secondChance'
  | 'smallerCap';

export type Preference = {
  readonly strategy: Strategy;
  /** This request tries a key with a low score at its usual place (chance 20 %). */
  readonly probe: boolean;
  /** The key, or key and model, that this request goes on with while it is eligible. */
  readonly same?: { readonly keyId: string; readonly model?: string };
  /** What served this conversation: goes before others that are otherwise equal. */
  readonly sameConversation?: Served;
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
  const { behind } = order;
  const eligible =
    preference.strategy === 'priority'
      ? firstEligible(scarceOrder(order, snapshot, preference), snapshot, preference, passedBy)
      : bestEligible(order, snapshot, preference, passedBy);
  const taken = inConversation(eligible, lanes, snapshot, preference) ?? withSmallerCap(passedBy, snapshot);
  if (taken !== undefined) return { taken, passedBy, behind };
  const rows = passedBy.map(({ candidate, obstacle }) => ({
    candidate,
    obstacle: ifWaitedFor(candidate, obstacle, snapshot),
  }));
  return { taken, passedBy: rows, behind };
}

type Taken = NonNullable<Choice['taken']>;

const take = (candidate: Candidate, snapshot: Snapshot, why: Why): Taken => ({
  candidate,
  cap: snapshot.size(candidate).cap,
  why,
});

function preferredOf(lanes: readonly Lane[], snapshot: Snapshot, preference: Preference): Taken | undefined {
  const { same } = preference;
  if (same === undefined) return undefined;
  for (const { candidates } of lanes) {
    for (const candidate of candidates) {
      if (candidate.key.id !== same.keyId || candidate.model.id !== (same.model ?? candidate.model.id)) continue;
      if (obstacleOf(candidate, snapshot) === undefined) return take(candidate, snapshot, 'sameKey');
    }
  }
  return undefined;
}

/** What a request is to find out goes before the prompt that a provider may have kept. */
const atUsualPlace: ReadonlySet<Why> = new Set(['first', 'lostFirst', 'mostLeft', 'fastest']);

/** The key that served this conversation, where it differs from the one whose turn it is in nothing but that. */
function inConversation(
  taken: Taken | undefined,
  lanes: readonly Lane[],
  snapshot: Snapshot,
  { sameConversation: same }: Preference,
): Taken | undefined {
  if (taken === undefined || same === undefined || !atUsualPlace.has(taken.why)) return taken;
  const { provider, model } = taken.candidate;
  if (model.id !== same.model) return taken;
  const candidate = lanes
    .find((lane) => lane.provider.id === provider.id)
    ?.candidates.find((each) => each.key.id === same.keyId && each.model.id === same.model);
  if (candidate === undefined || obstacleOf(candidate, snapshot) !== undefined) return taken;
  return standingOf(candidate, snapshot, false) === usual ? take(candidate, snapshot, 'sameConversation') : taken;
}

const scarceOrder = (order: LaneOrder, { tried }: Snapshot, { scarcity }: Preference): LaneOrder =>
  scarcity === undefined ? order : scarcity.order(order, (provider) => tried.isOut(provider));

/** Where a candidate that can be asked stands: 0 at its usual place, 1 behind those, 2 last. */
type Standing =
  | { readonly tier: 0; readonly why: 'first' | 'probe' | 'keyTrial' }
  | { readonly tier: 1; readonly why: 'afterTimeout' }
  | { readonly tier: 2; readonly why: 'lastResort' };

const usual: Standing = { tier: 0, why: 'first' };
const probed: Standing = { tier: 0, why: 'probe' };
const onKeyTrial: Standing = { tier: 0, why: 'keyTrial' };
const behindOthers: Standing = { tier: 1, why: 'afterTimeout' };
const last: Standing = { tier: 2, why: 'lastResort' };

function standingOf(candidate: Candidate, { ledger, tried, timedOut }: Snapshot, probe: boolean): Standing {
  const { score, quarantine } = ledger.health(candidate.key.fingerprint);
  const isLate = timedOut(candidate);
  if (score >= weakScore) return isLate ? behindOthers : usual;
  if (isLate) return last;
  if (quarantine !== undefined) return tried.hasKeyTrialFailed ? last : onKeyTrial;
  return probe ? probed : last;
}

type Ranked = { readonly candidate: Candidate; readonly standing: Standing };

function firstEligible(
  { lanes, onTrial }: LaneOrder,
  snapshot: Snapshot,
  { probe, scarcity }: Preference,
  passedBy: PassedBy[],
): Taken | undefined {
  const whyOf = (candidate: Candidate): Why =>
    scarcity !== undefined && scarcity.lossOf(candidate).rank < 3 ? 'lostFirst' : 'first';
  let best: Ranked | undefined;
  for (const { provider, candidates } of lanes) {
    // What is left of a provider with an outage comes after everyone else, weak ones too.
    if (best !== undefined && snapshot.tried.isOut(provider.id)) break;
    const isOnTrial = onTrial.has(provider.id);
    let bestHere: Ranked | undefined;
    for (const candidate of candidates) {
      const obstacle = obstacleOf(candidate, snapshot);
      if (obstacle !== undefined) {
        passedBy.push({ candidate, obstacle });
        continue;
      }
      const standing = standingOf(candidate, snapshot, probe && !isOnTrial);
      if (isOnTrial && standing.tier === 0) return take(candidate, snapshot, 'providerTrial');
      if (standing.tier === 0) {
        return take(candidate, snapshot, standing.why === 'first' ? whyOf(candidate) : standing.why);
      }
      if (bestHere === undefined || standing.tier < bestHere.standing.tier) bestHere = { candidate, standing };
    }
    if (bestHere === undefined) continue;
    if (isOnTrial && !snapshot.timedOut(bestHere.candidate)) return take(bestHere.candidate, snapshot, 'providerTrial');
    if (best === undefined || bestHere.standing.tier < best.standing.tier) best = bestHere;
  }
  return best === undefined ? undefined : take(best.candidate, snapshot, best.standing.why);
}

function bestEligible(
  { lanes, onTrial }: LaneOrder,
  snapshot: Snapshot,
  { strategy, probe, shareLeft }: Preference,
  passedBy: PassedBy[],
): Taken | undefined {
  const costOf = (candidate: Candidate): number =>
    strategy === 'balanced'
      ? -shareLeft(candidate)
      : (snapshot.ledger.medianLatencyMs(candidate.key.fingerprint, candidate.model.id) ?? 0);
  let best: (Ranked & { readonly rank: number; readonly cost: number }) | undefined;
  for (const { candidates, provider } of lanes) {
    for (const candidate of candidates) {
      const obstacle = obstacleOf(candidate, snapshot);
      if (obstacle !== undefined) {
        passedBy.push({ candidate, obstacle });
        continue;
      }
      const standing = standingOf(candidate, snapshot, probe);
      const rank = (snapshot.tried.isOut(provider.id) ? 3 : 0) + standing.tier;
      const cost = costOf(candidate);
      if (best === undefined || rank < best.rank || (rank === best.rank && cost < best.cost)) {
        best = { candidate, standing, rank, cost };
      }
    }
  }
  if (best === undefined) return undefined;
  const { candidate, standing } = best;
  if (onTrial.has(candidate.provider.id) && !snapshot.timedOut(candidate)) {
    return take(candidate, snapshot, 'providerTrial');
  }
  if (standing.why !== 'first') return take(candidate, snapshot, standing.why);
  return take(candidate, snapshot, strategy === 'balanced' ? 'mostLeft' : 'fastest');
}

/** Nobody has room for the whole cap: the first who has room for a shorter answer gives that. */
function withSmallerCap(passedBy: readonly PassedBy[], snapshot: Snapshot): Taken | undefined {
  let best: { readonly taken: Taken; readonly tier: number } | undefined;
  for (const { candidate, obstacle } of passedBy) {
    if (obstacle.fittingCap === undefined) continue;
    const { tier } = standingOf(candidate, snapshot, false);
    if (best !== undefined && best.tier <= tier) continue;
    best = { taken: { candidate, cap: obstacle.fittingCap, why: 'smallerCap' }, tier };
    if (tier === 0) break;
  }
  return best?.taken;
}
