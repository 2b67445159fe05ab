import * as z from 'zod';
import { plainLine } from '../core/alerts/plainLine.ts';
import type { FarEnd, TelegramBots, TelegramChat } from '../core/alerts/telegramSetUp.ts';
import type { Secret } from '../core/keys/secret.ts';
import type { L10n } from '../core/ports.ts';
import type { TelegramApi } from './telegramApi.ts';

const me = z.object({ username: z.string() });
const chat = z.object({
  id: z.number(),
  type: z.string(),
  title: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  username: z.string().optional(),
});
const withChat = z.object({ chat });
/** Only what can name a chat is read; other kinds of updates are passed over. */
const update = z.object({
  message: withChat.optional().catch(undefined),
  channel_post: withChat.optional().catch(undefined),
  my_chat_member: withChat.optional().catch(undefined),
});

/** What the set-up asks Telegram: whose token it is, and who wrote to the bot. */
export class TelegramSetUpCalls implements TelegramBots {
  readonly #api: TelegramApi;
  readonly #l10n: L10n;

  constructor(api: TelegramApi, l10n: L10n) {
    this.#api = api;
    this.#l10n = l10n;
  }

  async whoIs(apiUrl: string, token: Secret): Promise<FarEnd<{ readonly username: string }>> {
    const reply = await this.#api.call({ apiUrl, token, method: 'getMe' });
    if (!reply.ok) return { ok: false, said: reply.said };
    const bot = me.safeParse(reply.result);
    return bot.success ? { ok: true, value: { username: plainLine(bot.data.username, 64) } } : this.#foreign();
  }

  async chats(apiUrl: string, token: Secret): Promise<FarEnd<readonly TelegramChat[]>> {
    // No `allowed_updates` and no `offset`: either would change what the bot's other readers get.
    const reply = await this.#api.call({ apiUrl, token, method: 'getUpdates', body: { timeout: 0 } });
    if (!reply.ok) return { ok: false, said: reply.said };
    const updates = z.array(update).safeParse(reply.result);
    if (!updates.success) return this.#foreign();
    const found = new Map<string, TelegramChat>();
    for (const one of updates.data.toReversed()) {
      const from = (one.message ?? one.channel_post ?? one.my_chat_member)?.chat;
      if (from !== undefined && !found.has(String(from.id))) found.set(String(from.id), chatOf(from));
    }
    return { ok: true, value: [...found.values()] };
  }

  #foreign(): { readonly ok: false; readonly said: string } {
    return { ok: false, said: this.#l10n.t('the answer is not Telegram’s') };
  }
}

function chatOf({ id, type, title, first_name, last_name, username }: z.infer<typeof chat>): TelegramChat {
  const person = [first_name, last_name].filter((name) => name !== undefined).join(' ');
  return { id: String(id), type, title: plainLine(title ?? (person === '' ? (username ?? String(id)) : person), 80) };
}
