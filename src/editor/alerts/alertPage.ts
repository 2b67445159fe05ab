import { runbookOf, type Runbook } from '../../core/alerts/alert.ts';
import { alertLine, causeLines, momentWords, type TextContext } from '../../core/alerts/alertTexts.ts';
import type { AlertRecord, DeliveryRecord } from '../../core/alerts/outbox.ts';
import { markdownText } from '../plainText.ts';

export type AlertPageContext = TextContext & { readonly runbookUri: (runbook: Runbook) => string };

/** The history as Markdown: what happened, why, who was told and with what result, what to do. */
export function alertPage(records: readonly AlertRecord[], context: AlertPageContext): string {
  const { l10n } = context;
  const title = `# ${l10n.t('Alerts of the last 30 days')}`;
  if (records.length === 0) return [title, '', l10n.t('Nothing happened that you needed to know.'), ''].join('\n');
  return [title, '', ...records.flatMap((record) => section(record, context))].join('\n');
}

function section({ alert, deliveries }: AlertRecord, context: AlertPageContext): readonly string[] {
  const runbook = runbookOf(alert.event);
  return [
    `## ${markdownText(alertLine(alert, context))}`,
    '',
    markdownText(momentWords(alert.atMs, context)),
    '',
    ...causeLines(alert, context).map((line) => `- ${markdownText(line, 400)}`),
    ...deliveries.map((delivery) => `- ${deliveryWords(delivery, context)}`),
    ...(runbook === undefined ? [] : ['', `[${context.l10n.t('What to do')}](${context.runbookUri(runbook)})`]),
    '',
  ];
}

function deliveryWords(delivery: DeliveryRecord, context: AlertPageContext): string {
  const { l10n } = context;
  const name = { toast: l10n.t('Notification'), telegram: 'Telegram', email: l10n.t('Email') }[delivery.channel];
  const result = `${name}: ${stateWords(delivery, context)}`;
  return markdownText(delivery.said === '' ? result : `${result} (${delivery.said})`, 400);
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
    case 'expired':
      return l10n.t('not shown: nobody was there in time');
  }
}
