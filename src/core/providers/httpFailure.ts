import type { HttpError } from '../ports.ts';
import type { Failure } from './failure.ts';
import { lineSaid, maskSaid } from './maskSaid.ts';

/** The kind of a request that got no whole reply. `ended` tells whether its own timer or its caller stopped it. */
export function failureOfHttpError(error: HttpError, ended: 'cancelled' | 'timeout' | undefined): Failure {
  const said = lineSaid(maskSaid(error.message));
  if (ended !== undefined) return { kind: ended, said: '' };
  switch (error.problem) {
    case 'headersTimeout':
    case 'idleTimeout':
      return { kind: 'timeout', said };
    case 'tooLong':
      return { kind: 'badReply', said };
    case 'dns':
    case 'refused':
    case 'reset':
    case 'certificate':
    case 'proxy':
      return {
        kind: 'network',
        said,
        cause: error.problem,
        beforeConnect: error.beforeConnect,
        ...(error.proxyStatus === undefined ? {} : { status: error.proxyStatus }),
      };
    // Nobody answered the call at all: that is the way to the provider, not the provider.
    case 'connectTimeout':
    case 'aborted':
    case 'other':
      return { kind: 'network', said, cause: 'other', beforeConnect: error.beforeConnect };
  }
}
