import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { runs } from '../support/runs.ts';
import { playSoak } from './playSoak.ts';
import type { Soak } from './soak.ts';

const days = runs(1, 60);
/** Another one: `AI_KEYS_SEED=7`. */
const seed = Number(process.env['AI_KEYS_SEED'] ?? 14);

describe(`a soak in virtual time, days: ${days}, seed: ${seed}`, function () {
  this.timeout(runs(5, 60) * 60_000);
  let soak: Soak;

  before(async () => {
    soak = await playSoak(seed, days);
  });

  it('answers, is short of quota now and then, and loses its disk', () => {
    const { outcomes, listeners, counts, spellsInMemory } = soak;
    assert.ok(outcomes.answered > 200 * days, `${outcomes.answered} answers`);
    assert.ok(counts.compared > 500 * days, `${counts.compared} counts`);
    assert.ok(listeners.telegram.heard > 2 * days, `${listeners.telegram.heard} alerts`);
    assert.ok(spellsInMemory >= days, `${spellsInMemory} spells in memory`);
  });

  it('counts each midnight what an independent count does', () => assert.deepEqual(soak.counts.wrong.slice(0, 5), []));

  it('has no more rows and timers than it must', () => assert.deepEqual(soak.growth.wrong.slice(0, 5), []));

  it('has no more rows at the end than when the oldest were first swept', () =>
    assert.deepEqual(soak.growth.growing(), []));

  it('tells no alert twice and loses none', () => assert.deepEqual(soak.listeners.wrong.slice(0, 5), []));

  it('logs no error while the disk is well', () => assert.deepEqual(soak.errors.slice(0, 5), []));
});
