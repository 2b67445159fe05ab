import type { L10n } from '../ports.ts';
import type { Message } from '../providers/message.ts';
import { amount } from '../report/amounts.ts';
import type { ErrorContext, LeftOut } from './errorContext.ts';
import type { SecretKind } from './secretShapes.ts';

export type SendPreview = {
  /** "Files: 2 · secrets masked: 1 · 4,210 characters (about 1,203 tokens)". */
  readonly headline: string;
  /** Markdown: the headline, what is in it, what is not, and every character of the messages. */
  readonly text: string;
};

/** What goes out with the next request, shown before it does. */
export function sendPreview(l10n: L10n, context: ErrorContext, messages: readonly Message[]): SendPreview {
  const chars = messages.reduce((sum, message) => sum + textOf(message).length, 0);
  const headline = l10n.t(
    'Files: {0} · secrets masked: {1} · {2} characters (about {3} tokens)',
    new Set(context.snippets.map(({ path }) => path)).size,
    amount(context.masked.reduce((sum, { count }) => sum + count, 0)),
    amount(chars),
    amount(Math.ceil(chars / charsPerToken)),
  );
  const sections = [
    `# ${l10n.t('What will be sent')}`,
    headline,
    list(l10n.t('In it'), included(l10n, context)),
    list(
      l10n.t('Masked'),
      context.masked.map(({ kind, count }) => `${kindName(l10n, kind)}: ${amount(count)}`),
    ),
    list(
      l10n.t('Left out'),
      context.leftOut.map(({ path, reason }) => `${path}: ${reasonText(l10n, reason)}`),
    ),
    `## ${l10n.t('Word for word')}`,
    // The user's own text before the instructions, which are the same each time.
    ...messages
      .toSorted((a, b) => Number(a.role === 'system') - Number(b.role === 'system'))
      .map((message) => `### ${message.role}\n\n${textOf(message)}`),
  ];
  return { headline, text: `${sections.filter((section) => section !== '').join('\n\n')}\n` };
}

/** Code takes more tokens than prose, which is about four. */
const charsPerToken = 3.5;

const textOf = ({ content }: Message): string =>
  typeof content === 'string'
    ? content
    : content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n');

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `## ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`;

function included(l10n: L10n, { errorText, snippets }: ErrorContext): readonly string[] {
  return [
    l10n.t('The error text: {0} characters', amount(errorText.length)),
    ...snippets.map(({ path, startLine, endLine }) => l10n.t('{0}, lines {1} to {2}', path, startLine, endLine)),
  ];
}

export function reasonText(l10n: L10n, reason: LeftOut['reason']): string {
  switch (reason) {
    case 'neverSend':
      return l10n.t('the setting aiKeys.analysis.neverSend names it');
    case 'unreadable':
      return l10n.t('it cannot be read as text');
    case 'tooLarge':
      return l10n.t('the file is larger than a million characters');
    case 'noRoom':
      return l10n.t('no room is left in a request');
  }
}

function kindName(l10n: L10n, kind: SecretKind): string {
  switch (kind) {
    case 'pooledKey':
      return l10n.t('Keys of AI Keys');
    case 'apiToken':
      return l10n.t('API keys and tokens');
    case 'jwt':
      return l10n.t('Signed tokens (JWT)');
    case 'privateKey':
      return l10n.t('Private keys');
    case 'urlPassword':
      return l10n.t('Passwords in addresses');
    case 'authHeader':
      return l10n.t('Authorization headers');
    case 'cookie':
      return l10n.t('Cookies');
    case 'assignment':
      return l10n.t('Values of passwords, secrets and keys');
  }
}
