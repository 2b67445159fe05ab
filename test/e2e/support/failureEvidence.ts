// Loaded before the suites: a failed try leaves pictures of its windows and the extension's log, and no page of any
// of them may have broken a content security policy.

import assert from 'node:assert/strict';
import { openSessions } from '../../harness/workbench/session.ts';
import { policyViolations } from '../../harness/workbench/workbench.ts';

export const mochaHooks = {
  async afterEach(this: Mocha.Context): Promise<void> {
    const test = this.currentTest;
    // One that is tried again has no state.
    if (test === undefined || test.state === 'passed') return;
    const title = test.fullTitle().replaceAll(/[^\w-]+/g, '-');
    const name = `${title.slice(0, 80)}${test.state === undefined ? '-first-try' : ''}`;
    for (const session of openSessions) await session.keepEvidence(name);
  },

  afterAll(): void {
    assert.deepEqual(policyViolations, [], 'the browser reported violations of a content security policy');
  },
};
