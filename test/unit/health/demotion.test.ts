import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  afterCatchingUp,
  afterProviderBlame,
  afterProviderCheck,
  fellBehind,
  mayTry,
  nextCheckAtMs,
  restored,
  type Demotion,
} from '../../../src/core/health/demotion.ts';
import { fallBehind, type Footing } from '../../../src/core/health/footing.ts';

const now = Date.UTC(2026, 10, 22, 12);
const minute = 60_000;
/** So many tries in vain, one a minute. */
function inVain(times: number): Demotion | undefined {
  let demotion: Demotion | undefined = fellBehind(now);
  for (let time = 1; time <= times; time += 1) demotion = afterProviderBlame(demotion, true, now + time * minute);
  return demotion;
}

describe('a provider that fell behind', () => {
  it('may be tried after 5 minutes without a check', () => {
    assert.ok(!mayTry(fellBehind(now), now + 5 * minute - 1));
    assert.ok(mayTry(fellBehind(now), now + 5 * minute));
  });

  it('may be tried at once after a good check', () => {
    assert.ok(mayTry(afterProviderCheck(fellBehind(now), true, now + minute), now + minute));
  });

  it('may be tried 5 minutes after the last bad check, not earlier', () => {
    const checked = afterProviderCheck(fellBehind(now), false, now + 4 * minute);
    assert.ok(!mayTry(checked, now + 9 * minute - 1));
    assert.ok(mayTry(checked, now + 9 * minute));
  });

  it('is behind again after a try in vain', () => {
    const tried = afterProviderBlame(afterProviderCheck(fellBehind(now), true, now), true, now + 1);
    assert.ok(!mayTry(tried, now + 2));
    assert.ok(mayTry(afterProviderCheck(tried, true, now + minute), now + minute));
  });

  it('is tried each five minutes after ten tries in vain, however good its checks', () => {
    const failedAt = now + 10 * minute;
    assert.ok(mayTry(afterProviderCheck(inVain(9), true, now + 9 * minute + 1), now + 9 * minute + 1));
    const tenth = afterProviderCheck(inVain(10), true, failedAt + 1);
    assert.ok(!mayTry(tenth, failedAt + 5 * minute - 1));
    assert.ok(mayTry(tenth, failedAt + 5 * minute));
  });

  it('is not counted a try in vain for a request that went there in its turn', () => {
    assert.deepEqual(afterProviderBlame(fellBehind(now), false, now + minute), fellBehind(now));
  });

  it('that has its place back loses it when a key of it is blamed again', () => {
    assert.ok(!mayTry(restored, now));
    assert.equal(afterProviderBlame(restored, false, now), undefined);
  });

  it('keeps the place that it has back whatever checks and looks say', () => {
    assert.equal(afterProviderCheck(restored, false, now), restored);
    assert.equal(afterCatchingUp(restored), restored);
  });

  it('is not waited for longer when the clock was set back', () => {
    assert.ok(mayTry(fellBehind(now), now - 480 * minute));
    assert.ok(!mayTry(fellBehind(now), now - minute), 'a small correction is none');
  });

  it('has its next check a minute after the last one, or its next try after 5 minutes where there is none', () => {
    assert.equal(nextCheckAtMs(fellBehind(now), true), now + minute);
    assert.equal(nextCheckAtMs(fellBehind(now), false), now + 5 * minute);
    assert.equal(nextCheckAtMs(inVain(10), true), now + 15 * minute);
    assert.equal(nextCheckAtMs(undefined, true), undefined);
  });
});

describe('the places of providers', () => {
  const row = (health: number, keepsPlace = false): Footing => ({ health, isIdle: false, keepsPlace });
  const healths = (rows: readonly Footing[]) => fallBehind(rows).ordered.map(({ health }) => health);

  it('one that is 30 or more below the next falls behind it, and behind the one after', () => {
    assert.deepEqual(healths([row(71), row(100)]), [71, 100]);
    assert.deepEqual(healths([row(70), row(100)]), [100, 70]);
    assert.deepEqual(healths([row(20), row(60), row(100)]), [100, 60, 20]);
  });

  it('one that keeps its place does not', () => {
    assert.deepEqual(healths([row(20, true), row(100)]), [20, 100]);
    assert.deepEqual(healths([row(20), row(30, true), row(100)]), [20, 30, 100]);
  });

  it('names those that fell behind', () => {
    const [sick, well, last] = [row(20), row(100), row(90)];
    assert.deepEqual([...fallBehind([sick, well, last]).behind], [sick]);
  });
});
