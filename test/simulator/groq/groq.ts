import { callId } from '../answer.ts';
import { record } from '../json.ts';
import { bearer } from '../openAiAsk.ts';
import { Simulator, type SimulatorOptions } from '../simulator.ts';
import type { Call, ModelRow, Reply, Vendor } from '../vendor.ts';
import { groqChat } from './groqChat.ts';
import { groqError, invalidKey, modelNotFound, noPermission, requestId } from './groqErrors.ts';
import { groqMeters } from './groqLimiter.ts';
import { groqModels } from './groqModels.ts';

const base = '/openai/v1';

const groqVendor: Vendor = {
  id: 'groq',
  basePath: base,
  checkPath: `${base}/models`,
  hub: false,
  withoutKey: 'refused',
  models: groqModels,
  foreignModel: 'gpt-oss-120b-upstream',
  meters: groqMeters,
  toolCallId: callId,
  reasoning: (model) => (model.includes('gpt-oss') ? 'The user wants help. I should be short and exact.' : ''),
  key: bearer,
  route(method, path) {
    if (method === 'POST' && path === `${base}/chat/completions`) return { kind: 'chat', dialect: groqChat };
    if (method !== 'GET' || !path.startsWith(`${base}/models`)) return undefined;
    return { kind: 'plain', needsKey: true, reply: modelsReply };
  },
  refuseKey(call, chat) {
    if (call.behaviour === 'refused') return invalidKey(call);
    if (call.behaviour === 'noPermission') return noPermission(call);
    return chat ? undefined : outage(call);
  },
  unknownPath: (call) =>
    groqError(
      call,
      404,
      `Unknown request URL: ${call.request.method} ${call.request.path}. Please check the URL for typos, or see the docs at https://console.groq.com/docs/`,
      {
        type: 'invalid_request_error',
        code: 'unknown_url',
      },
    ),
};

/** An outage that was asked for everywhere reaches the check too. */
function outage(call: Call): Reply | undefined {
  if (call.behaviour === 'serverError')
    return groqError(call, 500, 'Internal Server Error', { type: 'internal_server_error' });
  if (call.behaviour !== 'overloaded') return undefined;
  return groqError(call, 503, 'Service Unavailable', { type: 'internal_server_error' });
}

const modelJson = (row: ModelRow) => ({
  id: row.id,
  object: 'model',
  created: row['created'],
  owned_by: row['owner'],
  active: true,
  context_window: row.contextTokens,
  public_apps: null,
  max_completion_tokens: row.maxOutputTokens,
});

/** Costs nothing and shows no rate headers. */
function modelsReply(call: Call): Reply {
  const headers = { 'x-request-id': requestId(call) };
  const offered = call.sim.models.map((id) => {
    const row = groqModels.find((known) => known.id === id);
    return row === undefined ? { id, object: 'model', created: 0, owned_by: 'Groq', active: true } : modelJson(row);
  });
  const wanted = decodeURIComponent(call.request.path.slice(`${base}/models`.length + 1));
  if (wanted === '') return { status: 200, headers, body: { object: 'list', data: offered } };
  const one = offered.find((row) => record(row)['id'] === wanted);
  return one === undefined ? modelNotFound(call, wanted) : { status: 200, headers, body: one };
}

export const startGroq = (options: SimulatorOptions = {}): Promise<Simulator> =>
  new Simulator(groqVendor, options).start(options);
