import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { writePrivateFile } from '../../../src/adapters/privateFile.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { describeWriteProblem } from '../../../src/core/keys/writeProblem.ts';
import { plainL10n } from '../support/plainL10n.ts';

describe('A file that holds secrets', () => {
  let folder: string;
  const text = new Secret(`GROQ_API_KEY_1=${'k'.repeat(20)}\n`);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ai-keys-private-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('can be read by the user alone, even where a readable one stood before', async () => {
    const path = join(folder, 'keys.env');
    await writeFile(path, 'old', { mode: 0o644 });
    assert.deepEqual(await writePrivateFile(path, text), { ok: true });
    assert.equal(await readFile(path, 'utf8'), text.reveal());
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(folder), ['keys.env']);
  });

  it('goes where a link points, and the link stays', async () => {
    const real = join(folder, 'real.env');
    await writeFile(real, 'old');
    await symlink(real, join(folder, 'link.env'));
    await writePrivateFile(join(folder, 'link.env'), text);
    assert.equal(await readFile(real, 'utf8'), text.reveal());
  });

  it('is named with the reason where it cannot be written, and nothing of it stays', async () => {
    await mkdir(join(folder, 'taken'));
    await writeFile(join(folder, 'file'), '');
    const reasonOf = async (path: string): Promise<string> => {
      const written = await writePrivateFile(join(folder, path), text);
      return written.ok ? 'written' : describeWriteProblem(plainL10n, written.problem);
    };
    assert.equal(await reasonOf('taken'), 'a folder has that name.');
    assert.equal(await reasonOf('none/keys.env'), 'there is no such folder.');
    assert.equal(await reasonOf('file/keys.env'), 'there is no such folder.');
    assert.deepEqual((await readdir(folder)).toSorted(), ['file', 'taken']);
  });
});
