import { type Clock, type Http, HttpError, type HttpRequest, type HttpResponse, type L10n } from '../ports.ts';
import type { Secret } from '../keys/secret.ts';
import { AttemptTimer } from './attemptTimer.ts';
import { chatBody, unsupportedField } from './chatBody.ts';
import type { AttemptPart, AttemptResult, ChatCall, CheckResult, ModelsResult } from './chatCall.ts';
import type { Failure } from './failure.ts';
import { readFailure } from './failureReader.ts';
import { failureOfHttpError } from './httpFailure.ts';
import { checkKey, listModels } from './keyCheck.ts';
import { lineSaid, maskSaid } from './maskSaid.ts';
import type { Provider } from './provider.ts';
import { readRateHeaders } from './rateHeaders.ts';
import type { RateReadings } from './rateReading.ts';
import { maxReplyBytes, type ReplyOutcome, readBounded, readReply } from './replyBody.ts';
import { ReplyReader } from './replyReader.ts';
import { plausibleTokens } from './usageReader.ts';

const maxErrorBytes = 64 * 1024;
const connectTimeoutMs = 10_000;
const noReadings: RateReadings = { readings: [] };

export type ChatClientPorts = {
  readonly http: Http;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly l10n?: L10n;
};

/** OpenAI-style chat completions: one request, one provider, one key. Retries nothing. */
export class ChatClient {
  readonly #ports: ChatClientPorts;
  readonly #streamHeaders: Readonly<Record<string, string>>;
  readonly #plainHeaders: Readonly<Record<string, string>>;

  constructor(ports: ChatClientPorts) {
    this.#ports = ports;
    const common = { 'content-type': 'application/json', 'user-agent': ports.userAgent };
    this.#streamHeaders = { ...common, accept: 'text/event-stream' };
    this.#plainHeaders = { ...common, accept: 'application/json' };
  }

  /** Text goes to `onPart` as it arrives, tool calls when they are whole. Rejects only when `onPart` throws. */
  async attempt(call: ChatCall, onPart: (part: AttemptPart) => void): Promise<AttemptResult> {
    if (call.signal.aborted) return unsent({ kind: 'cancelled', said: '' });
    const { provider } = call;
    const input = { ...call, dialect: provider.dialect };
    const field = unsupportedField(input);
    if (field !== undefined) return unsent({ kind: 'badRequest', said: '', field });
    const request = this.#request(call, JSON.stringify(chatBody(input)));
    const timer = new AttemptTimer(this.#ports.clock, call.signal, {
      firstEventMs: call.firstEventTimeoutMs,
      idleMs: call.idleTimeoutMs,
      ...(call.firstContentTimeoutMs === undefined ? {} : { firstContentMs: call.firstContentTimeoutMs }),
    });
    const model = provider.models.find(({ id }) => id === call.model);
    const reader = new ReplyReader(plausibleTokens(model?.contextTokens), onPart);
    const { secret } = call;
    const attempt: Attempt = {
      provider,
      model: call.model,
      secret,
      reader,
      timer,
      readings: noReadings,
      answered: false,
    };
    try {
      const response = await this.#ports.http.send({ ...request, signal: timer.signal });
      attempt.answered = true;
      if (response.status < 200 || response.status > 299) return await this.#refused(attempt, response);
      attempt.readings = { readings: readRateHeaders(provider, response.headers, this.#ports.clock.now()) };
      return this.#settle(attempt, await readReply(response, reader, timer), response);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return broken(attempt, error);
    } finally {
      timer.stop();
    }
  }

  /** The zero-token check of one key. */
  check(provider: Provider, secret: Secret | undefined, signal: AbortSignal): Promise<CheckResult> {
    return checkKey(this.#ports, provider, secret, signal);
  }

  /** The provider's own list of chat models. */
  models(provider: Provider, secret: Secret | undefined, signal: AbortSignal): Promise<ModelsResult> {
    return listModels(this.#ports, provider, secret, signal);
  }

  #request(call: ChatCall, body: string): Omit<HttpRequest, 'signal'> {
    return {
      method: 'POST',
      url: `${call.provider.baseUrl}/chat/completions`,
      headers: call.stream ? this.#streamHeaders : this.#plainHeaders,
      ...(call.secret === undefined
        ? {}
        : { auth: { header: 'authorization', scheme: 'Bearer', secret: call.secret } }),
      body,
      connectTimeoutMs,
      headersTimeoutMs: call.firstEventTimeoutMs,
      idleTimeoutMs: Math.max(call.idleTimeoutMs, call.firstEventTimeoutMs),
      maxBytes: maxReplyBytes,
    };
  }

  async #refused(attempt: Attempt, response: HttpResponse): Promise<AttemptResult> {
    const text = await readBounded(response.body, maxErrorBytes);
    const { status, headers } = response;
    const nowMs = this.#ports.clock.now();
    const { failure, readings } = readFailure({ ...asked(attempt), status, headers, text, nowMs });
    attempt.readings = readings;
    return failed(attempt, failure);
  }

  #settle(attempt: Attempt, outcome: ReplyOutcome, { headers }: HttpResponse): AttemptResult {
    switch (outcome.kind) {
      case 'whole':
        return finished(attempt);
      case 'cutOff':
        return failed(attempt, { kind: 'cutOff', said: '' });
      case 'badReply':
        return failed(attempt, {
          kind: 'badReply',
          said: lineSaid(maskSaid(outcome.said, attempt.secret)),
          status: 200,
        });
      case 'error': {
        const nowMs = this.#ports.clock.now();
        const read = readFailure({ ...asked(attempt), status: undefined, headers, text: outcome.text, nowMs });
        attempt.readings = read.readings;
        if (!attempt.reader.sawText) return failed(attempt, read.failure);
        return failed(attempt, { kind: 'cutOff', said: read.failure.said });
      }
    }
  }
}

