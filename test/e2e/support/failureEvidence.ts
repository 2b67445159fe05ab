// Loaded before the suites: a failed test leaves pictures of its windows and the extension's log, and no page of any
// of them may have broken a content security policy.

import assert from 'node:assert/strict';
import { openSessions } from '../../harness/workbench/session.ts';
import { policyViolations } from '../../harness/workbench/workbench.ts';

export const mochaHooks = {
  async afterEach(this: Mocha.Context): Promise<void> {
    const test = this.currentTest;
    if (test?.state !== 'failed') return;
    const name = test
      .fullTitle()
      .replaceAll(/[^\w-]+/g, '-')
      .slice(0, 80);
    for (const session of openSessions) await session.keepEvidence(name);
  },

  afterAll(): void {
    assert.deepEqual(policyViolations, [], 'the browser reported violations of a content security policy');
  },
};
