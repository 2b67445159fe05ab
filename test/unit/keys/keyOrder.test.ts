import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import { moved, placed } from '../../../src/core/keys/keyOrder.ts';
import { keyStatus } from '../support/keyStatuses.ts';

const keys = ['a', 'b', 'c', 'd'].map(
  (id, index) => keyStatus({ key: { id, number: index + 1, priority: index } }).key,
);
const names = (order: readonly ApiKey[]): string => order.map(({ id }) => id).join('');
const set = (...ids: string[]): ReadonlySet<string> => new Set(ids);

describe('several keys moved at once', () => {
  it('go in step and stay together at either end', () => {
    assert.equal(names(moved(keys, set('c', 'd'), 'up')), 'acdb');
    assert.equal(names(moved(keys, set('a', 'b'), 'up')), 'abcd');
    assert.equal(names(moved(keys, set('a', 'c'), 'up')), 'acbd');
    assert.equal(names(moved(keys, set('a', 'b'), 'down')), 'cabd');
    assert.equal(names(moved(keys, set('c', 'd'), 'down')), 'abcd');
    assert.equal(names(moved(keys, set('b', 'd'), 'down')), 'acbd');
  });

  it('are put in their own order in front of another, or last', () => {
    assert.equal(names(placed(keys, set('d', 'b'), 'a')), 'bdac');
    assert.equal(names(placed(keys, set('a', 'c'), undefined)), 'bdac');
  });

  it('stay where they are when put in front of one of themselves', () => {
    assert.equal(names(placed(keys, set('b', 'c'), 'c')), 'abcd');
  });
});
