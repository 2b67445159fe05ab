import {
  HttpError,
  type Http,
  type HttpProblem,
  type HttpRequest,
  type HttpResponse,
} from '../../../src/core/ports.ts';
import { parseDurationMs } from '../../../src/core/providers/duration.ts';

export type Asked = {
  readonly origin: string;
  readonly path: string;
  /** The credential as it went out; '' where none did. */
  readonly secret: string;
  readonly model: string;
  readonly cap: number;
  readonly streamed: boolean;
  readonly messages: number;
};

type Whole = { readonly status: number; readonly headers?: Record<string, string>; readonly body: string };

export type Reply =
  | Whole
  | { readonly problem: HttpProblem; readonly proxyStatus?: number }
  /** Comes as the test lets it. */
  | LiveReply
  | LateReply
  /** Nothing comes until the caller gives up. */
  | 'hangs';

/** The outside world behind the `Http` port: a script answers, and everything asked is recorded. */
export class ScriptedHttp implements Http {
  readonly asked: Asked[] = [];
  readonly #script: (asked: Asked) => Reply;

  constructor(script: (asked: Asked) => Reply) {
    this.#script = script;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const asked = read(request);
    this.asked.push(asked);
    const scripted = this.#script(asked);
    const reply = scripted instanceof LateReply ? await scripted.reply : scripted;
    if (reply === 'hangs') return hang(request.signal);
    if ('problem' in reply) {
      throw new HttpError(
        reply.problem,
        `${reply.problem} at ${asked.origin}`,
        beforeConnect.has(reply.problem),
        reply.proxyStatus,
      );
    }
    if (reply instanceof LiveReply) {
      const headers = { 'content-type': 'text/event-stream' };
      return { status: 200, headers, body: reply.body(request.signal) };
    }
    return {
      status: reply.status,
      headers: { 'content-type': typeOf(reply.body), ...reply.headers },
      body: once(reply.body),
    };
  }

  /** Chat calls with this credential. */
  chats(secret: string): number {
    return this.asked.filter((each) => each.secret === secret && each.path.endsWith('/chat/completions')).length;
  }
}

const beforeConnect: ReadonlySet<HttpProblem> = new Set(['dns', 'refused', 'connectTimeout', 'proxy']);

function read({ url, auth, body }: HttpRequest): Asked {
  const { origin, pathname } = new URL(url);
  const sent: unknown = body === undefined ? {} : JSON.parse(body);
  return {
    origin,
    path: pathname,
    secret: auth?.secret.reveal() ?? '',
    model: textIn(sent, 'model'),
    cap: numberIn(sent, 'max_tokens') ?? numberIn(sent, 'max_completion_tokens') ?? 0,
    streamed: valueIn(sent, 'stream') === true,
    messages: lengthIn(sent, 'messages'),
  };
}

const valueIn = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
const textIn = (value: unknown, name: string): string => {
  const found = valueIn(value, name);
  return typeof found === 'string' ? found : '';
};
const numberIn = (value: unknown, name: string): number | undefined => {
  const found = valueIn(value, name);
  return typeof found === 'number' ? found : undefined;
};
const lengthIn = (value: unknown, name: string): number => {
  const found = valueIn(value, name);
  return Array.isArray(found) ? found.length : 0;
};

const typeOf = (body: string): string => {
  if (body.startsWith('data:')) return 'text/event-stream';
  return body.startsWith('<') ? 'text/html' : 'application/json';
};

async function* once(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield new TextEncoder().encode(text);
}

function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const give = (): void => reject(new HttpError('aborted', 'given up'));
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}

export type Said = { readonly content?: string; readonly prompt?: number; readonly completion?: number };

/** A reply that comes when the test lets it, whatever its status. */
export class LateReply {
  readonly reply: Promise<Whole>;
  come: (reply: Whole) => void = () => undefined;

  constructor() {
    this.reply = new Promise((resolve) => (this.come = resolve));
  }
}

/** A whole answer as Groq and most others give it. */
export const answers = (said: Said = {}): Reply => ({ status: 200, body: wholeAnswer(said) });

export const wholeAnswer = ({ content = 'Because.', prompt = 20, completion = 10 }: Said = {}): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
  });

/** A stream that says and breaks what the test tells it, when the test tells it. */
export class LiveReply {
  readonly #pieces: ({ readonly data: string } | 'breaks' | 'ends')[] = [];
  #wake: () => void = () => undefined;

