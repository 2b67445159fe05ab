import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import type { Reply } from './vendor.ts';

/** How a stream is cut into pieces on the wire. */
export type StreamStyle = {
  /** `event`: one write each; `whole`: all at once; a number: that many bytes, through characters too. */
  readonly split: 'event' | 'whole' | number;
  readonly lineEnd: '\n' | '\r\n';
  /** A comment line before every event. */
  readonly comments: boolean;
  /** Whether a space follows `data:`. */
  readonly space: boolean;
  /** Real milliseconds between two pieces. */
  readonly delayMs: number;
};

export const plainStyle: StreamStyle = { split: 'event', lineEnd: '\n', comments: false, space: true, delayMs: 0 };

export function sendReply(response: ServerResponse, reply: Reply): void {
  const raw = typeof reply.body === 'string' || reply.body instanceof Uint8Array;
  const type: Record<string, string> = raw || reply.body === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(reply.status, { ...type, ...reply.headers });
  if (reply.body === undefined) response.end();
  else if (typeof reply.body === 'string' || reply.body instanceof Uint8Array) response.end(reply.body);
  else response.end(JSON.stringify(reply.body));
}

/** One event of a stream as text. */
export const frame = (data: string, style: StreamStyle): string =>
  `${style.comments ? `: ping${style.lineEnd}${style.lineEnd}` : ''}data:${style.space ? ' ' : ''}${data}${style.lineEnd}${style.lineEnd}`;

/** The pieces of a stream as they are written, cut as the style says. */
export function* pieces(frames: Iterable<string>, split: StreamStyle['split']): Generator<Uint8Array> {
  if (split === 'event') {
    for (const one of frames) yield Buffer.from(one);
    return;
  }
  const whole = Buffer.from([...frames].join(''));
  const size = split === 'whole' ? Math.max(1, whole.length) : Math.max(1, split);
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
}

/** False when the other side left before all was written. */
export async function writeAll(
  response: ServerResponse,
  parts: Iterable<Uint8Array>,
  delayMs: number,
): Promise<boolean> {
  let first = true;
  for (const part of parts) {
    if (!first) await (delayMs > 0 ? delay(delayMs) : turn());
    first = false;
    if (gone(response)) return false;
    if (!response.write(part)) await Promise.race([once(response, 'drain'), left(response)]);
  }
  return !gone(response);
}

const gone = (response: ServerResponse): boolean => response.closed || response.destroyed || response.socket === null;

/** Resolves when the connection is gone. */
export async function left(response: ServerResponse): Promise<void> {
  if (!gone(response)) await once(response, 'close');
}

/** A moment for what was written to reach the other side, which a reset would else overtake. */
const beforeResetMs = 5;

export async function reset(request: IncomingMessage): Promise<void> {
  await delay(beforeResetMs);
  request.socket.resetAndDestroy();
}
