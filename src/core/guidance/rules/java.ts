import type { Rule } from '../rule.ts';

/** The compiler's usual errors. */
export const javaRules: readonly Rule[] = [
  {
    id: 'java/symbol',
    pattern:
      /error: cannot find symbol|COMPILATION ERROR.{0,100}cannot find symbol|\[ERROR\].{0,300}cannot find symbol/,
    explain: (l10n) => ({
      title: l10n.t('Java does not know this name'),
      meaning: l10n.t('A variable, method or class is used that is not declared here, or not with these parameters.'),
      tries: [
        l10n.t('Read the lines "symbol" and "location" below: they say what was looked for and where.'),
        l10n.t('Check spelling and capitals, the import, and the types of the arguments.'),
        l10n.t('A variable of a block is not known outside of it.'),
      ],
    }),
  },
  {
    id: 'java/types',
    pattern: /error: incompatible types: (?<text>.{1,200})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('A value of another type than wanted'),
      meaning: l10n.t('The compiler says: {0}.', code('text')),
      tries: [
        l10n.t('"Possible lossy conversion" wants an explicit cast, or a wider type on the left.'),
        l10n.t('Convert texts with `Integer.parseInt(…)` and `String.valueOf(…)`.'),
      ],
    }),
  },
  {
    id: 'java/arguments',
    pattern:
      /error: (?:method|constructor) (?<name>[\w<>]{1,100}) in (?:class|interface|enum|record) \S{1,100} cannot be applied|error: no suitable (?:method|constructor) found for (?<other>\w{1,100})/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('A call with the wrong arguments'),
      meaning: l10n.t(
        '{0} was called with other arguments than it takes.',
        code(raw('name') === '' ? 'other' : 'name'),
      ),
      tries: [l10n.t('Compare the lines "required" and "found" below the error.')],
    }),
  },
  {
    id: 'java/unreported',
    pattern: /error: unreported exception (?<name>[\w.]{1,100}); must be caught or declared/,
    explain: (l10n, { code }) => ({
      title: l10n.t('An exception that must be handled'),
      meaning: l10n.t('A call may throw {0}, and nothing catches or declares it.', code('name')),
      tries: [l10n.t('Put the call into `try … catch`, or add `throws` to the method.')],
    }),
  },
  {
    id: 'java/uninitialized',
    pattern:
      /error: variable (?<name>\w{1,100}) (?:might not have been initialized|is already defined)|error: missing return statement/,
    explain: (l10n) => ({
      title: l10n.t('A way through the code without a value'),
      meaning: l10n.t(
        'On one way through the method a variable has no value, is declared twice, or nothing is returned.',
      ),
      tries: [l10n.t('Look at each branch of `if`, `switch` and `try`, the one where nothing applies included.')],
    }),
  },
  {
    id: 'java/modified',
    pattern: /ConcurrentModificationException|Collection was modified; enumeration operation may not execute/,
    explain: (l10n) => ({
      title: l10n.t('A collection was changed while it was looped over'),
      meaning: l10n.t('Elements were added or removed inside the loop, or by another thread.'),
      tries: [l10n.t('Use `removeIf`, the iterator’s own `remove`, or loop over a copy.')],
    }),
  },
  {
    id: 'java/version',
    pattern:
      /UnsupportedClassVersionError|invalid (?:target|source) release: (?<release>[\d.]{1,8})|error: release version (?<other>\d{1,3}) not supported/,
    explain: (l10n) => ({
      title: l10n.t('Java versions do not fit'),
      meaning: l10n.t('The code was compiled for, or asks for, a newer Java than the one that runs.'),
      tries: [l10n.t('Compare `java -version`, `javac -version`, `JAVA_HOME` and the release in the build file.')],
    }),
  },
];
