import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { UndiciHttp } from '../../../src/adapters/undiciHttp.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import type { Clock } from '../../../src/core/ports.ts';
import type { AttemptPart, AttemptResult } from '../../../src/core/providers/chatCall.ts';
import { ChatClient } from '../../../src/core/providers/chatClient.ts';
import type { FailureKind } from '../../../src/core/providers/failure.ts';
import type { Message, Tool } from '../../../src/core/providers/message.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { readProviderSettings } from '../../../src/core/providers/providerSettings.ts';
import { type Behaviour, behaviours, has, isBehaviour } from '../../simulator/behaviours.ts';
import { type Simulators, startSimulators } from '../../simulator/startSimulators.ts';
import { plainL10n } from '../support/plainL10n.ts';

const vendors = ['groq', 'gemini', 'mistral', 'huggingface'] as const;
type VendorName = (typeof vendors)[number];

const machineClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

const readFile: Tool = {
  name: 'readFile',
  description: 'Reads one file',
  parameters: { type: 'object', properties: { path: { type: 'string' } } },
};

type Asked = { readonly result: AttemptResult; readonly text: string; readonly parts: readonly AttemptPart[] };
type Ask = {
  readonly behaviour?: Behaviour;
  readonly stream?: boolean;
  readonly messages?: readonly Message[];
  readonly tools?: readonly Tool[];
};

const outcomes: { readonly [Name in Behaviour]?: 'ok' | FailureKind } = {
  refused: 'authInvalid',
  noPermission: 'authBlocked',
  leaked: 'authBlocked',
  suspended: 'authBlocked',
  projectDenied: 'authBlocked',
  oldKey: 'authInvalid',
  unsupportedToken: 'authInvalid',
  htmlBlocked: 'networkBlocked',
  regionBlocked: 'networkBlocked',
  rateMinute: 'rateMinute',
  rateRequests: 'rateMinute',
  rateSecond: 'rateMinute',
  rateEmpty: 'rateMinute',
  dayUsed: 'quotaDay',
  dayRequests: 'quotaDay',
  dayAndMinute: 'quotaDay',
  longWait: 'quotaDay',
  limitZero: 'modelGone',
  bareQuota: 'rateMinute',
  monthUsed: 'noCredit',
  noCredit: 'noCredit',
  noCredit429: 'noCredit',
  noCreditOld: 'noCredit',
  tooLarge: 'tooLarge',
  contextTooLong: 'tooLarge',
  modelGone: 'modelGone',
  modelRetired: 'modelGone',
  badField: 'badRequest',
  overloaded: 'overloaded',
  overloadedTwice: 'overloaded',
  capacity: 'overloaded',
  capacity498: 'overloaded',
  serverError: 'overloaded',
  htmlError: 'overloaded',
  silent: 'timeout',
  resetBefore: 'network',
  resetAfterHeaders: 'network',
  breaks: 'cutOff',
  stalls: 'timeout',
  stallsMidStream: 'cutOff',
  errorFrame: 'cutOff',
  endsEarly: 'cutOff',
  noDone: 'ok',
  endless: 'badReply',
  html200: 'badReply',
  wrongType: 'badReply',
  plainDespiteStream: 'ok',
  truncatedJson: 'badReply',
  binary: 'badReply',
  empty: 'noContent',
  filtered: 'noContent',
  noUsage: 'ok',
  good: 'ok',
};

