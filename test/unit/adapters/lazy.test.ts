import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LogOutputChannel } from 'vscode';
import { OutputChannelLog } from '../../../src/adapters/outputChannelLog.ts';
import { lazy } from '../../../src/core/lazy.ts';

/** Fails so many times, then answers which time it was. */
function failing(times: number): () => Promise<number> {
  let asked = 0;
  return async () => {
    asked += 1;
    if (asked <= times) throw new Error('the file could not be read');
    return asked;
  };
}

describe('what is loaded when it is first needed', () => {
  it('is loaded once, whoever needs it meanwhile and afterwards', async () => {
    const part = lazy(failing(0));
    assert.deepEqual([...(await Promise.all([part(), part()])), await part()], [1, 1, 1]);
  });

  it('is loaded again where it failed', async () => {
    const part = lazy(failing(1));
    const first = [part(), part()];
    for (const each of first) await assert.rejects(each);
    assert.equal(await part(), 2);
  });

  it('keeps no line from the log where the masks could not be loaded', async () => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const channel: Pick<LogOutputChannel, 'info' | 'warn' | 'error'> = { info: write, warn: write, error: write };
    const load = failing(1);
    const log = new OutputChannelLog(channel, async () => {
      await load();
      return (line) => `masked ${line}`;
    });
    log.info('one');
    await new Promise((resolve) => setImmediate(resolve));
    log.warn('two');
    await new Promise((resolve) => setImmediate(resolve));
    log.error('three');
    assert.deepEqual(lines, ['masked one', 'masked two', 'masked three']);
  });
});
