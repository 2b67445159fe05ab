import { isSameStep, wasSetBefore, type ClockStep } from '../clockWatch.ts';
import { quarantineMs } from '../health/healthRules.ts';
import type { Fact } from './fact.ts';
import type { FactBook } from './factBook.ts';
import type { Plan } from './factPlans.ts';
import { forever } from './ledger.ts';
import { limitShapes, type LimitName } from './limits.ts';

const markName = 'clockStep';
const dayMs = 86_400_000;

/**
 * The clock was set back: what was set for a while goes on for what was left of it, and what has an age
 * keeps it. The first window to notice does so for all, `nowMs` by the clock as it is when it does.
 */
export function planClockStep(book: FactBook, step: ClockStep, nowMs: number): Plan<void> {
  const done = book.storedMark(markName);
  if (done !== undefined && isSameStep(done.setAtMs, step)) return { facts: [], answer: undefined };
  const moved = { ...step, nowMs };
  const earlier = [...book.facts()].flatMap((fact) => earlierBy(fact, moved) ?? []);
  const value = { untilMs: step.nowMs + dayMs, setAtMs: step.nowMs };
  const noticed: Fact = { kind: 'mark', subject: markName, scope: '', name: '', value };
  return { facts: [...earlier, noticed], answer: undefined };
}

/** Undefined: no clock ends it, it has ended whatever the clock shows, or it was set since. */
function earlierBy(fact: Fact, step: ClockStep): Fact | undefined {
  if (fact.value === null) return undefined;
  const { byMs, nowMs } = step;
  const goesOn = (setAtMs: number, untilMs: number): boolean =>
    untilMs > nowMs + Math.min(0, byMs) && untilMs < forever && wasSetBefore(setAtMs, step);
  switch (fact.kind) {
    case 'health': {
      const { quarantine } = fact.value;
      if (quarantine === undefined) return undefined;
      if (!goesOn(quarantine.untilMs - quarantineMs(quarantine), quarantine.untilMs)) return undefined;
      const untilMs = quarantine.untilMs - byMs;
      return { ...fact, value: { ...fact.value, quarantine: { ...quarantine, untilMs } } };
    }
    case 'demotion': {
      if (fact.value.state !== 'behind') return undefined;
      const { nextTryAtMs, setAtMs } = fact.value;
      if (!goesOn(setAtMs, nextTryAtMs)) return undefined;
      return { ...fact, value: { ...fact.value, nextTryAtMs: nextTryAtMs - byMs, setAtMs: setAtMs - byMs } };
    }
    case 'block': {
      const { untilMs, lengthMs, endsWithTheDay = false } = fact.value;
      if (endsWithTheDay || !goesOn(untilMs - lengthMs, untilMs)) return undefined;
      return { ...fact, value: { ...fact.value, untilMs: untilMs - byMs } };
    }
    case 'modelOut':
    case 'mark': {
      const { setAtMs, untilMs } = fact.value;
      if (!goesOn(setAtMs, untilMs)) return undefined;
      const lasting = { setAtMs: setAtMs - byMs, untilMs: untilMs - byMs };
      return fact.kind === 'mark'
        ? { ...fact, value: { ...fact.value, ...lasting } }
        : { ...fact, value: { ...fact.value, ...lasting } };
    }
    case 'learned':
      return { ...fact, value: eachEarlier(fact.value, step) };
    case 'levels':
      return { ...fact, value: eachEarlier(fact.value, step) };
    case 'concurrency': {
      const { setAtMs } = fact.value;
      if (!wasSetBefore(setAtMs, step)) return undefined;
      return { ...fact, value: { ...fact.value, setAtMs: setAtMs - byMs } };
    }
    case 'promptRatio': {
      const { atMs } = fact.value;
      return wasSetBefore(atMs, step) ? { ...fact, value: { ...fact.value, atMs: atMs - byMs } } : undefined;
    }
    default:
      return undefined;
  }
}

function eachEarlier<Value extends { readonly atMs: number }>(
  values: { readonly [Name in LimitName]?: Value | undefined },
  step: ClockStep,
): { [Name in LimitName]?: Value } {
  const earlier: { [Name in LimitName]?: Value } = {};
  for (const { name } of limitShapes) {
    const value = values[name];
    if (value === undefined) continue;
    earlier[name] = wasSetBefore(value.atMs, step) ? { ...value, atMs: value.atMs - step.byMs } : value;
  }
  return earlier;
}