describe('four dialects over real sockets', () => {
  let sims: Simulators;
  let http: UndiciHttp;
  let client: ChatClient;
  let providers: ReadonlyMap<string, Provider>;

  before(async () => {
    sims = await startSimulators({ limits: 'none' });
    http = new UndiciHttp({
      config: () => ({ strictSSL: true, proxySupport: 'off', systemCertificates: false, env: {} }),
    });
    client = new ChatClient({ http, clock: machineClock, userAgent: 'ai-keys-test/1' });
    const setting = Object.fromEntries(
      vendors.map((name) => [name, { baseUrl: sims[name].baseUrl, checkUrl: sims[name].checkUrl }]),
    );
    const own = { 'my-llm': { baseUrl: sims.local.baseUrl, models: ['qwen3-coder:30b'] } };
    const read = readProviderSettings({ ...setting, ...own }, plainL10n);
    assert.deepEqual(read.problems, []);
    providers = new Map(read.providers.map((provider) => [provider.id, provider]));
  });
  afterEach(() => {
    for (const sim of sims.all) sim.reset();
  });
  after(async () => {
    http.dispose();
    await sims.stop();
  });

  function provider(name: string): Provider {
    const found = providers.get(name);
    assert.ok(found);
    return found;
  }

  async function ask(
    name: VendorName,
    { behaviour = 'good', stream = true, messages, tools }: Ask = {},
  ): Promise<Asked> {
    const parts: AttemptPart[] = [];
    const of = provider(name);
    const result = await client.attempt(
      {
        provider: of,
        model: of.models[0]?.id ?? '',
        messages: messages ?? [{ role: 'user', content: 'Why? شكرا 你好 🎉' }],
        tools,
        temperature: 0.3,
        maxTokens: 500,
        stream,
        secret: new Secret(sims[name].key(behaviour)),
        signal: new AbortController().signal,
        // Short only where the time has to run out: a busy machine is slow, not broken.
        firstEventTimeoutMs: behaviour === 'silent' || behaviour === 'stalls' ? 250 : 60_000,
        idleTimeoutMs: behaviour === 'stallsMidStream' ? 250 : 60_000,
      },
      (part) => void parts.push(part),
    );
    return { result, parts, text: parts.map((part) => (part.type === 'text' ? part.text : '')).join('') };
  }

  for (const name of vendors) {
    for (const stream of [true, false]) {
      it(`${name}, ${stream ? 'streamed' : 'plain'}: gives the same answer and the right usage`, async () => {
        const sim = sims[name];
        sim.nextAnswer('The answer, شكرا 你好 🎉, is `undefined`.\n');
        sim.countPrompt = () => 40;
        const { result, text } = await ask(name, { stream });
        assert.equal(result.ok, true, JSON.stringify(result));
        assert.equal(text, 'The answer, شكرا 你好 🎉, is `undefined`.\n');
        assert.equal(result.usage?.prompt, 40);
        assert.equal(result.usage.estimated, false);
        assert.ok(result.usage.completion > 0);
        assert.ok(result.usage.total >= result.usage.prompt + result.usage.completion);
      });

      it(`${name}, ${stream ? 'streamed' : 'plain'}: calls a tool and takes its result back`, async () => {
        const wish: Message = { role: 'user', content: '[[tool:readFile {"path":"a.ts"}]]' };
        const first = await ask(name, { stream, messages: [wish], tools: [readFile] });
        assert.equal(first.result.ok && first.result.finishReason, 'toolCalls', JSON.stringify(first.result));
        const calls = first.parts.flatMap((part) => (part.type === 'toolCall' ? [part.call] : []));
        assert.equal(calls.length, 1);
        const [call] = calls;
        assert.ok(call);
        assert.equal(call.name, 'readFile');
        assert.deepEqual(JSON.parse(call.arguments), { path: 'a.ts' });
        const second = await ask(name, {
          stream,
          messages: [
            wish,
            { role: 'assistant', content: [call] },
            { role: 'user', content: [{ type: 'toolResult', id: call.id, content: 'export const a = 1;' }] },
          ],
          tools: [readFile],
        });
        assert.equal(second.result.ok, true, JSON.stringify(second.result));
        assert.match(second.text, /export const a = 1;/);
      });
    }

    it(`${name}: a tool call that another provider made is taken over`, async () => {
      const { result } = await ask(name, {
        messages: [
          { role: 'user', content: 'Read it' },
          {
            role: 'assistant',
            content: [{ type: 'toolCall', id: 'call_of_somebody_else', name: 'readFile', arguments: '{}' }],
          },
          { role: 'tool', content: [{ type: 'toolResult', id: 'call_of_somebody_else', content: 'text' }] },
        ],
        tools: [readFile],
      });
      assert.equal(result.ok, true, JSON.stringify(result));
    });

    it(`${name}: the zero-token check tells a good key from a refused one`, async () => {
      const check = (behaviour: Behaviour) =>
        client.check(provider(name), new Secret(sims[name].key(behaviour)), new AbortController().signal);
      assert.equal((await check('good')).kind, 'ok');
      const refused = await check('refused');
      assert.equal(refused.kind === 'refused' && refused.failure.kind, 'authInvalid');
      const blocked = await check('htmlBlocked');
      assert.equal(blocked.kind === 'couldNotRun' && blocked.failure.kind, 'networkBlocked');
    });

    it(`${name}: the model list names chat models with their sizes`, async () => {
      const key = new Secret(sims[name].key('good'));
      const result = await client.models(provider(name), key, new AbortController().signal);
      assert.ok(result.ok, JSON.stringify(result));
      assert.ok(result.models.length > 0);
      assert.equal(new Set(result.models.map(({ id }) => id)).size, result.models.length);
      assert.ok(result.models.every(({ id }) => !/whisper|orpheus|embed|guard-/.test(id) && !id.startsWith('models/')));
      if (name === 'groq' || name === 'mistral') assert.ok(result.models.some(({ contextTokens }) => contextTokens));
    });

    for (const behaviour of Object.keys(behaviours).filter(isBehaviour)) {
      const expected = outcomes[behaviour];
      if (expected === undefined || !has(name, behaviour)) continue;
      // 16 MB take their time: once is enough.
      if (behaviour === 'endless' && name !== 'groq') continue;
      it(`${name}, key with "${behaviours[behaviour].what}": ${expected}`, async () => {
        const { result } = await ask(name, { behaviour });
        assert.equal(result.ok ? 'ok' : result.failure.kind, expected, JSON.stringify(result));
      }).timeout(60_000);
    }
  }

  it('a provider of one’s own is one entry in the setting', async () => {
    const text: string[] = [];
    const result = await client.attempt(
      {
        provider: provider('my-llm'),
        model: 'qwen3-coder:30b',
        messages: [{ role: 'user', content: 'Hello' }],
        maxTokens: 100,
        stream: true,
        secret: undefined,
        signal: new AbortController().signal,
        firstEventTimeoutMs: 60_000,
        idleTimeoutMs: 60_000,
      },
      (part) => void text.push(part.type === 'text' ? part.text : ''),
    );
    assert.equal(result.ok, true, JSON.stringify(result));
    assert.notEqual(text.join(''), '');
  });
});
