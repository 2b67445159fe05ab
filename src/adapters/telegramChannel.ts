import { heldFor, type ChannelBinding } from '../core/alerts/channelBinding.ts';
import type { Channel, Outgoing, SendResult } from '../core/alerts/channel.ts';
import { readChannelSecret, type ChannelSecretPorts } from '../core/alerts/channelSecret.ts';
import { isAllowedApiUrl, type TelegramSettings } from '../core/alerts/channelSettings.ts';
import type { Secret } from '../core/keys/secret.ts';
import { isLoopback, originOf } from '../core/providers/origin.ts';
import type { TelegramApi, TelegramReply } from './telegramApi.ts';
import { escapeHtml, splitText } from './telegramText.ts';

export type TelegramChannelPorts = ChannelSecretPorts & {
  readonly api: TelegramApi;
  readonly settings: () => TelegramSettings;
  /** A group became a supergroup: from now on this is its id. */
  readonly storeChatId: (chatId: string) => Promise<void>;
  readonly binding: ChannelBinding;
};

type Refused = Extract<TelegramReply, { ok: false }>;
type Target = { readonly apiUrl: string; readonly token: Secret; readonly chatId: string };

/** Sends through the Bot API as HTML, falling back to plain text where Telegram cannot parse it. */
export class TelegramChannel implements Channel {
  readonly id = 'telegram';
  readonly #ports: TelegramChannelPorts;

  constructor(ports: TelegramChannelPorts) {
    this.#ports = ports;
  }

  wants(): boolean {
    return true;
  }

  missing(): undefined {
    return undefined;
  }

  async send({ message }: Outgoing): Promise<SendResult> {
    const target = await this.#target();
    if ('ok' in target) return target;
    let chatId = target.chatId;
    for (const part of splitText(message.text)) {
      const reply = await this.#sendPart({ ...target, chatId }, part);
      if (!reply.ok && reply.migratedTo !== undefined) {
        chatId = reply.migratedTo;
        await this.#ports.storeChatId(chatId);
        const moved = await this.#sendPart({ ...target, chatId }, part);
        if (!moved.ok) return this.#resultOf(moved);
      } else if (!reply.ok) return this.#resultOf(reply);
    }
    return { ok: true, said: '' };
  }

  async #target(): Promise<Target | SendResult> {
    const { settings, binding, l10n } = this.#ports;
    const { chatId, apiUrl } = settings();
    const notSetUp: SendResult = { ok: false, kind: 'notSetUp', said: l10n.t('not set up') };
    if (chatId === '') return notSetUp;
    const read = await readChannelSecret(this.#ports, 'telegramBotToken');
    if (!read.ok) return read;
    const token = read.secret;
    if (token === undefined) return notSetUp;
    if (!isAllowedApiUrl(apiUrl)) {
      return {
        ok: false,
        kind: 'stopped',
        said: l10n.t('the address of the Telegram server must start with https://'),
      };
    }
    const origin = originOf(apiUrl);
    const held = await heldFor(binding, 'telegramBotToken', origin, isLoopback(apiUrl));
    if (held === undefined) return { apiUrl, token, chatId };
    const said = l10n.t(
      'the bot token was entered for {0}; run "Set Up Telegram Alerts" to send it to {1}',
      held,
      origin,
    );
    return { ok: false, kind: 'stopped', said };
  }

  async #sendPart({ apiUrl, token, chatId }: Target, text: string): Promise<TelegramReply> {
    const message = { chat_id: chatId, link_preview_options: { is_disabled: true } };
    const send = (body: Readonly<Record<string, unknown>>): Promise<TelegramReply> =>
      this.#ports.api.call({ apiUrl, token, method: 'sendMessage', body: { ...message, ...body } });
    const reply = await send({ text: escapeHtml(text), parse_mode: 'HTML' });
    const cannotParse = !reply.ok && reply.status === 400 && /can't parse entities/i.test(reply.said);
    return cannotParse ? send({ text }) : reply;
  }

  #resultOf({ status, said, retryAfterMs }: Refused): SendResult {
    const { l10n } = this.#ports;
    if (status === 429) return { ok: false, kind: 'again', said, retryAfterMs: retryAfterMs ?? 0 };
    if (status === undefined || status >= 500 || status === 409) return { ok: false, kind: 'again', said };
    if (status === 401 || status === 404) {
      return { ok: false, kind: 'stopped', said: l10n.t('{0}: the bot token is wrong or was revoked', said) };
    }
    if (status === 403) {
      return { ok: false, kind: 'stopped', said: l10n.t('{0}: open the bot in Telegram and press Start', said) };
    }
    if (/chat not found/i.test(said)) {
      const words = l10n.t('{0}: send the bot a message first, or check the chat id', said);
      return { ok: false, kind: 'refused', said: words };
    }
    return { ok: false, kind: 'refused', said };
  }
}