type Attempt = {
  readonly provider: Provider;
  readonly model: string;
  readonly secret: Secret | undefined;
  readonly reader: ReplyReader;
  readonly timer: AttemptTimer;
  readings: RateReadings;
  /** Headers of a reply came, so the request did arrive. */
  answered: boolean;
};

const asked = ({ provider, model, secret }: Attempt) => ({ provider, model, secret });

function finished(attempt: Attempt): AttemptResult {
  const { reader, readings } = attempt;
  const calls = reader.end();
  const sawContent = reader.sawText || calls.length > 0;
  const finishReason = reader.finishReason ?? 'other';
  if (!sawContent) {
    const reason = finishReason === 'length' || finishReason === 'filter' ? finishReason : 'empty';
    return failed(attempt, { kind: 'noContent', said: '', reason });
  }
  return { ok: true, finishReason, usage: reader.usage, readings, sawContent, outputChars: reader.outputChars };
}

/** The connection failed, or time or the caller's patience ran out. */
function broken(attempt: Attempt, error: HttpError): AttemptResult {
  const { reader, timer } = attempt;
  const failure = failureOfHttpError(error, timer.ended);
  // A provider that says all it has to say and then fails to hang up has answered.
  if (reader.finishReason !== undefined && !reader.finishesEarly && failure.kind !== 'cancelled')
    return finished(attempt);
  if (reader.sawText && failure.kind !== 'cancelled' && failure.kind !== 'badReply')
    return failed(attempt, { kind: 'cutOff', said: failure.said });
  return failed(attempt, failure, attempt.answered || !error.beforeConnect);
}

function failed(attempt: Attempt, failure: Failure, sent = true): AttemptResult {
  const { reader, readings } = attempt;
  const usage = reader.usage === undefined ? {} : { usage: reader.usage };
  return { ok: false, failure, ...usage, readings, sawContent: reader.sawText, outputChars: reader.outputChars, sent };
}

const unsent = (failure: Failure): AttemptResult => ({
  ok: false,
  failure,
  readings: noReadings,
  sawContent: false,
  outputChars: 0,
  sent: false,
});
