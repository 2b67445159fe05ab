import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { TelegramApi } from '../../../src/adapters/telegramApi.ts';
import { TelegramChannel } from '../../../src/adapters/telegramChannel.ts';
import { TelegramSetUpCalls } from '../../../src/adapters/telegramSetUpCalls.ts';
import { UndiciHttp } from '../../../src/adapters/undiciHttp.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import type { SendResult } from '../../../src/core/alerts/channel.ts';
import type { Clock } from '../../../src/core/ports.ts';
import { TelegramSimulator } from '../../simulator/telegramSimulator.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { MapBinding, MapSecrets, outgoing } from './channelFixture.ts';

const http = new UndiciHttp({
  config: () => ({ strictSSL: true, proxySupport: 'off', systemCertificates: false, env: {} }),
});

describe('Telegram channel', () => {
  let telegram: TelegramSimulator;
  let secrets: MapSecrets;
  let binding: MapBinding;
  let settings: { chatId: string; apiUrl: string };
  let clock: FakeClock;
  let channel: TelegramChannel;

  beforeEach(async () => {
    telegram = await new TelegramSimulator().start();
    secrets = new MapSecrets();
    binding = new MapBinding();
    settings = { chatId: '987654321', apiUrl: telegram.url };
    clock = new FakeClock();
    await secrets.store('telegramBotToken', new Secret(telegram.token));
    channel = channelWith(clock);
  });

  afterEach(() => telegram.stop());

  const channelWith = (withClock: Clock): TelegramChannel =>
    new TelegramChannel({
      api: new TelegramApi({ http, clock: withClock, l10n: plainL10n }),
      settings: () => settings,
      storeChatId: (chatId) => {
        settings.chatId = chatId;
        return Promise.resolve();
      },
      secrets,
      binding,
      clock: withClock,
      l10n: plainL10n,
    });

  async function refusal(): Promise<Extract<SendResult, { ok: false }>> {
    const result = await channel.send(outgoing('hello'));
    assert.ok(!result.ok);
    assert.ok(!result.said.includes(telegram.token) && !result.said.includes('/bot'), result.said);
    return result;
  }

  it('is worth another try when the token could not be read', async () => {
    secrets.reading = 'fails';
    const result = await refusal();
    assert.deepEqual([result.kind, result.said], ['again', 'the secret storage did not answer']);
    secrets.reading = 'works';
    assert.equal((await channel.send(outgoing('hello'))).ok, true);
  });

  it('is not set up without a chat, whether or not there is a token to read', async () => {
    secrets.reading = 'fails';
    settings.chatId = '';
    assert.equal((await refusal()).kind, 'notSetUp');
  });

  it('waits 10 s at most for the token', async () => {
    secrets.reading = 'hangs';
    const sent = refusal();
    await clock.advance(10_000);
    assert.equal((await sent).kind, 'again');
  });

  it('delivers a text word for word, Markdown and HTML in it included', async () => {
    const text = '❌ <b>Groq</b> & *Key* _1_ [x](y) invalid - check API key\n</i> &amp; done';
    assert.deepEqual(await channel.send(outgoing(text)), { ok: true, said: '' });
    assert.deepEqual(
      telegram.messages.map((message) => [message.chatId, message.text, message.parseMode]),
      [['987654321', text, 'HTML']],
    );
  });

  it('splits a text above 4,000 characters between lines, and never inside a character', async () => {
    const line = `${'🚨'.repeat(499)}x`;
    const text = Array.from({ length: 9 }, () => line).join('\n');
    await channel.send(outgoing(text));
    assert.deepEqual(telegram.messages.map((message) => message.text).join('\n'), text);
    assert.ok(telegram.messages.every((message) => message.text.length <= 4_000));
    telegram.messages.length = 0;
    const unbroken = `x${'🚨'.repeat(3_000)}`;
    await channel.send(outgoing(unbroken));
    assert.equal(telegram.messages.map((message) => message.text).join(''), unbroken);
    assert.ok(telegram.messages.every((message) => message.text.isWellFormed()));
  });

  it('says that it is not set up without a token or a chat', async () => {
    settings.chatId = '';
    assert.equal((await refusal()).kind, 'notSetUp');
    settings.chatId = '1';
    await secrets.delete('telegramBotToken');
    assert.equal((await refusal()).kind, 'notSetUp');
    assert.equal(telegram.calls.length, 0);
  });

  it('stops with a wrong token, and says so without repeating it', async () => {
    await secrets.store('telegramBotToken', new Secret(`1:${'z'.repeat(35)}`));
    const result = await refusal();
    assert.deepEqual([result.kind, result.said], ['stopped', 'Unauthorized: the bot token is wrong or was revoked']);
    await secrets.store('telegramBotToken', new Secret('../no token?x=1'));
    assert.equal((await refusal()).kind, 'stopped');
  });

  it('says what to do about a wrong chat id', async () => {
    telegram.userWrites(42, 'Ada');
    const result = await refusal();
    assert.deepEqual(
      [result.kind, result.said],
      ['refused', 'Bad Request: chat not found: send the bot a message first, or check the chat id'],
    );
  });

  it('stops when the bot was blocked or never started', async () => {
    for (const behaviour of ['blocked', 'cannotInitiate'] as const) {
      telegram.next(behaviour);
      const result = await refusal();
      assert.equal(result.kind, 'stopped');
      assert.match(result.said, /^Forbidden: bot .*: open the bot in Telegram and press Start$/);
    }
  });

  it('is to be tried again no sooner than Telegram asks', async () => {
    telegram.next('rateLimited');
    assert.deepEqual(await refusal(), {
      ok: false,
      kind: 'again',
      said: 'Too Many Requests: retry after 17',
      retryAfterMs: 17_000,
    });
  });

  it('follows a group that moved, and remembers where to', async () => {
    telegram.next('migrated');
    assert.equal((await channel.send(outgoing('hello'))).ok, true);
    assert.deepEqual(
      telegram.messages.map(({ chatId }) => chatId),
      [String(telegram.migratedTo)],
    );
    assert.equal(settings.chatId, String(telegram.migratedTo));
  });

  it('sends as plain text what Telegram cannot parse', async () => {
    telegram.next('cannotParse');
    assert.equal((await channel.send(outgoing('a < b'))).ok, true);
    assert.deepEqual(
      telegram.messages.map(({ raw, parseMode }) => [raw, parseMode]),
      [['a < b', undefined]],
    );
  });

  it('is to be tried again after a server error, a gateway’s page and a broken connection', async () => {
    for (const behaviour of ['serverError', 'badGateway', 'reset'] as const) {
      telegram.next(behaviour);
      assert.equal((await refusal()).kind, 'again', behaviour);
    }
  });

  it('gives up a call that hangs after 15 s, and does not blame the token', async () => {
    telegram.behaviour = 'hang';
    const sending = refusal();
    while (telegram.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(15_000);
    const result = await sending;
    assert.equal(result.kind, 'again');
    assert.match(result.said, /no answer in time/);
  });

  it('names an unknown host', async () => {
    settings.apiUrl = 'https://no-such-host.invalid';
    const result = await refusal();
    assert.equal(result.kind, 'again');
    assert.match(result.said, /^no-such-host\.invalid/);
  });

  it('sends no token over plain http to another machine, nor to a place it was not entered for', async () => {
    settings.apiUrl = 'http://telegram.example.org';
    assert.equal((await refusal()).kind, 'stopped');
    binding.bound.set('telegramBotToken', 'https://api.telegram.org');
    settings.apiUrl = 'https://elsewhere.invalid';
    const result = await refusal();
    assert.equal(result.kind, 'stopped');
    assert.match(result.said, /entered for https:\/\/api\.telegram\.org/);
  });

  it('finds bot and chats for the set-up', async () => {
    const calls = new TelegramSetUpCalls(new TelegramApi({ http, clock, l10n: plainL10n }), plainL10n);
    const token = new Secret(telegram.token);
    assert.deepEqual(await calls.whoIs(telegram.url, token), { ok: true, value: { username: 'ai_keys_test_bot' } });
    assert.deepEqual(await calls.chats(telegram.url, token), { ok: true, value: [] });
    telegram.userWrites(42, 'Ada');
    telegram.userWrites(43, 'Bob\n<b>');
    assert.deepEqual(await calls.chats(telegram.url, token), {
      ok: true,
      value: [
        { id: '43', type: 'private', title: 'Bob <b>' },
        { id: '42', type: 'private', title: 'Ada' },
      ],
    });
    telegram.next('unauthorized');
    assert.deepEqual(await calls.whoIs(telegram.url, token), { ok: false, said: 'Unauthorized' });
  });
});
