import type { L10n } from '../ports.ts';

/** Markdown texts. */
export type Explanation = {
  readonly title: string;
  readonly meaning: string;
  readonly tries: readonly string[];
};

/**
 * What a rule's named group caught, as a code span that is safe in Markdown; `…` where the group
 * took no part. `raw` gives the bare text for comparisons and commands.
 */
export type Found = {
  readonly code: (group: string) => string;
  readonly raw: (group: string) => string;
};

export type Rule = {
  /** Family and error: `module/node`. */
  readonly id: string;
  /**
   * Tried on one line at a time, at most 600 characters of it. Begins with fixed text and has only
   * bounded repetitions, so that no input can make it slow.
   */
  readonly pattern: RegExp;
  /** Says less than others: used only when no other rule matches. */
  readonly general?: true;
  readonly explain: (l10n: L10n, found: Found) => Explanation;
};

export function foundIn(match: RegExpExecArray): Found {
  const raw = (group: string): string => match.groups?.[group] ?? '';
  return { raw, code: (group) => codeSpan(raw(group)) };
}

/** A Markdown code span whatever the text holds. */
export function codeSpan(text: string): string {
  const clean = text.replace(/\s+/g, ' ').trim();
  if (clean === '') return '…';
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  if (longest === 0) return `\`${clean}\``;
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${clean} ${fence}`;
}
