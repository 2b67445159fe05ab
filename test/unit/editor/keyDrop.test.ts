import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { dropOf, refsIn } from '../../../src/editor/tree/keyDrop.ts';

const order = ['groq/1', 'groq/2', 'groq/3', 'groq/4'] as const;

describe('keys dropped in the tree', () => {
  it('take the place of the key they are dropped on, from above and from below', () => {
    assert.deepEqual(dropOf(order, ['groq/3'], 'groq/1'), { refs: ['groq/3'], before: 'groq/1' });
    assert.deepEqual(dropOf(order, ['groq/1'], 'groq/3'), { refs: ['groq/1'], before: 'groq/4' });
    assert.deepEqual(dropOf(order, ['groq/1'], 'groq/4'), { refs: ['groq/1'], before: undefined });
  });

  it('become the first on their provider, and the last below the list', () => {
    assert.deepEqual(dropOf(order, ['groq/3'], 'first'), { refs: ['groq/3'], before: 'groq/1' });
    assert.deepEqual(dropOf(order, ['groq/1', 'groq/2'], 'first'), { refs: ['groq/1', 'groq/2'], before: 'groq/3' });
    assert.deepEqual(dropOf(order, ['groq/1'], 'last'), { refs: ['groq/1'], before: undefined });
  });

  it('keep their order among themselves, however they were selected', () => {
    assert.deepEqual(dropOf(order, ['groq/4', 'groq/3'], 'groq/2')?.refs, ['groq/3', 'groq/4']);
  });

  it('move nothing on one of themselves or on another provider', () => {
    assert.equal(dropOf(order, ['groq/1', 'groq/2'], 'groq/2'), undefined);
    assert.equal(dropOf(order, ['gemini/1'], 'groq/2'), undefined);
  });

  it('are read from whatever a drag carries', () => {
    assert.deepEqual(refsIn(['groq/1', 7, 'nonsense', { ref: 'groq/2' }]), ['groq/1']);
    for (const value of [undefined, 'groq/1', { 0: 'groq/1' }]) assert.deepEqual(refsIn(value), []);
  });
});
