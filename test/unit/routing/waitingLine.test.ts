import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Concurrency } from '../../../src/core/quota/concurrency.ts';
import { WaitingLine } from '../../../src/core/routing/waitingLine.ts';

const cap = (change: Partial<Concurrency> = {}): Concurrency => ({ of: 'key:a', underWay: 0, most: 1, ...change });

describe('the line of those who wait for a request to end', () => {
  it('leaves a free place to who waits for it and comes before', () => {
    const line = new WaitingLine();
    const [first, second] = [line.ticket('foreground'), line.ticket('foreground')];
    first.waitFor(['key:a']);
    assert.deepEqual(second.fullFor([cap()]), cap());
    assert.equal(second.fullFor([cap({ most: 2 })]), undefined);
    assert.equal(second.fullFor([cap({ of: 'key:b' })]), undefined);
    assert.equal(first.fullFor([cap()]), undefined);
  });

  it('tells the others when one no longer waits, though it took no place', () => {
    const line = new WaitingLine();
    const [first, second] = [line.ticket('foreground'), line.ticket('foreground')];
    let told = 0;
    second.onDidChange(() => (told += 1));
    first.waitFor(['key:a', 'key:b']);
    assert.equal(told, 0);
    first.waitFor(['key:b']);
    assert.equal(told, 1);
    first.leave();
    assert.equal(told, 2);
    assert.equal(second.fullFor([cap()]), undefined);
  });

  it('keeps who is about to take one place from holding up others elsewhere', () => {
    const line = new WaitingLine();
    const [first, second] = [line.ticket('foreground'), line.ticket('foreground')];
    first.waitFor(['key:a', 'key:b']);
    first.waitOnlyFor([cap(), cap({ of: 'key:c' })]);
    assert.deepEqual(second.fullFor([cap()]), cap());
    assert.equal(second.fullFor([cap({ of: 'key:b' })]), undefined);
    assert.equal(second.fullFor([cap({ of: 'key:c' })]), undefined);
  });
});
