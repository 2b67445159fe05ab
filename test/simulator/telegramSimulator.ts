import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import * as z from 'zod';
import {
  cannotParse,
  errorReply,
  okReply,
  replyOf,
  type TelegramBehaviour,
  type TelegramReply,
} from './telegramReplies.ts';

export type TelegramMessage = {
  readonly chatId: string;
  /** As the reader sees it. */
  readonly text: string;
  /** As it was sent. */
  readonly raw: string;
  readonly parseMode: string | undefined;
};

const sendMessage = z.object({
  chat_id: z.union([z.string(), z.number()]).transform(String),
  text: z.string(),
  parse_mode: z.string().optional(),
});

const maxTextUnits = 4_096;
const knownTag = /<\/?(?:b|strong|i|em|u|ins|s|strike|del|code|pre|a|blockquote|tg-spoiler)(?:\s[^<>]*)?>/g;

/** The Bot API over a real socket: one bot, its chats, and whatever goes wrong with them. */
export class TelegramSimulator {
  /** Built here, so that no file holds what looks like a token. */
  readonly token = `123456789:${'Ab-_5'.repeat(7)}`;
  readonly username = 'ai_keys_test_bot';
  readonly messages: TelegramMessage[] = [];
  /** Every call that named a method, in order. */
  readonly calls: { readonly method: string; readonly token: string }[] = [];
  /** Chats that wrote to the bot; others are not found. Empty: every chat is known. */
  readonly chats = new Set<string>();
  behaviour: TelegramBehaviour = 'ok';
  retryAfterSeconds = 17;
  migratedTo = -1_001_234_567_890;
  readonly #next: TelegramBehaviour[] = [];
  readonly #updates: unknown[] = [];
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  async start(port = 0): Promise<this> {
    const server = createServer((request, response) => void this.#serve(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((listening, failed) => {
      server.once('error', failed);
      server.listen(port, '127.0.0.1', listening);
    });
    this.#server = server;
    return this;
  }

  /** For the setting `aiKeys.alerts.telegram.apiUrl`. */
  get url(): string {
    const address = this.#server?.address() ?? null;
    if (address === null || typeof address === 'string') throw new Error('the simulator is not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  /** What the next calls meet, one each. */
  next(...behaviours: TelegramBehaviour[]): void {
    this.#next.push(...behaviours);
  }

  /** Somebody presses Start. */
  userWrites(id: number, firstName: string): void {
    this.chats.add(String(id));
    const person = { id, first_name: firstName, type: 'private' };
    this.#updates.push({
      update_id: 1_000 + this.#updates.length,
      message: { message_id: 1, date: 1_789_200_000, chat: person, from: { ...person, is_bot: false }, text: '/start' },
    });
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((done) => {
      if (this.#server === undefined) done();
      else this.#server.close(() => done());
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    const [, token = '', method = ''] = /^\/bot([^/]*)\/([A-Za-z]+)$/.exec(request.url ?? '') ?? [];
    this.calls.push({ method, token: decodeURIComponent(token) });
    const behaviour = this.#next.shift() ?? this.behaviour;
    if (behaviour === 'hang') return;
    if (behaviour === 'reset') return void request.socket.destroy();
    const reply =
      replyOf(behaviour, this) ?? this.#carryOut(decodeURIComponent(token), method, Buffer.concat(chunks).toString());
    response.writeHead(reply.status, reply.headers ?? {});
    response.end(reply.body);
  }

  #carryOut(token: string, method: string, body: string): TelegramReply {
    if (!/^\d+:[\w-]{35}$/.test(token))
      return errorReply(
        method === '' ? 404 : 401,
        method === '' ? 'Not Found' : 'Unauthorized: invalid token specified',
      );
    if (token !== this.token) return errorReply(401, 'Unauthorized');
    if (method === 'getMe')
      return okReply({ id: 123_456_789, is_bot: true, first_name: 'AI Keys', username: this.username });
    if (method === 'getUpdates') return okReply(this.#updates);
    return method === 'sendMessage' ? this.#sendMessage(body) : errorReply(404, 'Not Found');
  }

  #sendMessage(body: string): TelegramReply {
    const message = sendMessage.safeParse(JSON.parse(body));
    if (!message.success) return errorReply(400, 'Bad Request: message text is empty');
    const { chat_id: chatId, text: raw, parse_mode: parseMode } = message.data;
    if (chatId === '') return errorReply(400, 'Bad Request: chat_id is empty');
    if (this.chats.size > 0 && !this.chats.has(chatId)) return errorReply(400, 'Bad Request: chat not found');
    const text = parseMode === 'HTML' ? shownHtml(raw) : raw;
    if (text === undefined) return cannotParse(raw.indexOf('<'));
    if (text.trim() === '') return errorReply(400, 'Bad Request: message text is empty');
    if (text.length > maxTextUnits) return errorReply(400, 'Bad Request: message is too long');
    this.messages.push({ chatId, text, raw, parseMode });
    const from = { id: 123_456_789, is_bot: true, first_name: 'AI Keys', username: this.username };
    const chat = { id: Number(chatId), first_name: 'A', type: 'private' };
    return okReply({ message_id: this.messages.length, from, chat, date: 1_789_200_000, text });
  }
}

/** Undefined where Telegram would not understand it. */
function shownHtml(raw: string): string | undefined {
  const text = raw.replace(knownTag, '');
  if (/[<>]/.test(text) || /&(?!(?:amp|lt|gt|quot|#\d+|#x[\da-f]+);)/i.test(text)) return undefined;
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
