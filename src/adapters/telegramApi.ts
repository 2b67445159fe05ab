import * as z from 'zod';
import { farEndWords } from '../core/alerts/farEndWords.ts';
import type { Secret } from '../core/keys/secret.ts';
import { HttpError, type Clock, type Http, type L10n } from '../core/ports.ts';

export type TelegramCall = {
  readonly apiUrl: string;
  readonly token: Secret;
  readonly method: 'getMe' | 'getUpdates' | 'sendMessage';
  readonly body?: Readonly<Record<string, unknown>>;
};

export type TelegramReply =
  | { readonly ok: true; readonly result: unknown }
  /** `status` undefined: nothing was answered at all. Neither names the URL, which holds the token. */
  | {
      readonly ok: false;
      readonly status: number | undefined;
      /** Telegram's own words, or what went wrong on the way. */
      readonly said: string;
      readonly retryAfterMs?: number;
      readonly migratedTo?: string;
    };

const replySchema = z.object({
  ok: z.boolean(),
  result: z.unknown().optional(),
  description: z.string().optional(),
  parameters: z.object({ retry_after: z.number().optional(), migrate_to_chat_id: z.number().optional() }).optional(),
});

const timeoutMs = 15_000;
const maxBytes = 1_000_000;

export type TelegramApiPorts = { readonly http: Http; readonly clock: Clock; readonly l10n: L10n };

/** One call of the Bot API. The token stands in the URL, so no error may repeat the URL. */
export class TelegramApi {
  readonly #ports: TelegramApiPorts;

  constructor(ports: TelegramApiPorts) {
    this.#ports = ports;
  }

  async call(call: TelegramCall): Promise<TelegramReply> {
    const ended = new AbortController();
    const cancel = this.#ports.clock.after(timeoutMs, () => ended.abort());
    try {
      return await this.#send(call, ended.signal);
    } catch (error) {
      return { ok: false, status: undefined, said: this.#problemWords(call, error) };
    } finally {
      cancel();
    }
  }

  async #send({ apiUrl, token, method, body }: TelegramCall, signal: AbortSignal): Promise<TelegramReply> {
    const response = await this.#ports.http.send({
      method: 'POST',
      url: `${apiUrl}/bot${inPath(token.reveal())}/${method}`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body ?? {}),
      signal,
      connectTimeoutMs: timeoutMs,
      headersTimeoutMs: timeoutMs,
      idleTimeoutMs: timeoutMs,
      maxBytes,
    });
    return this.#read(response.status, await textOf(response.body), response.headers['retry-after'], token);
  }

  #read(status: number, text: string, retryAfter: string | undefined, token: Secret): TelegramReply {
    const reply = replySchema.safeParse(jsonOf(text));
    if (!reply.success) {
      // A proxy's or a gateway's page: its words help nobody.
      return { ok: false, status, said: this.#ports.l10n.t('HTTP {0} without Telegram’s reply', status) };
    }
    if (reply.data.ok) return { ok: true, result: reply.data.result };
    const { description, parameters } = reply.data;
    const seconds = parameters?.retry_after ?? (retryAfter === undefined ? Number.NaN : Number(retryAfter));
    const migratedTo = parameters?.migrate_to_chat_id;
    return {
      ok: false,
      status,
      said: farEndWords(description ?? `HTTP ${status}`, [token]),
      ...(Number.isFinite(seconds) ? { retryAfterMs: Math.max(0, seconds) * 1_000 } : {}),
      ...(migratedTo === undefined ? {} : { migratedTo: String(migratedTo) }),
    };
  }

  #problemWords({ apiUrl, token }: TelegramCall, error: unknown): string {
    const { l10n } = this.#ports;
    const host = URL.canParse(apiUrl) ? new URL(apiUrl).host : l10n.t('Telegram');
    if (!(error instanceof HttpError)) return l10n.t('{0} could not be reached', host);
    switch (error.problem) {
      case 'dns':
        return l10n.t('{0}: unknown host, or no connection', host);
      case 'certificate':
        return farEndWords(l10n.t('{0}: its certificate was not accepted: {1}', host, error.message), [token]);
      case 'connectTimeout':
      case 'headersTimeout':
      case 'idleTimeout':
      case 'aborted':
        return l10n.t('{0}: no answer in time (Telegram is blocked in some networks)', host);
      default:
        return l10n.t('{0} could not be reached ({1})', host, error.problem);
    }
  }
}

/** A mangled token must not reach into path or query. Telegram wants its colon as it is. */
const inPath = (token: string): string => encodeURIComponent(token).replaceAll('%3A', ':');

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of body) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
