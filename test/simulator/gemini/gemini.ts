import { callId } from '../answer.ts';
import { bearer } from '../openAiAsk.ts';
import { Simulator, type SimulatorOptions } from '../simulator.ts';
import type { Call, ModelRow, Reply, Route, Vendor } from '../vendor.ts';
import { geminiCompatChat } from './geminiChat.ts';
import { geminiError, geminiHeaders, geminiReply, keyError, notFound, twoCredentials } from './geminiErrors.ts';
import { geminiMeters, geminiModels } from './geminiModels.ts';
import { geminiNativeChat } from './geminiNative.ts';

const compat = '/v1beta/openai';
const native = '/v1beta/models';

const nativeCall = /^\/v1beta\/models\/(?<model>[^/:]+):(?<method>generateContent|streamGenerateContent)$/;

const geminiVendor: Vendor = {
  id: 'gemini',
  basePath: compat,
  checkPath: `${compat}/models`,
  hub: false,
  withoutKey: 'refused',
  models: geminiModels,
  foreignModel: 'gemini-3.8-flash-001',
  meters: geminiMeters,
  toolCallId: callId,
  reasoning: (model) => (model.includes('gemini-') ? 'Considering what the error says.' : ''),
  key: (headers, query) => bearer(headers) || (headers['x-goog-api-key'] ?? query.get('key') ?? ''),
  route(method, path): Route | undefined {
    if (method === 'POST' && path === `${compat}/chat/completions`) return { kind: 'chat', dialect: geminiCompatChat };
    if (method === 'GET' && path === `${compat}/models`) return { kind: 'plain', needsKey: true, reply: compatModels };
    if (method === 'GET' && (path === native || path.startsWith(`${native}/`)))
      return { kind: 'plain', needsKey: true, reply: nativeModels };
    const groups = method === 'POST' ? nativeCall.exec(path)?.groups : undefined;
    if (groups === undefined) return undefined;
    return {
      kind: 'chat',
      dialect: geminiNativeChat(groups['model'] ?? '', groups['method'] === 'streamGenerateContent'),
    };
  },
  refuseKey(call, chat) {
    const { headers, query, path } = call.request;
    const wrapped = chat && path.startsWith(compat);
    const credentials = [bearer(headers), headers['x-goog-api-key'] ?? '', query['key'] ?? ''].filter(
      (one) => one !== '',
    );
    if (credentials.length > 1) return geminiReply(twoCredentials, wrapped);
    const error = keyError(call, path === `${compat}/models`);
    return error === undefined ? undefined : geminiReply(error, wrapped);
  },
  unknownPath: () => geminiReply(geminiError(404, 'Requested entity was not found.'), false),
};

const rowOf = (id: string): ModelRow =>
  geminiModels.find((known) => known.id === id) ?? {
    id,
    displayName: id,
    contextTokens: 1_048_576,
    maxOutputTokens: 65_536,
  };

const ok = (body: unknown): Reply => ({ status: 200, headers: geminiHeaders, body });

function compatModels(call: Call): Reply {
  const data = call.sim.models.map((id) => ({
    id: `models/${id}`,
    object: 'model',
    owned_by: 'google',
    display_name: rowOf(id)['displayName'],
  }));
  return ok({ object: 'list', data });
}

const nativeModel = (row: ModelRow) => ({
  name: `models/${row.id}`,
  version: '3.0',
  displayName: row['displayName'],
  description: `${String(row['displayName'])}, simulated`,
  inputTokenLimit: row.contextTokens,
  outputTokenLimit: row.maxOutputTokens,
  supportedGenerationMethods: ['generateContent', 'countTokens', 'createCachedContent', 'batchGenerateContent'],
  temperature: 1,
  topP: 0.95,
  topK: 64,
  maxTemperature: 2,
  thinking: true,
});

/** In pages of `pageSize`; the token is where the next one starts. */
function nativeModels(call: Call): Reply {
  const { path, query } = call.request;
  const wanted = path.slice(native.length + 1);
  const offered = call.sim.models;
  if (wanted !== '')
    return offered.includes(wanted) ? ok(nativeModel(rowOf(wanted))) : geminiReply(notFound(wanted), false);
  const size = Number(query['pageSize'] ?? 50);
  const start = Number(query['pageToken'] ?? 0);
  const models = offered.slice(start, start + size).map((id) => nativeModel(rowOf(id)));
  const more = start + size < offered.length ? { nextPageToken: String(start + size) } : {};
  return ok({ models, ...more });
}

export const startGemini = (options: SimulatorOptions = {}): Promise<Simulator> =>
  new Simulator(geminiVendor, options).start(options);
