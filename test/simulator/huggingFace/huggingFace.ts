import { callId } from '../answer.ts';
import { hex } from '../demoKey.ts';
import { bearer } from '../openAiAsk.ts';
import { Simulator, type SimulatorOptions } from '../simulator.ts';
import type { Call, Reply, Vendor } from '../vendor.ts';
import { huggingFaceChat } from './huggingFaceChat.ts';
import { hfError, noScope, outage, requestId, unauthorized, userOf } from './huggingFaceErrors.ts';
import { huggingFaceMeters, huggingFaceModels, modelJson, rowOf } from './huggingFaceModels.ts';

/** The router, and the hub on a port of its own: only the hub knows whether a token is good. */
const huggingFaceVendor: Vendor = {
  id: 'huggingface',
  basePath: '/v1',
  checkPath: '/api/whoami-v2',
  hub: true,
  withoutKey: 'refused',
  models: huggingFaceModels,
  foreignModel: 'accounts/upstream/models/some-other-name',
  meters: huggingFaceMeters,
  toolCallId: callId,
  reasoning: (model) => (model.includes('gpt-oss') ? 'The user wants help.' : ''),
  key: bearer,
  route(method, path, hub) {
    if (hub)
      return method === 'GET' && path === '/api/whoami-v2'
        ? { kind: 'plain', needsKey: true, reply: whoami }
        : undefined;
    if (method === 'POST' && path === '/v1/chat/completions') return { kind: 'chat', dialect: huggingFaceChat };
    if (method === 'GET' && path === '/v1/models') return { kind: 'plain', needsKey: false, reply: modelsReply };
    return undefined;
  },
  refuseKey(call, chat) {
    if (call.behaviour === 'refused') return unauthorized(call);
    if (!chat) return outage(call);
    return call.behaviour === 'noPermission' ? noScope(call) : undefined;
  },
  unknownPath: (call) => hfError(call, 404, 'Not Found'),
};

/** Public: 200 even with a bad token. */
const modelsReply = (call: Call): Reply => ({
  status: 200,
  headers: requestId(call),
  body: { object: 'list', data: call.sim.models.map((id) => modelJson(rowOf(id))) },
});

/** A token that may not call providers is still a good token here: only its scopes say so. */
function whoami(call: Call): Reply {
  const name = userOf(call);
  const may = call.sim.nature(call.request.key) !== 'noPermission';
  const body = {
    type: 'user',
    id: hex(name, 24),
    name,
    fullname: 'Some One',
    email: `${name}@example.org`,
    emailVerified: true,
    isPro: false,
    canPay: false,
    periodEnd: null,
    billingMode: 'prepaid',
    orgs: [],
    auth: {
      type: 'access_token',
      accessToken: {
        displayName: 'my-token',
        role: 'fineGrained',
        createdAt: '2026-01-01T00:00:00.000Z',
        fineGrained: {
          canReadGatedRepos: false,
          global: [],
          scoped: [
            {
              entity: { type: 'user', name },
              permissions: may ? ['inference.serverless.write'] : ['repo.content.read'],
            },
          ],
        },
      },
    },
  };
  const headers = { RateLimit: '"api";r=999;t=300', 'RateLimit-Policy': '"fixed window";"api";q=1000;w=300' };
  return { status: 200, headers: { ...requestId(call), ...headers }, body };
}

export const startHuggingFace = (options: SimulatorOptions = {}): Promise<Simulator> =>
  new Simulator(huggingFaceVendor, options).start(options);
