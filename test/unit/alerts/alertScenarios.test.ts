import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { SmtpChannel } from '../../../src/adapters/smtpChannel.ts';
import { TelegramApi } from '../../../src/adapters/telegramApi.ts';
import { TelegramChannel } from '../../../src/adapters/telegramChannel.ts';
import { UndiciHttp } from '../../../src/adapters/undiciHttp.ts';
import { AlertService } from '../../../src/core/alerts/alertService.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { SmtpSimulator } from '../../simulator/smtpSimulator.ts';
import { TelegramSimulator } from '../../simulator/telegramSimulator.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { SeededRandom } from '../support/seededRandom.ts';
import { AlertFixture, alertNames, LinesLog, RecordingChannel } from './alertFixture.ts';
import { MapBinding, MapSecrets } from './channelFixture.ts';
import { OutboxFile } from './outboxFixture.ts';

const http = new UndiciHttp({
  config: () => ({ strictSSL: true, proxySupport: 'off', systemCertificates: false, env: {} }),
});
const password = 'canary-'.repeat(4);
const login = { user: 'alerts@example.org', password };

/** Windows over one database file, a simulated Telegram and a real mail server. */
class ChannelsFixture {
  readonly telegram = new TelegramSimulator();
  readonly smtp = new SmtpSimulator({ tls: 'starttls', login });
  readonly file = new OutboxFile();
  readonly alerts = new AlertFixture();
  readonly secrets = new MapSecrets();
  readonly log = new LinesLog();
  readonly services: AlertService[] = [];

  async start(): Promise<this> {
    await this.telegram.start();
    await this.smtp.start();
    await this.secrets.store('telegramBotToken', new Secret(this.telegram.token));
    await this.secrets.store('smtpPassword', new Secret(password));
    return this;
  }

  open(): AlertService {
    const { clock } = this.alerts;
    const common = { secrets: this.secrets, binding: new MapBinding(), clock, l10n: plainL10n };
    const service = new AlertService({
      outbox: this.file.open(),
      channels: [
        new TelegramChannel({
          ...common,
          api: new TelegramApi({ http, clock, l10n: plainL10n }),
          settings: () => ({ chatId: '987654321', apiUrl: this.telegram.url }),
          storeChatId: () => Promise.resolve(),
        }),
        new SmtpChannel({
          ...common,
          settings: () => ({
            to: 'admin@platform.com',
            from: '',
            host: '127.0.0.1',
            port: this.smtp.port,
            secure: undefined,
            user: login.user,
          }),
          caCertificates: () => [this.smtp.certificate?.cert ?? ''],
        }),
        new RecordingChannel('toast'),
      ],
      settings: () => this.alerts.settings,
      names: alertNames,
      isStillTrue: () => true,
      clock,
      random: new SeededRandom(this.services.length + 1),
      log: this.log,
      l10n: plainL10n,
    });
    this.services.push(service);
    service.start();
    return service;
  }

  /** Time passes, and what goes over the sockets gets there. */
  async pass(ms: number): Promise<void> {
    await this.alerts.clock.advance(ms);
    const busy = async (): Promise<boolean> => {
      const records = (await this.services.at(-1)?.history()) ?? [];
      return records.some(({ deliveries }) => deliveries.some(({ state }) => state === 'sending'));
    };
    while (await busy()) await new Promise((resolve) => setImmediate(resolve));
    await this.alerts.clock.advance(0);
  }

  async stop(): Promise<void> {
    for (const service of this.services) service.dispose();
    await this.telegram.stop();
    await this.smtp.stop();
    this.file.dispose();
  }
}

describe('alerts of the scenarios, over real sockets, with three windows open', () => {
  let fixture: ChannelsFixture;
  let windows: AlertService[];

  beforeEach(async () => {
    fixture = await new ChannelsFixture().start();
    windows = [fixture.open(), fixture.open(), fixture.open()];
  });

  afterEach(() => fixture.stop());

  const all = (event: Parameters<AlertService['handle']>[0]): void => {
    for (const window of windows) window.handle(event);
  };
  const texts = (): string[] => fixture.telegram.messages.map(({ text }) => text);

  it('1: a normal day warns once at 83 % and is critical once at 92 %, and not again after a restart', async () => {
    all(fixture.alerts.passed('groq/1', 12_000, 75));
    await fixture.pass(6_000);
    assert.deepEqual(texts(), ['⚠️ Groq Key 1: 83% quota used']);
    assert.equal(fixture.smtp.mails.length, 0);
    all(fixture.alerts.passed('groq/1', 13_248, 90));
    await fixture.pass(6_000);
    assert.deepEqual(texts().slice(1), ['🚨 Groq Key 1: 92% used!']);
    assert.deepEqual(
      fixture.smtp.mails.map(({ subject }) => subject),
      ['Critical: Groq quota'],
    );
    for (const window of windows) window.dispose();
    fixture.open().handle(fixture.alerts.passed('groq/1', 13_300, 90));
    await fixture.pass(6_000);
    assert.deepEqual([fixture.telegram.messages.length, fixture.smtp.mails.length], [2, 1]);
  });

  it('2: a refused key is told by email and Telegram', async () => {
    all(fixture.alerts.ofKey('refused', 'groq/1'));
    await fixture.pass(6_000);
    assert.deepEqual(texts(), ['❌ Groq Key 1 invalid - check API key']);
    const [mail, ...more] = fixture.smtp.mails;
    assert.deepEqual([mail?.subject, more.length], ['❌ Groq Key 1 Auth Failed', 0]);
    assert.match(mail?.text ?? '', /^Please check and update the API key$/m);
  });

  it('3: when everything fails, one critical alert goes to email, Telegram and the banner', async () => {
    all(fixture.alerts.allFailed());
    await fixture.pass(6_000);
    assert.deepEqual(texts(), ['🚨 All AI providers down!']);
    const [mail, ...more] = fixture.smtp.mails;
    assert.deepEqual([mail?.subject, more.length], ['🚨 CRITICAL: All AI Keys Failed!', 0]);
    assert.equal(
      mail?.text,
      'Immediate action required:\n\nGroq: keys 1, 2 and 3 were refused\nGemini: keys 1 and 2 are rate limited',
    );
    assert.ok(windows.every((window) => window.state().banner !== undefined));
  });

  it('no token, password or secret is in any message, log or history, failures included', async () => {
    fixture.telegram.next('unauthorized');
    fixture.smtp.next('authFails');
    all(fixture.alerts.allFailed());
    await fixture.pass(6_000);
    const history = await windows[0]?.history();
    const everything = inspect(
      [
        fixture.telegram.messages,
        fixture.smtp.mails,
        fixture.log.lines,
        history,
        windows.map((window) => window.state()),
      ],
      { depth: 9, maxStringLength: null, maxArrayLength: null },
    );
    assert.match(everything, /Unauthorized/);
    assert.match(everything, /refused the login/);
    const encoded = Buffer.from(`\u0000${login.user}\u0000${password}`).toString('base64');
    for (const canary of [fixture.telegram.token, password, encoded]) assert.ok(!everything.includes(canary));
  });
});
