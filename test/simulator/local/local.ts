import { callId, type ChatAsk } from '../answer.ts';
import { type Json, list, text } from '../json.ts';
import { bearer, openAiAsk } from '../openAiAsk.ts';
import { chunks, plainReply, type ReplyStyle } from '../openAiReply.ts';
import { Simulator, type SimulatorOptions } from '../simulator.ts';
import {
  accepted,
  type Admitted,
  admitted,
  type Ask,
  type Call,
  type ChatDialect,
  type ModelRow,
  refused,
  type Reply,
  type Vendor,
} from '../vendor.ts';
import { WindowCount } from '../meters.ts';

const models: readonly ModelRow[] = [
  { id: 'llama3.2:latest', contextTokens: 4_096, maxOutputTokens: 4_096 },
  { id: 'qwen3-coder:30b', contextTokens: 32_768, maxOutputTokens: 32_768 },
];

const style: ReplyStyle = {
  prefix: 'chatcmpl-',
  head: { system_fingerprint: 'fp_ollama' },
  choice: {},
  nullUsage: false,
  reasoningField: 'reasoning',
};

const failed = (status: number, message: string, type = 'api_error'): Reply => ({
  status,
  body: { error: { message, type, param: null, code: null } },
});

/** Like Ollama: takes unknown fields without a word, has no limits, and says 404 to an unknown model. */
const dialect: ChatDialect = {
  done: true,
  errorEvent: {
    error: { message: 'model runner has unexpectedly stopped', type: 'api_error', param: null, code: null },
  },
  badJson: () => failed(400, 'invalid character in JSON body', 'invalid_request_error'),
  read(call: Call, body: Json): Ask {
    if (list(body['messages']).length === 0)
      return refused(failed(400, "[] is too short - 'messages'", 'invalid_request_error'));
    const ask = openAiAsk(call, body, body['max_tokens']);
    const gone = call.behaviour === 'modelGone' || call.sim.goneness(ask.model) !== undefined;
    if (gone) return refused(failed(404, `model '${ask.model}' not found`, 'not_found_error'));
    const most = models.find(({ id }) => id === ask.model)?.contextTokens ?? 4_096;
    const beyond = call.behaviour === 'contextTooLong' ? 120 : ask.promptTokens - most;
    if (beyond > 0) return refused(failed(400, `prompt too long; exceeded max context length by ${beyond} tokens`));
    return accepted(ask);
  },
  admit(call: Call, ask: ChatAsk): Admitted {
    const reply = misbehaves(call);
    if (reply !== undefined) return refused(reply);
    const requests = call.sim.meters.meter(call.request.key, ask.model, 'requestsPerMinute');
    if (requests.used(call.nowMs) >= call.sim.meters.limit(call.request.key, ask.model, 'requestsPerMinute'))
      return refused(tooMany);
    requests.add(1, call.nowMs);
    return admitted({ headers: {}, settle: () => undefined });
  },
  plain: (answer) => plainReply(answer, style),
  events: (answer, ask) => chunks(answer, ask, style),
};

const tooMany = failed(429, 'Rate limit exceeded', 'rate_limit_error');

function misbehaves(call: Call): Reply | undefined {
  switch (call.behaviour) {
    case 'rateMinute':
      return tooMany;
    case 'rateEmpty':
      return { status: 429, body: undefined };
    case 'noCredit':
      return failed(402, 'Insufficient Balance', 'unknown_error');
    case 'badField':
      return failed(400, 'Unrecognized request argument supplied: max_output', 'invalid_request_error');
    default:
      return undefined;
  }
}

export type LocalOptions = SimulatorOptions & {
  /** False, the default: any key does, or none. True: one of the demo keys. */
  readonly needsKey?: boolean;
};

const localVendor = (needsKey: boolean): Vendor => ({
  id: 'local',
  basePath: '/v1',
  checkPath: '/v1/models',
  hub: false,
  withoutKey: needsKey ? 'refused' : 'good',
  models,
  foreignModel: 'some-other-model',
  meters: {
    scope: 'account',
    limits: () => ({}),
    make: () => new WindowCount((ms) => String(Math.floor(ms / 60_000))),
  },
  toolCallId: callId,
  reasoning: () => '',
  key: bearer,
  route(method, path) {
    if (method === 'POST' && path === '/v1/chat/completions') return { kind: 'chat', dialect };
    if (method !== 'GET') return undefined;
    if (path === '/v1/models') return { kind: 'plain', needsKey: true, reply: modelsReply };
    return path === '/api/tags' ? { kind: 'plain', needsKey: false, reply: tagsReply } : undefined;
  },
  refuseKey(call) {
    if (call.behaviour === 'refused') return failed(401, 'Incorrect API key provided', 'invalid_request_error');
    if (call.behaviour === 'noPermission') return failed(403, 'This key may not use this model', 'permission_error');
    if (call.behaviour === 'overloaded')
      return failed(503, 'server busy, please try again. maximum pending requests exceeded');
    return call.behaviour === 'serverError'
      ? failed(500, 'llama runner process has terminated: exit status 2')
      : undefined;
  },
  unknownPath: (call) => ({
    status: 404,
    headers: { 'content-type': 'text/plain' },
    body: `404 page not found: ${text(call.request.path)}`,
  }),
});

const modelsReply = (call: Call): Reply => ({
  status: 200,
  body: {
    object: 'list',
    data: call.sim.models.map((id) => ({ id, object: 'model', created: 1_789_200_000, owned_by: 'library' })),
  },
});

const tagsReply = (call: Call): Reply => ({
  status: 200,
  body: { models: call.sim.models.map((name) => ({ name, model: name })) },
});

/** Any other OpenAI-compatible server: Ollama unless it needs a key. */
export const startLocal = (options: LocalOptions = {}): Promise<Simulator> =>
  new Simulator(localVendor(options.needsKey ?? false), options).start(options);
