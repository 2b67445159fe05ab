import type { Rule } from '../rule.ts';

/** What other families do not cover. */
export const pythonRules: readonly Rule[] = [
  {
    id: 'python/zeroDivision',
    pattern:
      /ZeroDivisionError|java\.lang\.ArithmeticException: \/ by zero|integer divide by zero|DivideByZeroException|attempt to divide by zero/,
    explain: (l10n) => ({
      title: l10n.t('Division by zero'),
      meaning: l10n.t('The divisor is 0 at that moment.'),
      tries: [
        l10n.t('Ask where the 0 comes from: an empty list whose average is taken is the usual one.'),
        l10n.t('Say what the result should be in that case, and check for it before dividing.'),
      ],
    }),
  },
  {
    id: 'python/unicode',
    pattern: /Unicode(?:Decode|Encode)Error: '(?<codec>[\w-]{1,40})' codec can't/,
    explain: (l10n, { code }) => ({
      title: l10n.t('The text has another encoding'),
      meaning: l10n.t('Bytes were read or written as {0}, which does not fit them.', code('codec')),
      tries: [
        l10n.t('Name the encoding: `open(path, encoding="utf-8")`.'),
        l10n.t('If the file is not text at all, open it with `"rb"`.'),
      ],
    }),
  },
  {
    id: 'python/mypy',
    pattern: /: error: (?<text>.{1,200})  ?\[(?<rule>[a-z-]{3,40})\]$/,
    explain: (l10n, { code }) => ({
      title: l10n.t('The type checker found an error'),
      meaning: l10n.t('It says: {0} (rule {1}).', code('text'), code('rule')),
      tries: [
        l10n.t('Compare the declared types on that line with what is passed; check for `None` where it may be absent.'),
      ],
    }),
  },
  {
    id: 'python/other',
    general: true,
    pattern: /^(?<type>(?:\w{1,40}\.){0,6}[A-Z]\w{1,60}(?:Error|Exception|Warning)): (?<text>.{1,300})/,
    explain: (l10n, { code }) => ({
      title: l10n.t('An error of the kind {0}', code('type')),
      meaning: l10n.t('The program stopped and said: {0}.', code('text')),
      tries: [
        l10n.t('Go to the line of your own code that the trace names, and look at the values there.'),
        l10n.t('Look this kind of error up in the documentation of the library that raised it.'),
      ],
    }),
  },
];
