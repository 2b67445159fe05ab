// Mocha's `spec`, and the ten slowest tests at the end.

import Mocha from 'mocha';

const count = 10;

/** Before each of them, so that `npm test` finds them in what a step prints. */
export const slowMark = 'slow: ';

// oxlint-disable-next-line import/no-default-export -- mocha loads reporters this way
export default class SlowestReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const tests: { readonly title: string; readonly seconds: number }[] = [];
    runner.on(Mocha.Runner.constants.EVENT_TEST_END, (test: Mocha.Test) => {
      tests.push({ title: test.fullTitle(), seconds: (test.duration ?? 0) / 1_000 });
    });
    // After the failures, which `spec` prints when this ends.
    const { epilogue } = this;
    this.epilogue = (): void => {
      epilogue.call(this);
      const slowest = tests.toSorted((a, b) => b.seconds - a.seconds).slice(0, count);
      for (const { title, seconds } of slowest) {
        Mocha.reporters.Base.consoleLog(`${slowMark}${seconds.toFixed(1).padStart(6)} s  ${title}`);
      }
    };
  }
}
