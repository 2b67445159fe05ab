import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { neverSend } from '../../../src/editor/analysis/neverSend.ts';

describe('files that are never sent', () => {
  it('are all .env files by default, in every folder and whatever the case', () => {
    const kept = neverSend(['**/.env*']);
    for (const path of ['.env', '.env.local', 'api/.env', 'a/b/.ENV.production', '.envs/prod'])
      assert.ok(kept(path), path);
    for (const path of ['src/env.ts', 'environment.py', 'a.env.ts']) assert.ok(!kept(path), path);
  });

  it('are named by a bare name anywhere, and by a folder with all that is in it', () => {
    const kept = neverSend(['secrets.json', 'private/']);
    for (const path of [
      'secrets.json',
      'a/b/secrets.json',
      'private/a/b.ts',
      'x/private/c.ts',
      'a/.hidden/private/d.ts',
    ])
      assert.ok(kept(path), path);
    assert.ok(!kept('src/public/a.ts'));
  });

  it('are found below the name of a folder of the workspace too', () => {
    assert.ok(neverSend(['config/keys.json'])('folder/config/keys.json'));
  });
});
