import { readChat } from '../../bench/day/fleetHttp.ts';
import { weigh, type Meter, type Sizes } from '../../bench/day/meter.ts';
import * as replies from '../../bench/day/replies.ts';
import type { WireReply } from '../../bench/day/replies.ts';
import { HttpError, type Http, type HttpRequest, type HttpResponse } from '../../../src/core/ports.ts';
import type { SeededRandom } from '../support/seededRandom.ts';
import { modelsOf, templateTokens, type ProviderId } from './soakLimits.ts';
import { Places } from './soakPlaces.ts';
import type { SoakTime } from './soakTime.ts';
import type { Tally } from './tally.ts';

/** A credential as its provider knows it. Keys of one account share its limits. */
export type Credential = { readonly secret: string; readonly provider: ProviderId; readonly account: string };

/** A request that a window has sent and that has not ended. */
type Call = { readonly window: string; readonly cut: (charged: 'prompt' | 'promptAndCap') => void };

/** How a call ends: what comes back after how long, and what becomes true when it does. */
type Ending = { readonly reply: WireReply; readonly afterMs: number; readonly arrived?: () => void };

const refusalMs = 150;

/** All providers. They know the true time, count what they let in, and change their minds when told to. */
export class SoakFleet {
  readonly out = new Set<ProviderId>();
  /** Accepts requests and never answers. */
  readonly silent = new Set<ProviderId>();
  /** Secrets. */
  readonly refused = new Set<string>();
  /** Secrets whose checks are good all the same. */
  readonly refusedInChats = new Set<string>();
  /** Models that are gone. */
  readonly gone = new Set<string>();
  readonly places: Places;
  /** Chats that were let in. */
  admitted = 0;
  readonly #credentials: readonly Credential[];
  readonly #time: SoakTime;
  readonly #tally: Tally;
  readonly #chance: SeededRandom;
  readonly #calls = new Set<Call>();

  constructor(credentials: readonly Credential[], time: SoakTime, tally: Tally, chance: SeededRandom) {
    this.#credentials = credentials;
    this.#time = time;
    this.#tally = tally;
    this.#chance = chance;
    this.places = new Places(() => time.trueMs);
  }

  get underWay(): number {
    return this.#calls.size;
  }

  isUnderWayFor(window: string): boolean {
    return [...this.#calls].some((call) => call.window === window);
  }

  credential(secret: string): Credential {
    const found = this.#credentials.find((each) => each.secret === secret);
    if (found === undefined) throw new Error('nobody made this secret');
    return found;
  }

  /** The way out of one window. */
  http(window: string): Http {
    return { send: (request) => this.#send(window, request) };
  }

  /** The window is gone: nobody hears the answers. The ledger can only suppose that each used all that it might. */
  forget(window: string): void {
    for (const call of [...this.#calls]) if (call.window === window) call.cut('promptAndCap');
  }

  #send(window: string, { method, auth, body, signal }: HttpRequest): Promise<HttpResponse> {
    const credential = this.credential(auth?.secret.reveal() ?? '');
    const chat = method === 'POST' ? this.#readChat(credential, body ?? '') : undefined;
    const ending = chat === undefined ? this.#check(credential) : this.#chat(credential, chat);
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#calls.delete(call);
        signal.removeEventListener('abort', giveUp);
        stop?.();
      };
      const call: Call = {
        window,
        cut: (charged) => {
          end();
          if (chat === undefined) return;
          const { prompt, cap } = chat;
          this.#count(credential, chat, charged === 'prompt' ? prompt : prompt + cap);
        },
      };
      const giveUp = (): void => {
        call.cut('prompt');
        reject(new HttpError('aborted', 'given up'));
      };
      const stop =
        ending === undefined
          ? undefined
          : this.#time.clock.after(ending.afterMs, () => {
              end();
              ending.arrived?.();
              resolve(responseOf(ending.reply));
            });
      this.#calls.add(call);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #readChat({ provider }: Credential, body: string): Chat {
    const { model, cap, text } = readChat(body);
    // As the ledger estimates it: a token is four characters, so that also what nobody answers can be counted.
    const prompt = Math.ceil(7 + templateTokens(provider, model) + text.length / 4);
    return { model, cap, prompt };
  }

