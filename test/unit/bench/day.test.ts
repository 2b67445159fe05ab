import assert from 'node:assert/strict';
import { upperBound } from '../../bench/day/bound.ts';
import { knowsEverything } from '../../bench/day/knowsEverything.ts';
import { ours } from '../../bench/day/ours.ts';
import { roundRobin } from '../../bench/day/roundRobin.ts';
import { runDay } from '../../bench/day/runDay.ts';
import { workload, type Workload } from '../../bench/day/workloads.ts';

/** A day whose fleet has one account of each provider, with one request in four. */
function smallDay(): Workload {
  const { plan, requests, ...rest } = workload('c', 7);
  const isFirst = ({ account }: { account: string }): boolean => account.endsWith('-a');
  const small = { ...plan, keys: plan.keys.filter(isFirst), places: plan.places.filter(isFirst) };
  return { ...rest, plan: small, requests: requests.filter(({ id }) => id % 4 === 0) };
}

describe('a day on free keys in virtual time', () => {
  for (const entry of [knowsEverything, roundRobin, ...ours.slice(0, 1)]) {
    it(`lets nobody pass the bound: ${entry.name}`, async () => {
      const day = smallDay();
      const bound = upperBound(day.plan, day.requests);
      const { answered, overLimit } = await runDay(entry, day);
      assert.ok(bound < day.requests.length, 'there is too little for all');
      assert.ok(answered > 0 && answered <= bound, `${answered} of ${bound}`);
      assert.equal(overLimit, 0);
    });
  }

  it('has a bound that can nearly be reached', async () => {
    const day = smallDay();
    const { answered, wastedCalls, wrongGiveUps } = await runDay(knowsEverything, day);
    assert.ok(answered >= 0.97 * upperBound(day.plan, day.requests));
    assert.deepEqual({ wastedCalls, wrongGiveUps }, { wastedCalls: 0, wrongGiveUps: 0 });
  });

  it('is the same day for the same seed', async () => {
    const [router] = ours;
    assert.ok(router !== undefined);
    assert.deepEqual(await runDay(router, workload('a', 3)), await runDay(router, workload('a', 3)));
  });
});
