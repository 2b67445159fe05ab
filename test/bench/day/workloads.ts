import { upperBound } from './bound.ts';
import { between, chanceOf, exponential, logNormal } from './chance.ts';
import type { DayRequest } from './dayRequest.ts';
import { dayMs, dayStartMs, fleetPlan, type FleetPlan } from './fleetPlan.ts';

export const workloadIds = ['a', 'b', 'c', 'd', 'e'] as const;
export type WorkloadId = (typeof workloadIds)[number];

export type Workload = {
  readonly id: WorkloadId;
  readonly name: string;
  readonly plan: FleetPlan;
  /** By time. */
  readonly requests: readonly DayRequest[];
  /** There is more to ask than the fleet can answer. */
  readonly isScarce: boolean;
};

type Chance = ReturnType<typeof chanceOf>;
type Size = { readonly promptTokens: number; readonly completionTokens: number };

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const defaultCap = 1_024;

const names: Readonly<Record<WorkloadId, string>> = {
  a: 'bursty, under capacity',
  b: '6 agents, 60 %',
  c: '150 % of capacity',
  d: '1–20k tokens, 75 at once',
  e: 'as b, two keys are one account',
};

export function workload(id: WorkloadId, seed: number): Workload {
  const plan = fleetPlan(seed, id === 'e');
  const chance = chanceOf(seed, 'workload', id);
  const drafts = draftsOf(id, plan, chance).toSorted((one, other) => one.atMs - other.atMs);
  const requests = drafts.map(({ atMs, size }, index): DayRequest => ({
    id: index + 1,
    atMs: dayStartMs + Math.round(atMs),
    cap: defaultCap,
    charsPerToken: between(chance, 3.3, 4.2),
    ...size,
  }));
  return { id, name: names[id], plan: withOutageUnderWay(plan, requests), requests, isScarce: id === 'c' };
}

/** The outage begins in the middle of something, so that it does not pass unseen in a pause. */
function withOutageUnderWay(plan: FleetPlan, requests: readonly DayRequest[]): FleetPlan {
  const { fromMs, toMs } = plan.outage;
  const lateMs = (requests.find(({ atMs }) => atMs >= fromMs)?.atMs ?? fromMs) + 5 * secondMs - fromMs;
  return { ...plan, outage: { ...plan.outage, fromMs: fromMs + lateMs, toMs: toMs + lateMs } };
}

/** `atMs` counts from the day's beginning. */
type Draft = { readonly atMs: number; readonly size: Size };

function draftsOf(id: WorkloadId, plan: FleetPlan, chance: Chance): readonly Draft[] {
  switch (id) {
    case 'a':
      return workingDay(chance);
    case 'b':
    case 'e':
      return agents(plan, chance);
    case 'c':
      return tooMuch(plan, chance);
    case 'd':
      return waves(chance);
  }
}

const tokens = (value: number): number => Math.round(value);

/** Somebody at work from 8 to 18 hours: a burst of questions, a pause, now and then a longer one. */
function workingDay(chance: Chance): readonly Draft[] {
  const drafts: Draft[] = [];
  let atMs = 8 * hourMs;
  while (atMs < 18 * hourMs) {
    for (let left = Math.round(between(chance, 3, 12)); left > 0; left -= 1) {
      const promptTokens = tokens(between(chance, 300, 3_000));
      drafts.push({ atMs, size: { promptTokens, completionTokens: answerTokens(chance, 350) } });
      atMs += between(chance, 2, 20) * secondMs;
    }
    atMs += exponential(chance, chance.next() < 0.1 ? 15 : 3) * minuteMs;
  }
  return drafts;
}

const answerTokens = (chance: Chance, median: number): number =>
  tokens(Math.min(defaultCap - 24, Math.max(40, logNormal(chance, median, 0.5))));

const agentCount = 6;
const agentsLoad = 0.6;
const agentPrompt = { least: 800, most: 3_200 };
const agentAnswer = 350;

/** Each asks again seconds after an answer would be there, and rests between two tasks. */
function agents(plan: FleetPlan, chance: Chance): readonly Draft[] {
  const mean = { promptTokens: (agentPrompt.least + agentPrompt.most) / 2, completionTokens: agentAnswer };
  const meanGapMs = (agentCount * dayMs) / (capacity(plan, mean) * agentsLoad);
  const answerMs = 2 * secondMs;
  const thinkMs = 8 * secondMs;
  const restShare = 0.08;
  const restMs = (meanGapMs - answerMs - thinkMs * (1 - restShare)) / restShare;
  return Array.from({ length: agentCount }, () => {
    const drafts: Draft[] = [];
    for (let atMs = exponential(chance, restMs); atMs < dayMs;) {
      const promptTokens = tokens(between(chance, agentPrompt.least, agentPrompt.most));
      drafts.push({ atMs, size: { promptTokens, completionTokens: answerTokens(chance, agentAnswer) } });
      atMs += answerMs + exponential(chance, chance.next() < restShare ? restMs : thinkMs);
    }
    return drafts;
  }).flat();
}

/**
 * Half more than there is, in mild waves. Sizes are nearly equal, so that the bound is no puzzle of
 * what to pack, and no answer is longer than the least cap, so that cutting them gains nothing.
 */
function tooMuch(plan: FleetPlan, chance: Chance): readonly Draft[] {
  const count = Math.round(1.5 * capacity(plan, { promptTokens: 1_500, completionTokens: 220 }));
  const drafts: Draft[] = [];
  while (drafts.length < count) {
    const atMs = chance.next() * dayMs;
    const wave = 1 + 0.25 * Math.sin((2 * Math.PI * atMs) / (3 * hourMs));
    if (chance.next() * 1.25 > wave) continue;
    const promptTokens = tokens(1_500 * between(chance, 0.97, 1.03));
    drafts.push({ atMs, size: { promptTokens, completionTokens: tokens(between(chance, 210, 230)) } });
  }
  return drafts;
}

const waveSize = 75;

/** Many at the same instant, each 20 to 40 minutes; most are small, one in seven fits only the large windows. */
function waves(chance: Chance): readonly Draft[] {
  const drafts: Draft[] = [];
  for (let atMs = 7 * hourMs; atMs < 19 * hourMs; atMs += between(chance, 20, 40) * minuteMs) {
    for (let count = 0; count < waveSize; count += 1) {
      const promptTokens = tokens(1_000 * 20 ** (chance.next() ** 2.6));
      drafts.push({ atMs, size: { promptTokens, completionTokens: answerTokens(chance, 350) } });
    }
  }
  return drafts;
}

/** How many requests of one size the fleet could answer in a day that never lacks any. */
function capacity(plan: FleetPlan, size: Size): number {
  const count = 40_000;
  const requests = Array.from({ length: count }, (_, id): DayRequest => ({
    id,
    atMs: dayStartMs + Math.floor((id * dayMs) / count),
    cap: defaultCap,
    charsPerToken: 4,
    ...size,
  }));
  return upperBound(plan, requests);
}
