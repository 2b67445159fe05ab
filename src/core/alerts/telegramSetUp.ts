import type { Secret } from '../keys/secret.ts';

export type FarEnd<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly said: string };

export type TelegramChat = {
  readonly id: string;
  /** Name of the person, group or channel, one line. */
  readonly title: string;
  readonly type: string;
};

/** What the set-up asks Telegram before anything is stored. `apiUrl` without a trailing slash. */
export interface TelegramBots {
  /** The bot's user name: proof of the token. */
  whoIs(apiUrl: string, token: Secret): Promise<FarEnd<{ readonly username: string }>>;
  /** Who wrote to the bot lately, newest first. */
  chats(apiUrl: string, token: Secret): Promise<FarEnd<readonly TelegramChat[]>>;
}