  /** Undefined: never. */
  #check({ provider, secret }: Credential): Ending | undefined {
    if (this.silent.has(provider)) return undefined;
    if (this.out.has(provider)) return refusal(replies.groqOverCapacity('a model'));
    if (this.refused.has(secret)) return refusal(replies.groqInvalidKey);
    const data = modelsOf[provider].filter((model) => !this.gone.has(model)).map((id) => ({ id }));
    return refusal({ status: 200, headers: {}, body: { object: 'list', data } });
  }

  #chat(credential: Credential, chat: Chat): Ending | undefined {
    const { provider, secret, account } = credential;
    const { model, cap, prompt } = chat;
    if (this.silent.has(provider)) return undefined;
    if (this.out.has(provider)) return refusal(replies.groqOverCapacity(model));
    if (this.refused.has(secret) || this.refusedInChats.has(secret)) return refusal(replies.groqInvalidKey);
    if (this.gone.has(model)) return refusal(modelGone(model));
    const meters = this.places.of(provider, account, model);
    const answer = 1 + Math.floor(this.#chance.next() * cap);
    const sizes: Sizes = { prompt, cap, answer };
    const refused = this.#refusal(credential, model, meters, sizes);
    if (refused !== undefined) return refusal(refused);
    this.admitted += 1;
    for (const meter of meters) meter.charge(weigh(meter.plan.upFront, sizes), this.#time.trueMs);
    const id = this.admitted;
    const reply: WireReply = {
      status: 200,
      headers: headersOf(provider, meters, this.#time.trueMs),
      body: replies.answerBody({ id, model, prompt, completion: answer }, 'stop'),
    };
    const arrived = (): void => {
      for (const meter of this.places.of(provider, account, model)) {
        const { upFront, inTheEnd } = meter.plan;
        if (upFront !== inTheEnd) meter.charge(weigh(inTheEnd, sizes) - weigh(upFront, sizes), this.#time.trueMs);
      }
      this.#count(credential, chat, prompt + answer);
    };
    return { reply, afterMs: 500 + Math.floor(this.#chance.next() * 4_000), arrived };
  }

  #refusal(
    { provider, account }: Credential,
    model: string,
    meters: readonly Meter[],
    sizes: Sizes,
  ): WireReply | undefined {
    const nowMs = this.#time.trueMs;
    const breaches = meters.flatMap((meter) => {
      const weight = weigh(meter.plan.upFront, sizes);
      return meter.hasRoom(weight, nowMs) ? [] : [{ meter, weight, waitMs: meter.roomInMs(weight, nowMs) }];
    });
    return breaches.length === 0 ? undefined : replies.refusal({ provider, account }, model, meters, breaches, nowMs);
  }

  #count({ secret }: Credential, { model }: Chat, tokens: number): void {
    this.#tally.add(secret, model, this.#time.clock.now(), tokens);
  }
}

type Chat = { readonly model: string; readonly cap: number; readonly prompt: number };

const refusal = (reply: WireReply): Ending => ({ reply, afterMs: refusalMs });

const modelGone = (model: string): WireReply => ({
  status: 404,
  headers: {},
  body: {
    error: {
      message: `The model \`${model}\` does not exist or you do not have access to it.`,
      type: 'invalid_request_error',
      code: 'model_not_found',
    },
  },
});

function headersOf(provider: ProviderId, meters: readonly Meter[], nowMs: number): Record<string, string> {
  if (provider === 'groq') return replies.groqHeaders(meters, nowMs);
  return provider === 'mistral' ? replies.mistralHeaders(meters, nowMs) : {};
}

function responseOf({ status, headers, body }: WireReply): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: once(JSON.stringify(body)) };
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
