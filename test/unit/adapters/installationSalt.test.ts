import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { installationSalt } from '../../../src/adapters/installationSalt.ts';
import { MemoryState } from '../support/memoryState.ts';
import { SeededRandom } from '../support/seededRandom.ts';

describe('the salt of this installation', () => {
  let folder: string;
  let file: string;
  let state: MemoryState;
  let windows = 0;
  const open = (): { readonly hex: string; readonly isKept: boolean } => {
    const { bytes, isKept } = installationSalt(folder, new SeededRandom((windows += 1)), state);
    return { hex: Buffer.from(bytes).toString('hex'), isKept };
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'salt-'));
    file = join(folder, 'salt');
    state = new MemoryState();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is the same in every window', () => {
    const first = open();
    assert.equal(first.isKept, true);
    assert.deepEqual(open(), first);
  });

  it('is the same where the file cannot be read once, is cut short, or is gone', () => {
    const first = open();
    renameSync(file, `${file}.away`);
    mkdirSync(file);
    assert.deepEqual(open(), first);
    rmdirSync(file);
    assert.deepEqual(open(), first);
    writeFileSync(file, 'short');
    assert.deepEqual(open(), first);
  });

  it('is said to be this window’s alone where none could be read or written', () => {
    mkdirSync(file);
    assert.equal(open().isKept, false);
    rmdirSync(file);
    writeFileSync(file, 'short');
    assert.equal(open().isKept, false);
    rmSync(file);
    writeFileSync(join(folder, 'plain'), '');
    assert.equal(installationSalt(join(folder, 'plain'), new SeededRandom(9), state).isKept, false);
  });

  it('is the file’s where the copy is another’s or no salt', async () => {
    const first = open();
    await state.update('aiKeys.salt', 'ff'.repeat(32));
    assert.deepEqual(open(), first);
    await state.update('aiKeys.salt', 'nonsense');
    assert.deepEqual(open(), first);
    rmSync(file);
    assert.deepEqual(open(), first);
  });
});
