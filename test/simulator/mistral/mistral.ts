import { nineAlphanumerics } from '../answer.ts';
import { bearer } from '../openAiAsk.ts';
import { Simulator, type SimulatorOptions } from '../simulator.ts';
import type { Call, Reply, Vendor } from '../vendor.ts';
import { mistralChat } from './mistralChat.ts';
import { forbidden, ids, internalError, noRoute, overCapacity, unauthorized } from './mistralErrors.ts';
import { isReasoning, mistralMeters, mistralModels, modelJson } from './mistralModels.ts';

const mistralVendor: Vendor = {
  id: 'mistral',
  basePath: '/v1',
  checkPath: '/v1/models',
  hub: false,
  withoutKey: 'refused',
  models: mistralModels,
  foreignModel: 'mistral-small-2603',
  meters: mistralMeters,
  toolCallId: nineAlphanumerics,
  reasoning: (model) => (isReasoning(model) ? 'Let me think about the error first.' : ''),
  key: bearer,
  route(method, path) {
    if (method === 'POST' && path === '/v1/chat/completions') return { kind: 'chat', dialect: mistralChat };
    if (method === 'GET' && path === '/v1/models') return { kind: 'plain', needsKey: true, reply: modelsReply };
    return undefined;
  },
  refuseKey(call, chat) {
    if (call.behaviour === 'refused') return unauthorized(call);
    if (call.behaviour === 'noPermission') return forbidden(call);
    if (chat) return undefined;
    if (call.behaviour === 'overloaded') return overCapacity(call);
    return call.behaviour === 'serverError' ? internalError(call) : undefined;
  },
  unknownPath: noRoute,
};

/** Two captured forms: an object with `data`, and a bare array; the first unless a test picks the other. */
function modelsReply(call: Call): Reply {
  const data = call.sim.models.map((id) => {
    const row = mistralModels.find((known) => known.id === id);
    return modelJson(
      row ?? { id, name: id, chat: true, deprecation: null, contextTokens: 262_144, maxOutputTokens: 262_144 },
    );
  });
  return { status: 200, headers: ids(call), body: call.sim.variant === 1 ? data : { object: 'list', data } };
}

export const startMistral = (options: SimulatorOptions = {}): Promise<Simulator> =>
  new Simulator(mistralVendor, options).start(options);
