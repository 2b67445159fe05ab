import { errorTextOf } from '../analysis/prompt.ts';
import { isDependency, stackFrames } from '../analysis/stackFrames.ts';
import { stripAnsi } from '../analysis/stripAnsi.ts';
import type { L10n } from '../ports.ts';
import { foundIn, type Rule } from './rule.ts';
import { rules } from './rules.ts';

export type Location = { readonly file: string; readonly line: number; readonly column?: number };

/** What an error means and what to try, from local rules alone. Texts are Markdown. */
export type Guidance = {
  /** Id of the rule that recognised it; undefined when none did. */
  readonly matched: string | undefined;
  readonly title: string;
  readonly meaning: string;
  readonly tries: readonly string[];
  /** Files and lines found in the text, the user's own code first, 5 at the most. */
  readonly locations: readonly Location[];
};

/** Longer texts are read at both ends: the first error and the last are what tells. */
const maxChars = 200_000;
const maxLineChars = 600;
const maxLines = 3_000;
const maxLocations = 5;

/** `text` is an error's output, or a question that `analysisMessages` wrote about one. */
export function guidance({ l10n, text }: { readonly l10n: L10n; readonly text: string }): Guidance {
  const readable = stripAnsi(bothEnds(errorTextOf(text)));
  const locations = locationsIn(readable);
  const match = bestMatch(readable);
  if (match === undefined) return { matched: undefined, ...unknownError(l10n), locations };
  return { matched: match.rule.id, ...match.rule.explain(l10n, foundIn(match.found)), locations };
}

const bothEnds = (text: string): string =>
  text.length <= maxChars ? text : `${text.slice(0, maxChars / 2)}\n${text.slice(-maxChars / 2)}`;

type Match = { readonly rule: Rule; readonly found: RegExpExecArray };

/**
 * Compilers and most runtimes put the telling error first; a Python traceback and a Java chain of
 * causes put it last. On one line the earlier rule of the list wins.
 */
function bestMatch(text: string): Match | undefined {
  const lines = telling(text);
  const lastFirst = /^Traceback \(most recent call last\)|^Caused by: /m.test(text);
  // In a traceback, lines of four spaces are quoted code: an error named there did not happen.
  const ordered = lastFirst ? lines.filter((line) => !/^ {4}\S/.test(line)).toReversed() : lines;
  return (
    firstMatch(ordered, (rule) => rule.general === undefined) ?? firstMatch(ordered, (rule) => rule.general === true)
  );
}

function firstMatch(lines: readonly string[], wanted: (rule: Rule) => boolean): Match | undefined {
  const candidates = rules.filter(wanted);
  for (const line of lines) {
    for (const rule of candidates) {
      const found = rule.pattern.exec(line);
      if (found !== null) return { rule, found };
    }
  }
  return undefined;
}

/** Each different line once, since a loop may print the same one a thousand times. */
function telling(text: string): readonly string[] {
  const lines = [...new Set(text.split(/\r?\n/).map((line) => line.slice(0, maxLineChars)))];
  if (lines.length <= maxLines) return lines;
  return [...lines.slice(0, maxLines / 2), ...lines.slice(-maxLines / 2)];
}

function locationsIn(text: string): readonly Location[] {
  const frames = stackFrames(text);
  const own = frames.filter(({ file }) => !isDependency(file));
  return [...own, ...frames.filter(({ file }) => isDependency(file))]
    .slice(0, maxLocations)
    .map(({ file, line, column }) => (column === undefined ? { file, line } : { file, line, column }));
}

const unknownError = (l10n: L10n): Omit<Guidance, 'matched' | 'locations'> => ({
  title: l10n.t('No local rule knows this error'),
  meaning: l10n.t(
    'The rules that work without a model do not recognise this text, so only general advice can be given.',
  ),
  tries: [
    l10n.t('Read the first error from the top: later ones often follow from it.'),
    l10n.t('Go to the first file and line of your own code that the text names.'),
    l10n.t('Search for the error message in quotes, without your own names and paths.'),
    l10n.t('Undo the last change, and see whether the error goes away.'),
  ],
});
