import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { keysIn, providerIn, selected } from '../../../src/editor/commands/keyArgument.ts';

const none = (): never => assert.fail('the selection was not asked for');

describe("a key command's arguments", () => {
  it('name a key by its ref or by its row, and all selected rows when it is one of them', () => {
    const [one, two] = [
      { kind: 'key', ref: 'groq/1' },
      { kind: 'key', ref: 'groq/2' },
    ];
    assert.deepEqual(keysIn(['groq/1'], none), ['groq/1']);
    assert.deepEqual(keysIn([one, undefined], none), ['groq/1']);
    assert.deepEqual(keysIn([one, [one, two]], none), ['groq/1', 'groq/2']);
    assert.deepEqual(keysIn([one, [two]], none), ['groq/1']);
  });

  it('from a keybinding mean what is selected in the tree', () => {
    assert.deepEqual(
      keysIn([selected], () => ['groq/3']),
      ['groq/3'],
    );
  });

  it('of any other form choose nothing: the user is asked', () => {
    for (const args of [[], [7], [{}], ['groq'], ['groq/0'], [{ ref: 5 }], [null]])
      assert.deepEqual(keysIn(args, none), []);
    assert.equal(providerIn({ ref: 'x' }), undefined);
  });
});
