import type { Runbook } from '../../core/alerts/alert.ts';
import type { L10n } from '../../core/ports.ts';
import { amount } from '../../core/report/amounts.ts';
import { failureWords } from '../../core/report/failureWords.ts';
import type { PassedOver, Route, RouteAttempt } from '../../core/routing/route.ts';
import { localMoment } from '../keyWords.ts';
import { markdownText } from '../plainText.ts';
import { runbooksOf, runbookTitle } from '../runbookWords.ts';
import { askedByWords } from './askedByWords.ts';

/** A thousand keys that were not needed are not worth a line each. */
const maxPassedOver = 40;

export type RouteScene = {
  readonly l10n: L10n;
  readonly nowMs: number;
  readonly language?: string;
  /** "Groq Key 1" for `groq/1`. */
  readonly nameOfKey: (ref: string) => string;
  readonly runbookUri: (runbook: Runbook) => string;
};

/** One request's way, as a Markdown page: what was asked, in which order and why, and what to do about it. */
export function routeMarkdown(route: Route, { l10n, nowMs, language, nameOfKey, runbookUri }: RouteScene): string {
  const needed = route.passedOver.filter(({ reason }) => reason !== 'notNeeded');
  const spared = route.passedOver.length - needed.length;
  return [
    `# ${l10n.t('Why this key?')}`,
    `${outcomeWords(l10n, route)} ${l10n.t('{0}, {1} in all.', localMoment(route.atMs, nowMs, language), seconds(l10n, route.ms))}`,
    `## ${l10n.t('Keys that were asked')}`,
    attemptList(l10n, route.attempts, nameOfKey),
    ...section(
      l10n.t('Waits'),
      route.waits.map(({ ms, sentence }) => `- ${markdownText(sentence, 400)} (${seconds(l10n, ms)})`),
    ),
    ...section(
      l10n.t('Keys that were passed over'),
      passedOverLines(l10n, needed, { nowMs, language, unlisted: route.unlisted ?? 0 }),
    ),
    ...(spared > 0
      ? [
          spared === 1
            ? l10n.t('1 more candidate was not needed.')
            : l10n.t('{0} more candidates were not needed.', spared),
        ]
      : []),
    ...section(
      l10n.t('What to do'),
      runbooksOf(route).map((runbook) => `- [${runbookTitle(l10n, runbook)}](${runbookUri(runbook)})`),
    ),
    `---\n\n${l10n.t('Route {0}, asked by {1}. It holds no secret and nothing of what was said.', `\`${route.id}\``, markdownText(askedByWords(l10n, route.askedBy)))}`,
  ].join('\n\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`## ${title}`, lines.join('\n')];

/** A list, since a table of sentences is cut off where the page is narrow. */
function attemptList(l10n: L10n, attempts: readonly RouteAttempt[], nameOfKey: RouteScene['nameOfKey']): string {
  if (attempts.length === 0) return l10n.t('None.');
  return attempts
    .map((attempt, index) => `${index + 1}. ${attemptWords(l10n, attempt, nameOfKey(attempt.key))}`)
    .join('\n');
}

function attemptWords(l10n: L10n, attempt: RouteAttempt, name: string): string {
  const status = attempt.status === undefined ? '' : ` (${attempt.status})`;
  const facts = [
    markdownText(name),
    `\`${attempt.model}\``,
    `**${attempt.outcome === 'ok' ? l10n.t('answered') : `${failureWords(l10n, attempt.outcome)}${status}`}**`,
    ...(attempt.tokens === undefined ? [] : [l10n.t('{0} tokens', amount(attempt.tokens.total))]),
    seconds(l10n, attempt.ms),
  ];
  return `${facts.join(' · ')}  \n   ${markdownText(attempt.sentence, 400)}`;
}

function passedOverLines(
  l10n: L10n,
  passedOver: readonly PassedOver[],
  {
    nowMs,
    language,
    unlisted,
  }: { readonly nowMs: number; readonly language: string | undefined; readonly unlisted: number },
): readonly string[] {
  const more = Math.max(0, passedOver.length - maxPassedOver) + unlisted;
  return [
    ...passedOver.slice(0, maxPassedOver).map(({ sentence, model, untilMs }) => {
      const until =
        untilMs === undefined || untilMs <= nowMs || untilMs > nowMs + 400 * 86_400_000
          ? ''
          : ` – ${l10n.t('until {0}', localMoment(untilMs, nowMs, language))}`;
      return `- ${markdownText(sentence, 400)} (\`${model}\`)${until}`;
    }),
    ...(more > 0 ? [`- ${l10n.t('…and {0} more', more)}`] : []),
  ];
}

function outcomeWords(l10n: L10n, { outcome, attempts }: Route): string {
  const failures = attempts.filter((attempt) => attempt.outcome !== 'ok').length;
  switch (outcome) {
    case 'answered':
      return failures === 0
        ? l10n.t('The first key that was asked answered.')
        : failures === 1
          ? l10n.t('Answered after 1 failed attempt.')
          : l10n.t('Answered after {0} failed attempts.', failures);
    case 'cached':
      return l10n.t('Answered from the cache: no key was asked.');
    case 'degraded':
      return l10n.t('No key could answer: an earlier answer or the local guidance was given.');
    case 'failed':
      return l10n.t('The request could not be served as it was.');
    case 'cancelled':
      return l10n.t('The request was cancelled.');
  }
}

const seconds = (l10n: L10n, ms: number): string =>
  ms < 1_000 ? l10n.t('{0} ms', Math.round(ms)) : l10n.t('{0} s', (ms / 1_000).toFixed(1));
