import type { Alert, Runbook } from '../../../core/alerts/alert.ts';
import { runbookOf } from '../../../core/alerts/alert.ts';
import type { AlertsState } from '../../../core/alerts/alertService.ts';
import { alertWords, causeLines, type TextContext } from '../../../core/alerts/alertTexts.ts';
import type { AlertRecord, DeliveryRecord } from '../../../core/alerts/outbox.ts';
import type { L10n } from '../../../core/ports.ts';
import type { AlertRow, AlertsView } from '../../../shared/dashboardView.ts';
import { plainText } from '../../plainText.ts';
import { momentIn, type Scene } from './scene.ts';

/** The banner, what is still true, and what is over with what became of its messages. */
export function alertRows(state: AlertsState, history: readonly AlertRecord[], scene: Scene): AlertsView {
  const { alerts, banner, stopped } = state;
  const shown = new Set([...alerts, ...(banner === undefined ? [] : [banner])].map(({ id }) => id));
  const deliveries = new Map(history.map((record) => [record.alert.id, record.deliveries]));
  const row = (alert: Alert): AlertRow => alertRow(alert, deliveries.get(alert.id) ?? [], scene);
  return {
    ...(banner === undefined ? {} : { banner: row(banner) }),
    rows: [...stopped.map((one) => stoppedRow(one, scene)), ...alerts.slice(0, 100).map(row)],
    earlier: history
      .filter(({ alert }) => !shown.has(alert.id))
      .slice(0, 20)
      .map(({ alert }) => row(alert)),
  };
}

function alertRow(alert: Alert, deliveries: readonly DeliveryRecord[], scene: Scene): AlertRow {
  const { l10n, language, timeZone } = scene;
  const texts: TextContext = { l10n, timeZone, language };
  const runbook = runbookOf(alert.event);
  const action = actionOf(alert, l10n);
  const failed = deliveries.filter(({ state }) => state === 'failed');
  return {
    id: alert.id,
    level: alert.level,
    levelWord: levelWord(l10n, alert.level),
    words: plainText(alertWords(alert, texts), 400),
    more: [...causeLines(alert, texts), ...failed.map((one) => deliveryWords(l10n, one))]
      .slice(0, 50)
      .map((line) => plainText(line, 400)),
    time: momentIn(scene, alert.atMs),
    ...(runbook === undefined ? {} : { runbook: runbookTitle(l10n, runbook) }),
    ...(action === undefined ? {} : { action: { do: action.do, title: action.title } }),
  };
}

function deliveryWords(l10n: L10n, { channel, said }: DeliveryRecord): string {
  const name = channelName(l10n, channel);
  return said === '' ? l10n.t('{0}: could not be sent', name) : l10n.t('{0}: could not be sent ({1})', name, said);
}

function stoppedRow({ channel, said }: AlertsState['stopped'][number], { l10n }: Scene): AlertRow {
  return {
    id: stoppedId(channel),
    level: 'warning',
    levelWord: levelWord(l10n, 'warning'),
    words: l10n.t('{0}: no alerts are sent until its settings change', channelName(l10n, channel)),
    more: said === '' ? [] : [plainText(said, 400)],
    time: '',
    action: stoppedAction(channel, l10n),
  };
}

type Channel = DeliveryRecord['channel'];

/** The row of a channel that does not send. */
export const stoppedId = (channel: Channel): string => `stopped:${channel}`;

/** The steps that make it send again; they end with a test message. */
export function stoppedAction(channel: Channel, l10n: L10n): AlertAction {
  switch (channel) {
    case 'toast':
      return { do: 'openSettings', title: l10n.t('Settings') };
    case 'telegram':
      return { do: 'setUpTelegram', title: l10n.t('Set Up Telegram') };
    case 'email':
      return { do: 'setUpEmail', title: l10n.t('Set Up Email') };
  }
}

function channelName(l10n: L10n, channel: Channel): string {
  switch (channel) {
    case 'toast':
      return l10n.t('Notification');
    case 'telegram':
      return 'Telegram';
    case 'email':
      return l10n.t('Email');
  }
}

function levelWord(l10n: L10n, level: Alert['level']): string {
  switch (level) {
    case 'info':
      return l10n.t('Note');
    case 'warning':
      return l10n.t('Warning');
    case 'error':
      return l10n.t('Error');
    case 'critical':
      return l10n.t('Critical');
  }
}

function runbookTitle(l10n: L10n, runbook: Runbook): string {
  switch (runbook) {
    case 'key-rotated':
      return l10n.t('Runbook: a key was rotated');
    case 'quota-exceeded':
      return l10n.t('Runbook: quota exceeded');
    case 'all-keys-failed':
      return l10n.t('Runbook: all keys failed');
  }
}

export type AlertAction = NonNullable<AlertRow['action']> & {
  /** What its command is run for: a key ref or nothing. */
  readonly argument?: string;
};

/** What the user can do about it, and for which key. */
export function actionOf(alert: Alert, l10n: L10n): AlertAction | undefined {
  switch (alert.event) {
    case 'keyRefused':
      return { do: 'editKey', title: l10n.t('Update Key'), argument: alert.key };
    case 'noCredit':
      return { do: 'checkKey', title: l10n.t('Check Key'), argument: alert.key };
    case 'quotaWarning':
    case 'quotaCritical':
    case 'exhausted':
      return { do: 'addKey', title: l10n.t('Add Key') };
    case 'allFailed':
      return { do: 'checkAllKeys', title: l10n.t('Check All Keys') };
    case 'limitLearned':
      return alert.userValue === undefined
        ? undefined
        : { do: 'editKey', title: l10n.t('Edit Key'), argument: alert.key };
    case 'modelReplaced':
      return { do: 'openSettings', title: l10n.t('Settings') };
    case 'recovered':
    case 'offline':
      return undefined;
  }
}
