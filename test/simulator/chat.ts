import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, type ChatAsk, makeAnswer } from './answer.ts';
import { isRecord, parseJson } from './json.ts';
import { frame, left, pieces, reset, writeAll } from './sending.ts';
import type { Call, ChatDialect, Reply } from './vendor.ts';

type Exchange = {
  readonly call: Call;
  readonly dialect: ChatDialect;
  readonly body: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  send(reply: Reply): void;
};

/** A chat whose key was let in: fields, limits, then the answer, plain or streamed. */
export async function answerChat(exchange: Exchange): Promise<void> {
  const { call, dialect } = exchange;
  const parsed = parseJson(exchange.body);
  if (parsed === undefined || !isRecord(parsed.value)) return exchange.send(dialect.badJson(call));
  const read = dialect.read(call, parsed.value);
  if (!read.ok) return exchange.send(read.reply);
  const entry = dialect.admit(call, read.ask);
  if (!entry.ok) return exchange.send(entry.reply);
  const answer = answerTo(call, read.ask);
  call.request.status = 200;
  call.request.charged = answer.usage;
  try {
    if (read.ask.stream && call.behaviour !== 'plainDespiteStream') {
      await sendStream(exchange, answer, read.ask, entry.admission.headers);
    } else await sendPlain(exchange, answer, entry.admission.headers);
  } finally {
    entry.admission.settle(answer.usage);
  }
}

function answerTo(call: Call, ask: ChatAsk): Answer {
  const { sim } = call;
  const answer = makeAnswer(sim.planFor(ask, call.request), ask, {
    seed: call.seed,
    nowMs: call.nowMs,
    behaviour: call.behaviour,
    toolCallId: (seed) => sim.vendor.toolCallId(seed),
    reasoning: sim.vendor.reasoning(ask.model),
    foreignModel: sim.vendor.foreignModel,
  });
  if (call.behaviour !== 'longLine') return answer;
  const long = 'x'.repeat(sim.longLineBytes);
  return { ...answer, text: long, pieces: [long] };
}

async function sendStream(
  exchange: Exchange,
  answer: Answer,
  ask: ChatAsk,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const { call, dialect, response } = exchange;
  const { stream } = call.sim;
  const type = call.behaviour === 'wrongType' ? 'application/octet-stream' : 'text/event-stream; charset=utf-8';
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache', ...headers });
  response.flushHeaders();
  if (call.behaviour === 'stalls') return stall(exchange);
  const events = [...dialect.events(answer, ask, call)].map((event) => JSON.stringify(event));
  const frames = bend(events, dialect, call).map((data) => frame(data, stream));
  const sent =
    call.behaviour === 'endless'
      ? await writeAll(response, forever(frames), stream.delayMs)
      : await writeAll(response, pieces(frames, stream.split), stream.delayMs);
  if (sent) await finish(exchange, true);
}

/** The events that really go out. */
function bend(events: readonly string[], dialect: ChatDialect, call: Call): readonly string[] {
  const half = events.slice(0, Math.max(1, Math.floor(events.length / 2)));
  const done = dialect.done ? ['[DONE]'] : [];
  switch (call.behaviour) {
    case 'breaks':
    case 'stallsMidStream':
    case 'endsEarly':
    case 'endless':
      return half;
    case 'truncatedJson': {
      const cut = events[half.length] ?? '{}';
      return [...half, cut.slice(0, Math.floor(cut.length / 2))];
    }
    case 'errorFrame':
      return [...half, JSON.stringify(dialect.errorEvent)];
    case 'noDone':
      return events;
    default:
      return [...events, ...done];
  }
}

/** The start of the stream, then its last event over and over. */
function* forever(frames: readonly string[]): Generator<Uint8Array> {
  for (const one of frames) yield Buffer.from(one);
  const last = Buffer.from(frames.at(-1) ?? '');
  for (;;) yield last;
}

async function sendPlain(exchange: Exchange, answer: Answer, headers: Readonly<Record<string, string>>): Promise<void> {
  const { call, dialect, response } = exchange;
  const body = Buffer.from(
    JSON.stringify(call.behaviour === 'errorFrame' ? dialect.errorEvent : dialect.plain(answer, call)),
  );
  const half = body.subarray(0, Math.floor(body.length / 2));
  const type = call.behaviour === 'wrongType' ? 'application/octet-stream' : 'application/json';
  const length: Record<string, string> =
    call.behaviour === 'truncatedJson' || call.behaviour === 'endless' ? {} : { 'content-length': String(body.length) };
  response.writeHead(200, { 'content-type': type, ...length, ...headers });
  response.flushHeaders();
  if (call.behaviour === 'stalls') return stall(exchange);
  if (call.behaviour === 'endless') return void (await writeAll(response, spaces(half), 0));
  const cut = ['breaks', 'stallsMidStream', 'endsEarly', 'truncatedJson'].includes(call.behaviour);
  if (await writeAll(response, [cut ? half : body], 0)) await finish(exchange, false);
}

function* spaces(start: Uint8Array): Generator<Uint8Array> {
  yield start;
  for (;;) yield Buffer.alloc(16_384, ' ');
}

async function finish(exchange: Exchange, streamed: boolean): Promise<void> {
  const { call, request, response } = exchange;
  switch (call.behaviour) {
    case 'breaks':
      call.request.outcome = 'reset';
      return reset(request);
    case 'stallsMidStream':
      return stall(exchange);
    case 'endsEarly':
      call.request.outcome = 'answered';
      // With a length announced, only closing the connection ends it early.
      return void (streamed ? response.end() : request.socket.end());
    default:
      call.request.outcome = 'answered';
      response.end();
  }
}

async function stall(exchange: Exchange): Promise<void> {
  exchange.call.request.outcome = 'stalled';
  await left(exchange.response);
}
