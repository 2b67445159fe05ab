import { HttpError, type HttpHeaders, type HttpRequest, type HttpResponse } from '../core/ports.ts';
import { toHttpError } from './httpProblem.ts';

export type HostFetch = typeof globalThis.fetch;

/**
 * One request through the host's own `fetch`, which VS Code routes through system proxies and their
 * certificates. A dispatcher's time-outs do not survive that, so an AbortSignal keeps them here.
 */
export async function sendThroughHost(
  fetch: HostFetch,
  request: HttpRequest,
  headers: Record<string, string>,
): Promise<HttpResponse> {
  const url = new URL(request.url);
  const watch = new Watch(request, url);
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      // A redirect would take the key along to another address.
      redirect: 'manual',
      signal: watch.signal,
    });
    return { status: response.status, headers: plainHeaders(response.headers), body: bodyOf(response, request, watch) };
  } catch (error) {
    watch.stop();
    throw watch.error ?? beforeHeaders(error, url);
  }
}

/** `fetch` does not say whether a connection stood: only some errors tell by themselves. */
function beforeHeaders(error: unknown, url: URL): HttpError {
  const found = toHttpError(error, { url, connected: false, viaProxy: false });
  const connected = found.problem === 'reset' || found.problem === 'headersTimeout' || found.problem === 'idleTimeout';
  return connected ? new HttpError(found.problem, found.message) : found;
}

async function* bodyOf(
  response: Response,
  { maxBytes }: HttpRequest,
  watch: Watch,
): AsyncGenerator<Uint8Array, undefined> {
  let bytes = 0;
  try {
    watch.answered();
    if (response.body === null) return;
    const body: AsyncIterable<Uint8Array> = response.body;
    for await (const piece of body) {
      watch.answered();
      bytes += piece.length;
      if (bytes > maxBytes) throw new HttpError('tooLong', `${watch.url.origin}: more than ${maxBytes} bytes`);
      yield piece;
    }
  } catch (error) {
    throw watch.error ?? toHttpError(error, { url: watch.url, connected: true, viaProxy: false });
  } finally {
    watch.stop();
  }
}

/** Ends the request when its caller, or its time, says so. */
class Watch {
  error: HttpError | undefined;
  readonly url: URL;
  readonly #controller = new AbortController();
  readonly #request: HttpRequest;
  #timer: NodeJS.Timeout;

  constructor(request: HttpRequest, url: URL) {
    this.url = url;
    this.#request = request;
    request.signal.addEventListener('abort', this.#onAbort);
    this.#timer = setTimeout(() => this.#end('headersTimeout'), request.headersTimeoutMs);
    if (request.signal.aborted) this.#onAbort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something came: from here on only silence counts. */
  answered(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end('idleTimeout'), this.#request.idleTimeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#request.signal.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.#end('aborted');

  #end(problem: 'aborted' | 'headersTimeout' | 'idleTimeout'): void {
    this.error ??= new HttpError(problem, `${this.url.origin}: ${problem}`);
    this.#controller.abort(this.error);
  }
}

function plainHeaders(headers: Headers): HttpHeaders {
  const plain: Record<string, string> = {};
  headers.forEach((value, name) => {
    plain[name] = value;
  });
  return plain;
}
