import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import * as z from 'zod';
import { readAlertSettings } from '../../../src/core/alerts/alertSettings.ts';
import { readEmailSettings, readTelegramSettings, type RawSetting } from '../../../src/core/alerts/channelSettings.ts';

const read = (raw: { warnAtPercent?: unknown; channels?: unknown; quietHours?: unknown }) =>
  readAlertSettings({ warnAtPercent: undefined, channels: undefined, quietHours: undefined, ...raw }, 'UTC');

const withDefault = z.object({ default: z.unknown() });

function findProperty(configuration: unknown, name: string): z.infer<typeof withDefault> {
  const { properties } = z.object({ properties: z.record(z.string(), z.unknown()) }).parse(configuration);
  return withDefault.parse(properties[name]);
}

const from =
  (values: Readonly<Record<string, unknown>>): RawSetting =>
  (name) =>
    values[name];

describe('alert settings', () => {
  it('are the table of the spec where nothing is set', () => {
    const { settings, problems } = read({});
    assert.deepEqual(problems, []);
    assert.deepEqual(settings.thresholdsPercent, [75, 90]);
    assert.equal(settings.quietHours, undefined);
    assert.deepEqual(settings.channels.quotaWarning, ['toast', 'statusBar', 'log', 'telegram']);
    assert.deepEqual(settings.channels.exhausted, ['statusBar', 'log']);
    assert.deepEqual(settings.channels.recovered, ['toast', 'statusBar', 'log', 'telegram']);
    for (const event of ['quotaCritical', 'keyRefused', 'noCredit', 'allFailed'] as const) {
      assert.deepEqual(settings.channels[event], ['toast', 'statusBar', 'log', 'telegram', 'email']);
    }
  });

  it('have the same defaults in the manifest', () => {
    const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
    const { settings } = read({});
    const { default: channels } = z
      .object({ contributes: z.object({ configuration: z.looseObject({}) }) })
      .transform(({ contributes }) => findProperty(contributes.configuration, 'aiKeys.alerts.channels'))
      .parse(JSON.parse(manifest));
    assert.deepEqual(channels, settings.channels);
  });

  it('change one event and leave the others', () => {
    const { settings } = read({ channels: { keyRefused: [] }, warnAtPercent: [95, 50, 50] });
    assert.deepEqual(settings.channels.keyRefused, []);
    assert.deepEqual(settings.channels.exhausted, ['statusBar', 'log']);
    assert.deepEqual(settings.thresholdsPercent, [50, 95]);
  });

  it('name what is wrong and keep its default', () => {
    const wrong = {
      warnAtPercent: ['x'],
      channels: { keyRefused: ['pigeon'] },
      quietHours: { from: '25:00', to: '07:00' },
    };
    const { settings, problems } = read(wrong);
    assert.deepEqual(problems, [
      'aiKeys.quota.warnAtPercent',
      'aiKeys.alerts.channels.keyRefused',
      'aiKeys.alerts.quietHours',
    ]);
    assert.deepEqual([settings.thresholdsPercent, settings.channels.keyRefused.length], [[75, 90], 5]);
  });

  it('of the channels are forgiving about types', () => {
    assert.deepEqual(
      readTelegramSettings(from({ 'telegram.chatId': 987654321, 'telegram.apiUrl': 'https://t.example/' })),
      {
        chatId: '987654321',
        apiUrl: 'https://t.example',
      },
    );
    assert.deepEqual(readTelegramSettings(from({})), { chatId: '', apiUrl: 'https://api.telegram.org' });
    const email = readEmailSettings(from({ 'email.port': '2525', 'email.secure': 'false', 'email.to': ' a@b.org ' }));
    assert.deepEqual([email.port, email.secure, email.to, email.host], [2525, false, 'a@b.org', '']);
    const empty = readEmailSettings(from({ 'email.port': '', 'email.secure': '' }));
    assert.deepEqual([empty.port, empty.secure], [undefined, undefined]);
  });
});
