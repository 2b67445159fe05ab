import { mayTry, nextCheckAtMs } from '../health/demotion.ts';
import { fallBehind, footingOf, isChecked, type Footing } from '../health/footing.ts';
import type { Lane } from './candidate.ts';
import type { Snapshot } from './obstacleOf.ts';

export type LaneOrder = {
  readonly lanes: readonly Lane[];
  /** Providers that fell behind, with the moment of their next check; undefined: nobody has looked yet. */
  readonly behind: ReadonlyMap<string, number | undefined>;
  /** Providers that would be behind, at their usual place for one request that finds out. */
  readonly onTrial: ReadonlySet<string>;
};

const nobody: Pick<LaneOrder, 'behind' | 'onTrial'> = { behind: new Map(), onTrial: new Set() };

type Row = Footing & { readonly lane: Lane };

/**
 * The user's order, sick providers behind the next healthier one, those with an outage at the end.
 * Providers without an active key have nobody to ask and keep out of the others' way.
 */
export function orderLanes(lanes: readonly Lane[], snapshot: Snapshot): LaneOrder {
  if (lanes.length < 2) return { lanes, ...nobody };
  const { ledger, nowMs, tried } = snapshot;
  const rows = lanes.map((lane): Row => ({ lane, ...footingOf(lane.provider, lane.keys, ledger, nowMs) }));
  const idle = rows.filter(({ isIdle }) => isIdle);
  const { ordered, ...fallen } = fall(
    rows.filter(({ isIdle }) => !isIdle),
    snapshot,
  );
  const isOut = ({ lane }: Row): boolean => tried.isOut(lane.provider.id);
  const inOrder = [...idle, ...ordered.filter((row) => !isOut(row)), ...ordered.filter(isOut)];
  return { lanes: inOrder.map(({ lane }) => lane), ...fallen };
}

function fall(
  active: readonly Row[],
  { ledger, nowMs, tried }: Snapshot,
): { readonly ordered: readonly Row[] } & Omit<LaneOrder, 'lanes'> {
  const first = fallBehind(active);
  if (first.behind.size === 0) return { ordered: first.ordered, ...nobody };
  const onTrial = new Set(
    [...first.behind]
      .map(({ lane }) => lane.provider.id)
      .filter((id) => mayTry(ledger.demotion(id), nowMs) && !tried.isTrialOver(id)),
  );
  const { ordered, behind } =
    onTrial.size === 0
      ? first
      : fallBehind(active.map((row) => (onTrial.has(row.lane.provider.id) ? { ...row, keepsPlace: true } : row)));
  const looks = [...behind].map(({ lane: { provider } }): [string, number | undefined] => {
    return [provider.id, nextCheckAtMs(ledger.demotion(provider.id), isChecked(provider))];
  });
  return { ordered, behind: new Map(looks), onTrial };
}
