import type { Rule } from '../rule.ts';

/** Checks of tests and programs that did not hold. */
export const assertionRules: readonly Rule[] = [
  {
    id: 'assertion/test',
    pattern:
      /AssertionError|AssertionFailedError|ERR_ASSERTION|expect\(received\)\.?|assertion [`]?(?:left|.{0,20}failed)|assertion failed|Assertion [`'].{1,150}' failed|ComparisonFailure|Assert\.\w{1,30}\(\) Failure|Xunit\.Sdk\.\w{1,40}Exception|--- FAIL: (?<go>\w{1,100})|Error Trace:/,
    explain: (l10n) => ({
      title: l10n.t('A check did not hold'),
      meaning: l10n.t('A test or the program itself expected another value than it got.'),
      tries: [
        l10n.t(
          'Compare expected and actual value in the output: what exactly differs (type, order, rounding, spaces)?',
        ),
        l10n.t('Decide which is right, the code or the expectation, before changing either.'),
        l10n.t('Run this one test alone: if it passes then, another test leaves something behind.'),
        l10n.t('Objects are compared by identity unless the check is a deep one (`deepEqual`, `toEqual`).'),
      ],
    }),
  },
];
