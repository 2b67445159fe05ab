import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LedgerOutbox } from '../../src/adapters/ledgerOutbox.ts';
import { SmtpChannel } from '../../src/adapters/smtpChannel.ts';
import { openLedger, type OpenLedger } from '../../src/adapters/sqliteLedger/openLedger.ts';
import { SqliteOutbox } from '../../src/adapters/sqliteLedger/sqliteOutbox.ts';
import { SystemClock } from '../../src/adapters/systemClock.ts';
import { SystemRandom } from '../../src/adapters/systemRandom.ts';
import { TelegramApi } from '../../src/adapters/telegramApi.ts';
import { TelegramChannel } from '../../src/adapters/telegramChannel.ts';
import { UndiciHttp } from '../../src/adapters/undiciHttp.ts';
import { AlertService } from '../../src/core/alerts/alertService.ts';
import { readAlertSettings } from '../../src/core/alerts/alertSettings.ts';
import { Secret } from '../../src/core/keys/secret.ts';
import type { RouterEvent } from '../../src/core/routing/routerEvent.ts';
import { SmtpSimulator } from '../simulator/smtpSimulator.ts';
import { TelegramSimulator } from '../simulator/telegramSimulator.ts';
import { plainL10n } from '../unit/support/plainL10n.ts';
import { benchFixture, benchLog } from './benchFixture.ts';
import { median } from './median.ts';
import { alone } from './rounds.ts';
import type { Subject } from './rounds.ts';

const clock = new SystemClock();
const random = new SystemRandom();

/** How much longer a request takes while Telegram and the mail server take messages and never answer: 1 is no longer. */
export async function timesWithHangingChannels(baseUrl: string, rounds: number): Promise<number> {
  const telegram = await new TelegramSimulator().start();
  const smtp = await new SmtpSimulator().start();
  telegram.behaviour = 'hang';
  smtp.behaviour = 'hang';
  const folder = mkdtempSync(join(tmpdir(), 'alerts-bench-'));
  const quiet = await openSubject(join(folder, 'quiet.db'), baseUrl, () => undefined);
  const hanging = await openSubject(join(folder, 'hanging.db'), baseUrl, (opened) =>
    serviceOver(opened, telegram, smtp),
  );
  const ratios: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    // Something of its own to say each round: both channels hold a message at all times.
    hanging.service?.handle({
      kind: 'refused',
      atMs: clock.now(),
      key: 'groq/9',
      fingerprint: `r${round}`,
      sentence: '',
    });
    // In short turns, so that whatever else the machine does meets both.
    for (let turn = 0; turn < 4; turn += 1) {
      const [plainUs, heldUs] = [await alone(quiet.subject, 250), await alone(hanging.subject, 250)];
      // The first round warms up.
      if (round > 0) ratios.push(heldUs / plainUs);
    }
  }
  if (telegram.calls.length === 0 || smtp.connections === 0) throw new Error('the channels were not held up');
  quiet.stop();
  hanging.stop();
  await Promise.all([telegram.stop(), smtp.stop()]);
  rmSync(folder, { recursive: true, force: true });
  return median(ratios);
}

async function openSubject(path: string, baseUrl: string, alerts: (opened: OpenLedger) => AlertService | undefined) {
  const opened = await openLedger({ path, clock, random });
  const service = alerts(opened);
  const emit = (event: RouterEvent): void => service?.handle(event);
  const fixture = benchFixture({ baseUrl, clock, ledger: opened.ledger, emit });
  const subject: Subject = {
    name: path,
    call: async (count) => {
      const messages = [{ role: 'user' as const, content: `Why? (${count})` }];
      const answer = await fixture.router.chat({ messages, maxTokens: 256, stream: false });
      if (answer.degraded) throw new Error(answer.content);
      return answer.content;
    },
  };
  const stop = (): void => {
    service?.dispose();
    fixture.ledger.dispose();
    fixture.dispose();
  };
  return { subject, service, stop };
}

/** The alerts as the extension composes them, without toasts, with a critical message on its way at once. */
function serviceOver(opened: OpenLedger, telegram: TelegramSimulator, smtp: SmtpSimulator): AlertService {
  const http = new UndiciHttp({
    config: () => ({ proxySupport: 'off', strictSSL: true, systemCertificates: false, env: {} }),
  });
  const common = {
    secrets: { get: async () => new Secret(telegram.token) },
    binding: { boundTo: () => undefined, bind: async () => undefined },
    clock,
    l10n: plainL10n,
  };
  const service = new AlertService({
    outbox: new LedgerOutbox(new SqliteOutbox({ ...opened, clock, random })),
    channels: [
      new TelegramChannel({
        ...common,
        api: new TelegramApi({ http, clock, l10n: plainL10n }),
        settings: () => ({ chatId: '1', apiUrl: telegram.url }),
        storeChatId: async () => undefined,
      }),
      new SmtpChannel({
        ...common,
        settings: () => ({
          to: 'admin@platform.com',
          from: '',
          host: '127.0.0.1',
          port: smtp.port,
          secure: undefined,
          user: '',
        }),
      }),
    ],
    settings: () =>
      readAlertSettings({ warnAtPercent: undefined, channels: undefined, quietHours: undefined }, 'UTC').settings,
    names: { key: (ref) => ref, provider: (id) => id },
    isStillTrue: () => true,
    clock,
    random,
    log: benchLog,
    l10n: plainL10n,
  });
  service.start();
  service.handle({ kind: 'allFailed', atMs: clock.now(), route: 'r', reasons: [] });
  return service;
}
