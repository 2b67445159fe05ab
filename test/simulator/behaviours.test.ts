import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { post } from './asking.ts';
import { type Behaviour, has, isBehaviour, vendorIds } from './behaviours.ts';
import { type Simulators, startSimulators } from './startSimulators.ts';

/** What each refusal comes as; several numbers where vendors differ. */
const refusals: Partial<Record<Behaviour, readonly number[]>> = {
  refused: [400, 401],
  noPermission: [403],
  leaked: [403],
  suspended: [403],
  projectDenied: [403],
  oldKey: [400],
  unsupportedToken: [401],
  htmlBlocked: [403],
  regionBlocked: [400],
  rateMinute: [429],
  rateRequests: [429],
  rateSecond: [429],
  rateEmpty: [429],
  dayUsed: [429],
  dayRequests: [429],
  dayAndMinute: [429],
  longWait: [429],
  limitZero: [429],
  bareQuota: [429],
  monthUsed: [429],
  noCredit: [402],
  noCredit429: [429],
  noCreditOld: [402],
  tooLarge: [413],
  contextTooLong: [400],
  modelGone: [400, 404],
  modelRetired: [400, 404],
  badField: [400, 422],
  overloaded: [503],
  overloadedTwice: [503],
  capacity: [429],
  capacity498: [498],
  serverError: [500],
  htmlError: [502],
  errorObject: [400],
};

describe('behaviours that refuse', () => {
  let sims: Simulators;

  before(async () => {
    sims = await startSimulators();
  });
  after(() => sims.stop());

  for (const vendor of vendorIds) {
    it(`${vendor}: each comes as its own status, not as an answer`, async () => {
      const sim = sims[vendor];
      const body = { model: sim.models[0], messages: [{ role: 'user', content: 'Hi' }], stream: true };
      for (const behaviour of Object.keys(refusals).filter(isBehaviour)) {
        if (!has(vendor, behaviour)) continue;
        const reply = await post(sim, behaviour, body);
        assert.ok(
          refusals[behaviour]?.includes(reply.status),
          `${behaviour}: ${reply.status} ${reply.body.slice(0, 200)}`,
        );
        assert.equal(sim.requests.at(-1)?.outcome, 'refused');
      }
    });
  }
});
