// Loaded before the suites.

import { giveUpOpenFixtures } from './withWorkbench.ts';

export const mochaHooks = {
  async afterEach(): Promise<void> {
    await giveUpOpenFixtures();
  },
};
