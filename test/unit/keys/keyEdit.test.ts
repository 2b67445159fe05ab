import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { edited } from '../../../src/core/keys/keyEdit.ts';
import {
  describeFieldProblem,
  readConcurrent,
  readLabel,
  readLimit,
  readPriority,
} from '../../../src/core/keys/keyFields.ts';
import { apiKeyOf } from '../support/apiKeyOf.ts';
import { plainL10n } from '../support/plainL10n.ts';

describe('Fields of a key', () => {
  it('reads whole numbers with or without separators', () => {
    for (const text of ['14400', ' 14,400 ', '14_400', '14 400', "14'400"]) {
      assert.deepEqual(readLimit(text), { ok: true, value: 14_400 });
    }
    assert.deepEqual(readLimit(''), { ok: true, value: undefined });
  });

  it('refuses everything else with the range in words', () => {
    for (const text of ['0', '-1', '1.5', 'many', '1e3', '1,4', '9999999999999999']) {
      const reading = readLimit(text);
      assert.ok(!reading.ok, text);
      assert.equal(describeFieldProblem(plainL10n, reading.problem), 'A whole number from 1 to 1000000000000.');
    }
    assert.ok(!readPriority('10000').ok);
  });

  it('give a key its own number of requests at once, and take it back', () => {
    assert.deepEqual(readConcurrent('3'), { ok: true, value: 3 });
    assert.deepEqual(readConcurrent(' '), { ok: true, value: undefined });
    assert.ok(!readConcurrent('0').ok && !readConcurrent('1001').ok);
    const capped = edited(apiKeyOf({ label: 'Mine' }), { maxConcurrent: 3 });
    assert.deepEqual(capped, apiKeyOf({ label: 'Mine', maxConcurrent: 3 }));
    assert.deepEqual(edited(capped, { label: 'Yours' }), apiKeyOf({ label: 'Yours', maxConcurrent: 3 }));
    assert.deepEqual(edited(capped, { maxConcurrent: null }), apiKeyOf({ label: 'Mine' }));
  });

  it('give the pool of a key its limits, one by one, and take them back', () => {
    const pooled = apiKeyOf({ pool: 'p', limits: { tokensPerDay: 5 } });
    const limited = edited(pooled, { poolLimits: { tokensPerDay: 9, requestsPerDay: 3 } });
    assert.deepEqual(limited, { ...pooled, poolLimits: { tokensPerDay: 9, requestsPerDay: 3 } });
    const one = edited(limited, { label: '', poolLimits: { requestsPerDay: null } });
    assert.deepEqual(one, { ...pooled, poolLimits: { tokensPerDay: 9 } });
    assert.deepEqual(edited(one, { poolLimits: { tokensPerDay: null } }), pooled);
  });

  it('takes a label of one line and 60 characters at most', () => {
    assert.deepEqual(readLabel('  Primary '), { ok: true, value: 'Primary' });
    assert.ok(!readLabel('a\nb').ok);
    assert.ok(!readLabel('x'.repeat(61)).ok);
  });
});