  says(content: string): void {
    this.#add({ data: frame({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }) });
  }

  /** Thinks aloud: no part of the answer. */
  reasons(reasoning: string): void {
    this.#add({ data: frame({ choices: [{ index: 0, delta: { reasoning }, finish_reason: null }] }) });
  }

  /** A piece of a tool call's arguments. */
  calls(piece: string): void {
    const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'readFile', arguments: piece } };
    this.#add({ data: frame({ choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }] }) });
  }

  /** Ends as a provider does that answered in full. */
  ends({ prompt = 20, completion = 10 } = {}): void {
    const usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
    this.#add({ data: frame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage }) });
    this.#add({ data: 'data: [DONE]\n\n' });
    this.#add('ends');
  }

  breaks(): void {
    this.#add('breaks');
  }

  async *body(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    signal.addEventListener('abort', () => this.#wake());
    for (let next = 0; ;) {
      if (signal.aborted) throw new HttpError('aborted', 'given up');
      const piece = this.#pieces[next];
      if (piece === undefined) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      next += 1;
      if (piece === 'ends') return;
      if (piece === 'breaks') throw new HttpError('reset', 'broken off');
      yield new TextEncoder().encode(piece.data);
    }
  }

  #add(piece: { readonly data: string } | 'breaks' | 'ends'): void {
    this.#pieces.push(piece);
    this.#wake();
  }
}

/** The same, streamed in these pieces; without `ends` the stream stops in the middle. */
export function streams(pieces: readonly string[], { prompt = 20, completion = 10, ends = true } = {}): Reply {
  const frames = pieces.map((content) => frame({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }));
  const usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  const last = [frame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage }), 'data: [DONE]\n\n'];
  return { status: 200, body: [...frames, ...(ends ? last : [])].join('') };
}

const frame = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

const groqError = (status: number, message: string, code: string, type = 'invalid_request_error'): Reply => ({
  status,
  body: JSON.stringify({ error: { message, type, code } }),
});

/** Groq's own words for what can go wrong. */
export const refused = (): Reply => groqError(401, 'Invalid API Key', 'invalid_api_key');
export const overloaded = (): Reply => groqError(503, 'over capacity', 'internal_server_error');
export const badField = (): Reply =>
  groqError(400, "property 'tools' is unsupported, did you mean 'tool'?", 'invalid_request');
export const outOfCredit = (): Reply => ({
  status: 402,
  body: JSON.stringify({ error: { message: 'Payment required' } }),
});
export const tooMuch = (): Reply =>
  groqError(400, 'Please reduce the length of the messages or completion.', 'context_length_exceeded');
export const gone = (model: string): Reply =>
  groqError(400, `The model \`${model}\` has been decommissioned and is no longer supported.`, 'model_decommissioned');
export const cloudflare = (): Reply => ({
  status: 403,
  body: '<html><title>Attention Required! | Cloudflare</title></html>',
});

const groqLimits = { RPM: 30, TPM: 8_000, RPD: 1_000, TPD: 200_000 } as const;

/** `used`: by default what makes up the wait. */
export function rateLimited(limit: keyof typeof groqLimits, wait: string, used?: number): Reply {
  const of = limit.startsWith('R') ? 'requests' : 'tokens';
  const per = limit.endsWith('M') ? 'minute' : 'day';
  const value = groqLimits[limit];
  const requested = of === 'tokens' ? 1_040 : 1;
  const share = (parseDurationMs(wait) ?? 0) / (per === 'day' ? 86_400_000 : 60_000);
  const usedUp = Math.min(value, used ?? Math.round(value - requested + share * value));
  const message =
    `Rate limit reached for model \`m\` in organization \`org_x\` service tier \`on_demand\` on ${of} per ${per} (${limit}): ` +
    `Limit ${value}, Used ${usedUp}, Requested ${requested}. Please try again in ${wait}.`;
  return groqError(429, message, 'rate_limit_exceeded', of);
}

/** A reasoning model that spent its cap before it said anything. */
export const noContent = (finishReason: 'length' | 'content_filter'): Reply => ({
  status: 200,
  body: JSON.stringify({
    choices: [{ index: 0, message: { role: 'assistant', content: null }, finish_reason: finishReason }],
    usage: { prompt_tokens: 20, completion_tokens: 1024, total_tokens: 1044 },
  }),
});
