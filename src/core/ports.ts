import type { Secret } from './keys/secret.ts';

/** Ends a timer, a listener, a watch. Calling it twice is harmless. */
export type Cancel = () => void;

export interface Clock {
  /** Wall clock, epoch milliseconds. */
  now(): number;
  /** Milliseconds of a clock that is never set back; only differences mean something. */
  monotonic(): number;
  after(ms: number, run: () => void): Cancel;
}

export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  bytes(length: number): Uint8Array;
}

export type HttpRequest = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Revealed by the adapter, into this header only. */
  readonly auth?: { readonly header: string; readonly scheme: string; readonly secret: Secret };
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly connectTimeoutMs: number;
  /** Until the response's headers. */
  readonly headersTimeoutMs: number;
  /** Between two pieces of the body. */
  readonly idleTimeoutMs: number;
  /** A longer body fails with `tooLong`. */
  readonly maxBytes: number;
};

/** Names are lower case. */
export type HttpHeaders = Readonly<Record<string, string>>;

export type HttpResponse = {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** Ends early by throwing `HttpError`. Not reading it to the end releases the connection. */
  readonly body: AsyncIterable<Uint8Array>;
};

export type HttpProblem =
  | 'dns'
  | 'refused'
  | 'reset'
  | 'certificate'
  | 'proxy'
  | 'connectTimeout'
  | 'headersTimeout'
  | 'idleTimeout'
  | 'tooLong'
  | 'aborted'
  | 'other';

/** The one error that an `Http` throws. Its message names the origin and never a secret. */
export class HttpError extends Error {
  readonly problem: HttpProblem;
  /** True while no connection stood. */
  readonly beforeConnect: boolean;
  /** What a proxy answered in the place of the far end. */
  readonly proxyStatus: number | undefined;

  constructor(problem: HttpProblem, message: string, beforeConnect = false, proxyStatus?: number) {
    super(message);
    this.name = 'HttpError';
    this.problem = problem;
    this.beforeConnect = beforeConnect;
    this.proxyStatus = proxyStatus;
  }
}

export interface Http {
  /** Resolves with any status; throws `HttpError` alone. */
  send(request: HttpRequest): Promise<HttpResponse>;
}

/** Secrets by key id. Metadata is elsewhere, so that a secret the system lost loses nothing else. */
export interface KeyVault {
  get(keyId: string): Promise<Secret | undefined>;
  store(keyId: string, secret: Secret): Promise<void>;
  delete(keyId: string): Promise<void>;
  onDidChange(listener: (keyId: string) => void): Cancel;
}

/** One line each. Callers pass no secret; the adapter masks what slips through. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** Words for people; the name is the one that translation tools look for. */
export interface L10n {
  t(message: string, ...args: (string | number)[]): string;
}
