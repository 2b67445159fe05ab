import { createParser } from 'eventsource-parser';
import type { HttpResponse } from '../ports.ts';
import type { AttemptTimer } from './attemptTimer.ts';
import { parseJson } from './jsonValue.ts';
import type { ReplyReader } from './replyReader.ts';

export const maxReplyBytes = 16 * 1024 * 1024;
const maxLineLength = 1024 * 1024;

/** How a reply of status 200 ended. `error` holds the text of an error that came in its place. */
export type ReplyOutcome =
  | { readonly kind: 'whole' }
  | { readonly kind: 'cutOff' }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'badReply'; readonly said: string };

const whole: ReplyOutcome = { kind: 'whole' };
const cutOff: ReplyOutcome = { kind: 'cutOff' };
const badReply = (said: string): ReplyOutcome => ({ kind: 'badReply', said });
const tooLong = badReply('the reply is longer than any answer');
const streaming = { stream: true };

/**
 * Reads the body into `reader`, as server-sent events or as one JSON text, whichever it is: some
 * servers answer a request for a stream plainly. Throws what the body throws.
 */
export async function readReply(
  response: HttpResponse,
  reader: ReplyReader,
  timer: AttemptTimer,
): Promise<ReplyOutcome> {
  const form = formOf(response.headers['content-type']);
  if (form === 'foreign') {
    await discard(response.body);
    return badReply(`content type ${response.headers['content-type'] ?? ''}`);
  }
  const decoder = new TextDecoder();
  let events: EventReader | undefined;
  let plain: string[] | undefined = form === 'json' ? [] : undefined;
  let bytes = 0;
  for await (const piece of response.body) {
    timer.byte();
    bytes += piece.length;
    if (bytes > maxReplyBytes) return tooLong;
    const text = decoder.decode(piece, streaming);
    if (plain === undefined && events === undefined) {
      const first = text.trimStart().charAt(0);
      if (first === '') continue;
      if (first === '{' || first === '[') plain = [];
      else events = new EventReader(reader, timer);
    }
    if (plain !== undefined) plain.push(text);
    else {
      events?.feed(text);
      if (events?.outcome !== undefined) return events.outcome;
    }
  }
  if (plain !== undefined) return readPlain(plain.join('') + decoder.decode(), reader);
  return events?.end() ?? (form === 'events' ? cutOff : badReply('an empty reply'));
}

function formOf(contentType: string | undefined): 'events' | 'json' | 'unnamed' | 'foreign' {
  if (contentType === undefined || contentType === '') return 'unnamed';
  const type = contentType.toLowerCase();
  if (type.startsWith('text/event-stream')) return 'events';
  return type.includes('json') ? 'json' : 'foreign';
}

function readPlain(text: string, reader: ReplyReader): ReplyOutcome {
  const parsed = parseJson(text);
  if (parsed === undefined) return badReply('the reply is no whole JSON');
  const list: readonly unknown[] = Array.isArray(parsed) ? parsed : [];
  const value = list.length === 1 ? list[0] : parsed;
  switch (reader.read(value)) {
    case 'ok':
      return whole;
    case 'error':
      return { kind: 'error', text };
    case 'tooLong':
      return tooLong;
    case 'foreign':
      return badReply('the reply is no chat completion');
  }
}

/** Feeds events to the reader until `[DONE]`, an error, or a limit. */
class EventReader {
  outcome: ReplyOutcome | undefined;
  readonly #reader: ReplyReader;
  readonly #timer: AttemptTimer;
  #began = false;
  #understood = false;
  #ending = false;
  #isOver = false;
  readonly #parser = createParser({
    maxBufferSize: maxLineLength,
    onEvent: (event) => {
      this.outcome ??= this.#readEvent(event.data, event.event);
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') this.outcome ??= badReply('a line without end');
    },
  });

  constructor(reader: ReplyReader, timer: AttemptTimer) {
    this.#reader = reader;
    this.#timer = timer;
  }

  feed(text: string): void {
    this.#parser.feed(text);
  }

  /** The body ended: an event that lacks only its blank line still counts, one that was cut does not. */
  end(): ReplyOutcome {
    this.#ending = true;
    this.#parser.feed('\n\n');
    if (this.outcome !== undefined) return this.outcome;
    if (this.#reader.finishReason !== undefined) return whole;
    return this.#understood ? cutOff : badReply('the reply is no event stream');
  }

  #readEvent(data: string, name: string | undefined): ReplyOutcome | undefined {
    if (data === '') return undefined;
    if (!this.#began) {
      this.#began = true;
      this.#timer.firstEvent();
    }
    if (data === '[DONE]') return whole;
    const value = parseJson(data);
    if (value === undefined) return this.#ending ? undefined : badReply('an event that is no JSON');
    const read = name === 'error' ? 'error' : this.#reader.read(value);
    if (read === 'error') return { kind: 'error', text: data };
    if (read === 'tooLong') return tooLong;
    if (read === 'ok') this.#noteProgress();
    return undefined;
  }

  #noteProgress(): void {
    this.#understood = true;
    const { hasBegun, isOver } = this.#reader;
    if (hasBegun) this.#timer.content();
    if (this.#isOver === (hasBegun && isOver)) return;
    this.#isOver = !this.#isOver;
    this.#timer.wholeAnswer(this.#isOver);
  }
}

/** The first `maxBytes` of a body as text; the rest is not read. */
export async function readBounded(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const piece of body) {
    const room = maxBytes - bytes;
    bytes += piece.length;
    text += decoder.decode(piece.length > room ? piece.subarray(0, room) : piece, streaming);
    if (bytes >= maxBytes) return text;
  }
  return text + decoder.decode();
}

/** Lets the connection go without reading the body. */
async function discard(body: AsyncIterable<Uint8Array>): Promise<void> {
  await body[Symbol.asyncIterator]().return?.();
}
