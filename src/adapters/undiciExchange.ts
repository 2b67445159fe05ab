import type { Dispatcher } from 'undici';
import { HttpError, type HttpHeaders, type HttpRequest, type HttpResponse } from '../core/ports.ts';
import { toHttpError } from './httpProblem.ts';

/** Above this much unread, the socket is made to wait. */
const highWaterBytes = 256 * 1024;
/** Of a reply that nobody reads on, so much is swallowed to keep the connection for the next one. */
const drainBytes = 64 * 1024;
/** And for so long: a server that goes on with signs of life would keep its socket for ever. */
const drainMs = 1_000;

type Settle<Value> = { readonly resolve: (value: Value) => void; readonly reject: (error: HttpError) => void };
type Piece = IteratorResult<Uint8Array, undefined>;

const finished: Piece = { done: true, value: undefined };

/**
 * One request as undici's dispatcher sees it, and its body as the port promises it. Written against the
 * dispatcher itself, since its ready-made `request` builds a Node stream that nobody here needs.
 */
export class UndiciExchange implements Dispatcher.DispatchHandler, AsyncIterableIterator<Uint8Array, undefined> {
  readonly #request: HttpRequest;
  readonly #url: URL;
  readonly #viaProxy: boolean;
  readonly #start: Settle<HttpResponse>;
  readonly #pieces: Uint8Array[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #waiting: Settle<Piece> | undefined;
  #answered = false;
  #over = false;
  #error: HttpError | undefined;
  #queuedBytes = 0;
  #totalBytes = 0;
  #discarded = -1;
  #drain: NodeJS.Timeout | undefined;

  constructor(request: HttpRequest, url: URL, viaProxy: boolean, start: Settle<HttpResponse>) {
    this.#request = request;
    this.#url = url;
    this.#viaProxy = viaProxy;
    this.#start = start;
    request.signal.addEventListener('abort', this.#onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over) controller.abort(this.#error ?? this.#aborted());
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // Interim answers (103) come before the one that counts.
    if (status < 200 || this.#over) return;
    this.#answered = true;
    this.#start.resolve({ status, headers: plainHeaders(headers), body: this });
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Uint8Array): void {
    this.#totalBytes += piece.length;
    if (this.#discarded >= 0) {
      this.#discarded += piece.length;
      if (this.#discarded > drainBytes) this.#fail(this.#aborted());
      return;
    }
    if (this.#totalBytes > this.#request.maxBytes) {
      this.#fail(new HttpError('tooLong', `${this.#url.origin}: more than ${this.#request.maxBytes} bytes`));
      return;
    }
    if (this.#waiting !== undefined) {
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      resolve({ done: false, value: piece });
      return;
    }
    this.#pieces.push(piece);
    this.#queuedBytes += piece.length;
    if (this.#queuedBytes > highWaterBytes) controller.pause();
  }

  onResponseEnd(): void {
    this.#finish();
    this.#waiting?.resolve(finished);
    this.#waiting = undefined;
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const connected = this.#controller !== undefined;
    this.#fail(toHttpError(error, { url: this.#url, connected, viaProxy: this.#viaProxy }));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Piece> {
    const piece = this.#pieces.shift();
    if (piece !== undefined) {
      this.#queuedBytes -= piece.length;
      if (this.#queuedBytes <= highWaterBytes && this.#controller?.paused === true) this.#controller.resume();
      return Promise.resolve({ done: false, value: piece });
    }
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#over) return Promise.resolve(finished);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** Nobody reads on: a short rest is swallowed, so that the connection lives; a long one is cut off. */
  return(): Promise<Piece> {
    this.#pieces.length = 0;
    this.#queuedBytes = 0;
    if (!this.#over) {
      this.#discarded = 0;
      this.#drain ??= setTimeout(() => this.#fail(this.#aborted()), drainMs).unref();
      if (this.#controller?.paused === true) this.#controller.resume();
    }
    return Promise.resolve(finished);
  }

  readonly #onAbort = (): void => this.#fail(this.#aborted());

  #aborted(): HttpError {
    return new HttpError('aborted', `${this.#url.origin}: aborted`, this.#controller === undefined);
  }

  #fail(error: HttpError): void {
    if (this.#over) return;
    this.#error = error;
    this.#finish();
    this.#controller?.abort(error);
    if (!this.#answered) this.#start.reject(error);
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  #finish(): void {
    this.#over = true;
    clearTimeout(this.#drain);
    this.#request.signal.removeEventListener('abort', this.#onAbort);
  }
}

function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): HttpHeaders {
  const plain: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) plain[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return plain;
}
