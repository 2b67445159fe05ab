// Mocha's `spec`, and a line for each try of a test that failed before another one: a test that passed only the second
// time is not to be mistaken for a sound one.

import Mocha from 'mocha';

// oxlint-disable-next-line import/no-default-export -- mocha loads reporters this way
export default class SpecReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.on(Mocha.Runner.constants.EVENT_TEST_RETRY, (test: Mocha.Test, error: Error) => {
      console.log(`    ? ${test.title}: tried again after ${error.stack ?? error.message}`);
    });
  }
}
