import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { launchArguments } from '../../harness/vscode/desktop.ts';

describe('The desktop build, as the tests start it', () => {
  const args = launchArguments({ dataDir: '/home/data', extensionsDir: '/home/extensions' });

  it('runs on the folders of its profile, and on no other', () => {
    assert.equal(args[args.indexOf('--user-data-dir') + 1], '/home/data');
    assert.equal(args[args.indexOf('--extensions-dir') + 1], '/home/extensions');
    assert.equal(args.filter((arg) => arg.startsWith('/')).length, 2);
  });

  it('neither welcomes nor asks, and goes online for nothing', () => {
    for (const flag of ['--skip-welcome', '--skip-release-notes', '--disable-updates', '--disable-telemetry']) {
      assert.ok(args.includes(flag), flag);
    }
  });

  it('starts as root and without a graphics card, as on a build machine', () => {
    assert.ok(args.includes('--no-sandbox') && args.includes('--disable-gpu'));
  });
});
