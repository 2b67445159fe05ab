import { HttpError, type Http, type HttpRequest, type HttpResponse } from '../../../src/core/ports.ts';
import { idIn } from './dayRequest.ts';
import type { Fleet } from './fleet.ts';
import type { WireReply } from './replies.ts';
import type { VirtualTime } from './virtualTime.ts';

/** How long a zero-token check takes. */
const checkMs = 150;

/** The fleet behind the router's `Http` port. */
export class FleetHttp implements Http {
  readonly #fleet: Fleet;
  readonly #time: VirtualTime;

  constructor(fleet: Fleet, time: VirtualTime) {
    this.#fleet = fleet;
    this.#time = time;
  }

  async send({ method, auth, body, signal }: HttpRequest): Promise<HttpResponse> {
    const secret = auth?.secret.reveal() ?? '';
    const reply = method === 'GET' ? this.#check(secret) : askFleet(this.#fleet, secret, body ?? '');
    const { status, headers, body: sent } = await untilAborted(reply, signal);
    return { status, headers: { 'content-type': 'application/json', ...headers }, body: once(JSON.stringify(sent)) };
  }

  #check(secret: string): Promise<WireReply> {
    const status = this.#fleet.checkStatus(secret);
    const body = status === 200 ? { object: 'list', data: [{ id: 'a-model' }] } : { error: { message: 'refused' } };
    return new Promise((resolve) => this.#time.after(checkMs, () => resolve({ status, headers: {}, body })));
  }
}

/** A chat as it is written on the wire. */
export async function askFleet(fleet: Fleet, secret: string, body: string): Promise<WireReply> {
  const { model, cap, text } = readChat(body);
  const target = fleet.target(secret, model);
  if (target === undefined) throw new Error(`nobody has the model ${model}`);
  return fleet.chat(target, idIn(text), cap);
}

export function readChat(body: string): { readonly model: string; readonly cap: number; readonly text: string } {
  const sent: unknown = JSON.parse(body);
  const model = valueIn(sent, 'model');
  const cap = valueIn(sent, 'max_tokens') ?? valueIn(sent, 'max_completion_tokens');
  const messages = valueIn(sent, 'messages');
  const content = Array.isArray(messages) ? valueIn(messages[0], 'content') : undefined;
  if (typeof model !== 'string' || typeof cap !== 'number' || typeof content !== 'string') {
    throw new Error(`no chat: ${JSON.stringify(sent).slice(0, 200)}`);
  }
  return { model, cap, text: content };
}

const valueIn = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

function untilAborted<T>(reply: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = (): void => reject(new HttpError('aborted', 'given up'));
    if (signal.aborted) return give();
    signal.addEventListener('abort', give, { once: true });
    reply.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
}
