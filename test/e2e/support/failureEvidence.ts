// Loaded before the suites: a failed test leaves pictures of its windows and the extension's log.

import { openSessions } from '../../harness/workbench/session.ts';

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
};
