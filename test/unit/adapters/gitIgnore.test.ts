import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { GitIgnore } from '../../../src/adapters/gitIgnore.ts';

describe('Whether git ignores a file', () => {
  const git = new GitIgnore();
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ai-keys-git-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const repository = async (ignored: string): Promise<void> => {
    execFileSync('git', ['init', '--quiet', folder]);
    await writeFile(join(folder, '.gitignore'), ignored);
    await mkdir(join(folder, 'app [1]'));
  };

  it('tells ignored, not ignored and committed files apart', async () => {
    await repository('.env\n');
    for (const name of ['.env', 'team.env', 'old.env']) await writeFile(join(folder, name), '');
    execFileSync('git', ['-C', folder, 'add', 'old.env']);
    assert.equal(await git.standingOf(join(folder, '.env')), 'ignored');
    assert.equal(await git.standingOf(join(folder, 'team.env')), 'notIgnored');
    assert.equal(await git.standingOf(join(folder, 'old.env')), 'tracked');
  });

  it('says nothing of a file in no repository, or of a folder that is not there', async () => {
    assert.equal(await git.standingOf(join(folder, '.env')), 'unknown');
    assert.equal(await git.standingOf(join(folder, 'none/.env')), 'unknown');
  });

  it('has git ignore that file and no other', async () => {
    await repository('dist');
    const file = join(folder, 'app [1]', '.env');
    assert.equal(await git.ignore(file), join(folder, '.gitignore'));
    assert.equal(await readFile(join(folder, '.gitignore'), 'utf8'), 'dist\n/app \\[1\\]/.env\n');
    assert.equal(await git.standingOf(file), 'ignored');
    assert.equal(await git.standingOf(join(folder, 'app [1]', 'b.env')), 'notIgnored');
  });

  it('runs no program that the repository names', async () => {
    await repository('');
    const trap = join(folder, 'trap.sh');
    await writeFile(trap, `#!/bin/sh\ntouch "${folder}/sprung"\n`, { mode: 0o755 });
    execFileSync('git', ['-C', folder, 'config', 'core.fsmonitor', trap]);
    await git.standingOf(join(folder, '.env'));
    await assert.rejects(readFile(join(folder, 'sprung')));
  });
});
