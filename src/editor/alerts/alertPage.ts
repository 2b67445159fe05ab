import { runbookOf, type Runbook } from '../../core/alerts/alert.ts';
import { alertLine, causeLines, momentWords, type TextContext } from '../../core/alerts/alertTexts.ts';
import type { AlertRecord, DeliveryRecord } from '../../core/alerts/outbox.ts';
import { markdownText } from '../plainText.ts';

export type AlertPageContext = TextContext & {
  /** Markdown that begins with its title; a preview opens no links to other files, so they stand on the page. */
  readonly runbooks: ReadonlyMap<Runbook, string>;
};

/** Which runbooks a page of these needs. */
export const runbooksOf = (records: readonly AlertRecord[]): ReadonlySet<Runbook> =>
  new Set(records.flatMap(({ alert }) => runbookOf(alert.event) ?? []));

/** The history as Markdown, by days: what happened, why, who was told and with what result, what to do. */
export function alertPage(records: readonly AlertRecord[], context: AlertPageContext): string {
  const { l10n, runbooks } = context;
  const title = `# ${l10n.t('Alerts of the last 30 days')}`;
  if (records.length === 0) return [title, '', l10n.t('Nothing happened that you needed to know.'), ''].join('\n');
  const days = Map.groupBy(records, ({ alert }) => dayWords(alert.atMs, context));
  return [
    title,
    '',
    ...[...days].flatMap(([day, ofDay]) => [
      `## ${markdownText(day)}`,
      '',
      ...ofDay.flatMap((record) => section(record, context)),
    ]),
    ...[...runbooks.values()].flatMap((text) => ['---', '', demoted(text), '']),
  ].join('\n');
}

function section({ alert, deliveries }: AlertRecord, context: AlertPageContext): readonly string[] {
  const { l10n, runbooks } = context;
  const name = runbookOf(alert.event);
  const runbook = name === undefined ? undefined : runbooks.get(name);
  const [sign = '', ...words] = alertLine(alert, context).split(' ');
  return [
    `### ${sign} ${timeWords(alert.atMs, context)} ${markdownText(words.join(' '))}`,
    '',
    ...causeLines(alert, context).map((line) => `- ${markdownText(line, 400)}`),
    ...deliveries.map((delivery) => `- ${deliveryWords(delivery, context)}`),
    ...(runbook === undefined ? [] : [`- [${l10n.t('What to do')}](#${slugOf(titleOf(runbook))})`]),
    '',
  ];
}

function deliveryWords(delivery: DeliveryRecord, context: AlertPageContext): string {
  const { l10n } = context;
  const name = { toast: l10n.t('Notification'), telegram: 'Telegram', email: l10n.t('Email') }[delivery.channel];
  const result = `${name}: ${stateWords(delivery, context)}`;
  const said = delivery.state === 'notSetUp' ? '' : delivery.said;
  return markdownText(said === '' ? result : `${result} (${said})`, 400);
}

function stateWords({ state, atMs, failedTries }: DeliveryRecord, context: AlertPageContext): string {
  const { l10n } = context;
  switch (state) {
    case 'waiting':
      return l10n.t('waits until {0}', momentWords(atMs, context));
    case 'sending':
      return l10n.t('being sent');
    case 'sent':
      return l10n.t('sent {0}', momentWords(atMs, context));
    case 'failed':
      return failedTries > 1 ? l10n.t('failed after {0} tries', failedTries) : l10n.t('not sent');
    case 'notSetUp':
      return l10n.t('not set up');
    case 'expired':
      return l10n.t('not shown: nobody was there in time');
  }
}

const dayWords = (atMs: number, { timeZone, language }: AlertPageContext): string =>
  new Intl.DateTimeFormat(language, { timeZone, weekday: 'long', day: 'numeric', month: 'long' }).format(atMs);

const timeWords = (atMs: number, { timeZone, language }: AlertPageContext): string =>
  new Intl.DateTimeFormat(language, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(atMs);

const titleOf = (markdown: string): string => /^# (.+)$/m.exec(markdown)?.[1] ?? '';

/** How a Markdown preview names a heading. */
const slugOf = (title: string): string =>
  title
    .trim()
    .toLowerCase()
    .replace(/\s+/g, '-')
    .replace(/[^\p{L}\p{N}_-]/gu, '');

/** Its headings below the page's own. */
const demoted = (markdown: string): string => markdown.trim().replace(/^#/gm, '##');
