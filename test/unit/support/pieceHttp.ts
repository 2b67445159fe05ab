import { type Http, HttpError, type HttpRequest, type HttpResponse } from '../../../src/core/ports.ts';

export type PieceReply = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** As they arrive; a promise is silence until then, an error ends the body, `undefined` is silence for ever. */
  readonly pieces: readonly (string | Uint8Array | Promise<string> | HttpError | undefined)[];
};

/** Bodies in pieces, as they came off the wire: answers each request with the next reply. */
export class PieceHttp implements Http {
  readonly requests: HttpRequest[] = [];
  readonly #replies: (PieceReply | HttpError)[];
  piecesTaken = 0;

  constructor(...replies: (PieceReply | HttpError)[]) {
    this.#replies = replies;
  }

  send(request: HttpRequest): Promise<HttpResponse> {
    this.requests.push(request);
    const reply = this.#replies.shift();
    if (reply === undefined) return Promise.reject(new Error('the script has no more replies'));
    if (reply instanceof HttpError) return Promise.reject(reply);
    const { status = 200, headers = { 'content-type': 'text/event-stream' } } = reply;
    return Promise.resolve({ status, headers, body: this.#body(reply, request) });
  }

  async *#body({ pieces }: PieceReply, { signal }: HttpRequest): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder();
    for (const piece of pieces) {
      this.piecesTaken += 1;
      if (piece instanceof HttpError) throw piece;
      if (piece === undefined) await aborted(signal);
      else if (piece instanceof Promise) yield encoder.encode(await Promise.race([piece, aborted(signal)]));
      else yield typeof piece === 'string' ? encoder.encode(piece) : piece;
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new HttpError('aborted', 'aborted'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
