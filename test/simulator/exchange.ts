import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour } from './behaviours.ts';
import { answerChat } from './chat.ts';
import { readKey } from './demoKey.ts';
import { parseJson } from './json.ts';
import { left, reset, sendReply } from './sending.ts';
import type { Simulator } from './simulator.ts';
import type { Call, RecordedRequest, Reply } from './vendor.ts';
import { binaryReply, blockedReply, emptyReply, gatewayReply, html200Reply } from './wrongReplies.ts';

/** One request from its first byte to the end of its answer. */
export async function serve(
  sim: Simulator,
  request: IncomingMessage,
  response: ServerResponse,
  hub: boolean,
): Promise<void> {
  const body = await readBody(request);
  const url = new URL(request.url ?? '/', 'http://simulator');
  const route = sim.vendor.route(request.method ?? 'GET', url.pathname, hub);
  const seen = note(sim, request, url, parseJson(body)?.value, route?.kind === 'chat');
  const script = sim.choose(seen);
  const behaviour = typeof script === 'string' ? settled(script, seen) : 'good';
  seen.behaviour = typeof script === 'string' ? behaviour : 'scripted';
  const call: Call = { sim, request: seen, behaviour, nowMs: seen.atMs, seed: `${sim.vendor.id}/${seen.number}` };
  response.once('close', () => {
    if (seen.outcome === 'pending') seen.outcome = 'aborted';
  });
  const wait = sim.latencyMs + (behaviour === 'slow' ? sim.slowMs : 0);
  if (wait > 0) await Promise.race([delay(wait), left(response)]);
  if (response.destroyed) return;

  const send = (reply: Reply): void => {
    seen.status = reply.status;
    seen.outcome = reply.status < 400 ? 'answered' : 'refused';
    const later: Record<string, string> =
      sim.retryAfter !== undefined && (reply.status === 429 || reply.status === 503)
        ? { 'retry-after': sim.retryAfter }
        : {};
    sendReply(response, { ...reply, headers: { ...later, ...reply.headers } });
  };
  if (typeof script !== 'string') return send(script);
  if (await refusesConnection(behaviour, seen, request, response)) return;
  const wrong = wrongReply(behaviour);
  if (wrong !== undefined) return send(wrong);
  if (route === undefined) return send(sim.vendor.unknownPath(call));
  const open = route.kind === 'plain' && !route.needsKey;
  const refusal = open && behaviour === 'refused' ? undefined : sim.vendor.refuseKey(call, route.kind === 'chat');
  if (refusal !== undefined) return send(refusal);
  if (route.kind === 'plain') return send(route.reply(call));
  await answerChat({ call, dialect: route.dialect, body, request, response, send });
}

const settled = (behaviour: Behaviour, request: RecordedRequest): Behaviour =>
  behaviour === 'overloadedTwice' ? (request.chatOfKey <= 2 ? 'overloaded' : 'good') : behaviour;

async function refusesConnection(
  behaviour: Behaviour,
  seen: RecordedRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (behaviour === 'resetBefore') {
    seen.outcome = 'reset';
    request.socket.resetAndDestroy();
    return true;
  }
  if (behaviour === 'silent') {
    seen.outcome = 'stalled';
    await left(response);
    return true;
  }
  if (behaviour === 'resetAfterHeaders') {
    seen.outcome = 'reset';
    seen.status = 200;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    await reset(request);
    return true;
  }
  return false;
}

/** Replies that no vendor shapes: a firewall's, a gateway's, garbage. */
function wrongReply(behaviour: Behaviour): Reply | undefined {
  if (behaviour === 'htmlBlocked') return blockedReply;
  if (behaviour === 'htmlError') return gatewayReply;
  if (behaviour === 'html200') return html200Reply;
  if (behaviour === 'emptyBody') return emptyReply;
  if (behaviour === 'binary') return binaryReply;
  return undefined;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function note(sim: Simulator, request: IncomingMessage, url: URL, body: unknown, chat: boolean): RecordedRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  const key = sim.vendor.key(headers, url.searchParams);
  const mark = readKey(key);
  const seen: RecordedRequest = {
    number: sim.count(),
    atMs: sim.clock.now(),
    method: request.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    body,
    keyName: mark === undefined ? key.slice(-4) : `${mark.behaviour}/${mark.number}`,
    key,
    chatOfKey: chat ? sim.countChat(key) : 0,
    behaviour: 'good',
    outcome: 'pending',
    status: undefined,
    charged: undefined,
  };
  if (sim.keepsRequests) sim.requests.push(seen);
  return seen;
}
