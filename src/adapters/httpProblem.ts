import { HttpError, type HttpProblem } from '../core/ports.ts';

const problems: Readonly<Record<string, HttpProblem>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_NODATA: 'dns',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'connectTimeout',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  UND_ERR_CONNECT_TIMEOUT: 'connectTimeout',
  UND_ERR_HEADERS_TIMEOUT: 'headersTimeout',
  UND_ERR_BODY_TIMEOUT: 'idleTimeout',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'tooLong',
  UND_ERR_PRX_TLS: 'proxy',
};

const certificateCode = /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA)/;
// What undici says when the proxy answers CONNECT with anything but 200.
const refusedByProxy = /^Proxy response \((\d+)\)/;

export type ErrorScene = {
  readonly url: URL;
  /** A connection to the far end stood. */
  readonly connected: boolean;
  readonly viaProxy: boolean;
};

/** The problem behind whatever undici, `fetch` or the socket threw. The message names the origin alone. */
export function toHttpError(error: unknown, { url, connected, viaProxy }: ErrorScene): HttpError {
  if (error instanceof HttpError) return error;
  const code = codeOf(error, 0);
  const answered = error instanceof Error ? refusedByProxy.exec(error.message)?.[1] : undefined;
  if (answered !== undefined) {
    return new HttpError('proxy', `the proxy answered ${answered} for ${url.origin}`, true, Number(answered));
  }
  const problem = problemOf(code);
  const ofProxy = viaProxy && !connected && problem !== 'certificate' && problem !== 'other';
  const what = ofProxy ? `${problem} at the proxy` : problem;
  return new HttpError(
    ofProxy ? 'proxy' : problem,
    `${url.origin}: ${what}${code === '' ? '' : ` (${code})`}`,
    !connected,
  );
}

function problemOf(code: string): HttpProblem {
  return certificateCode.test(code) ? 'certificate' : (problems[code] ?? 'other');
}

/** `fetch` hides the socket's error in `cause`; several addresses of one name give a list of errors. */
function codeOf(error: unknown, depth: number): string {
  if (!(error instanceof Error) || depth > 4) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0], depth + 1);
  return codeOf(error.cause, depth + 1);
}

/** Worth another try by a way that knows this network better: no byte of the request has left yet. */
export const isWayBlocked = ({ problem, beforeConnect }: HttpError): boolean => beforeConnect && problem !== 'aborted';
