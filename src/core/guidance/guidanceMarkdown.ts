import type { L10n } from '../ports.ts';
import type { Guidance } from './guidance.ts';
import { codeSpan } from './rule.ts';

/** The guidance as one Markdown text: title, meaning, what to try, where. */
export function guidanceMarkdown(l10n: L10n, { title, meaning, tries, locations }: Guidance): string {
  const sections = [`### ${title}`, meaning];
  if (tries.length > 0) {
    sections.push(`**${l10n.t('What to try')}**`, tries.map((step, index) => `${index + 1}. ${step}`).join('\n'));
  }
  if (locations.length > 0) {
    const lines = locations.map(({ file, line, column }) =>
      column === undefined ? `- ${codeSpan(`${file}:${line}`)}` : `- ${codeSpan(`${file}:${line}:${column}`)}`,
    );
    sections.push(`**${l10n.t('Where')}**`, lines.join('\n'));
  }
  return sections.join('\n\n');
}
