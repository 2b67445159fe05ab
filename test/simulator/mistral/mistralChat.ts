import type { Answer, ChatAsk } from '../answer.ts';
import { alphanumerics, hex } from '../demoKey.ts';
import type { Json } from '../json.ts';
import type { LimitName } from '../../../src/core/quota/limits.ts';
import { openAiAsk, openAiFinish, toolCallsJson } from '../openAiAsk.ts';
import {
  accepted,
  type Admitted,
  admitted,
  type Ask,
  type Call,
  type ChatDialect,
  refused,
  type Reply,
} from '../vendor.ts';
import * as errors from './mistralErrors.ts';
import { mistralRefusal } from './mistralFields.ts';
import { mistralModels } from './mistralModels.ts';

export const mistralChat: ChatDialect = {
  done: true,
  errorEvent: {
    object: 'error',
    message: 'Internal server error',
    type: 'internal_server_error',
    param: null,
    code: '3000',
  },
  badJson: (call) =>
    errors.unprocessable(call, [{ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {} }]),
  read,
  admit,
  plain,
  events,
};

function read(call: Call, body: Json): Ask {
  const wrong = mistralRefusal(call, body);
  if (wrong !== undefined) return refused(wrong);
  const ask = openAiAsk(call, body, body['max_tokens']);
  if (call.behaviour === 'modelGone' || call.sim.goneness(ask.model) !== undefined)
    return refused(errors.invalidModel(call, ask.model));
  const most = mistralModels.find(({ id }) => id === ask.model)?.contextTokens ?? 262_144;
  if (call.behaviour === 'contextTooLong') return refused(errors.promptTooLong(call, 321_774, most));
  return ask.promptTokens > most ? refused(errors.promptTooLong(call, ask.promptTokens, most)) : accepted(ask);
}

function admit(call: Call, ask: ChatAsk): Admitted {
  const reply = misbehaves(call, ask) ?? overLimit(call, ask);
  if (reply !== undefined) return refused(reply);
  const add = (limit: LimitName, amount: number): void =>
    call.sim.meters.meter(call.request.key, ask.model, limit).add(amount, call.sim.clock.now());
  add('requestsPerSecond', 1);
  add('requestsPerMinute', 1);
  const tokens = ['tokensPerMinute', 'tokensPerMonth'] as const;
  for (const limit of tokens) add(limit, ask.promptTokens);
  return admitted({
    headers: {
      ...errors.ids(call),
      ...headersOf(call, ask),
      'x-ratelimit-tokens-query-cost': String(ask.promptTokens),
    },
    settle: (usage) => {
      for (const limit of tokens) add(limit, usage.total - ask.promptTokens);
    },
  });
}

/** The gateway's second first, then minute and month, which read alike. */
function overLimit(call: Call, ask: ChatAsk): Reply | undefined {
  const over = (limit: LimitName, amount: number): boolean =>
    call.sim.meters.meter(call.request.key, ask.model, limit).used(call.nowMs) + amount >
    call.sim.meters.limit(call.request.key, ask.model, limit);
  if (over('requestsPerSecond', 1)) return errors.perSecond(call);
  const limited =
    over('requestsPerMinute', 1) ||
    over('tokensPerMinute', ask.promptTokens) ||
    over('tokensPerMonth', ask.promptTokens);
  return limited ? errors.rateLimited(call, headersOf(call, ask)) : undefined;
}

function misbehaves(call: Call, ask: ChatAsk): Reply | undefined {
  const headers = headersOf(call, ask);
  switch (call.behaviour) {
    case 'rateSecond':
      return errors.perSecond(call);
    case 'rateEmpty':
      return errors.bare429(call);
    case 'rateMinute':
      return errors.rateLimited(call, { ...headers, 'x-ratelimit-remaining-tokens-minute': '0' });
    case 'rateRequests':
      return errors.rateLimited(call, { ...headers, 'x-ratelimit-remaining-req-minute': '0' });
    case 'monthUsed':
      return errors.rateLimited(call, { ...headers, 'x-ratelimit-remaining-tokens-month': '0' });
    case 'limitZero':
      return errors.rateLimited(call, {
        ...headers,
        'x-ratelimit-limit-tokens-minute': '0',
        'x-ratelimit-remaining-tokens-minute': '0',
      });
    case 'noCredit':
      return errors.paymentRequired(call);
    case 'badField':
      return errors.unprocessable(call, [errors.extraField(['max_completion_tokens'], 8_192)]);
    case 'capacity':
      return errors.tierCapacity(call);
    case 'overloaded':
      return errors.overCapacity(call);
    case 'serverError':
      return errors.internalError(call);
    default:
      return undefined;
  }
}

const shown = [
  ['requestsPerMinute', 'req-minute'],
  ['tokensPerMinute', 'tokens-minute'],
  ['tokensPerMonth', 'tokens-month'],
] as const;

/** Plain integers, and no reset. */
function headersOf(call: Call, ask: ChatAsk): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [limit, name] of shown) {
    const value = call.sim.meters.limit(call.request.key, ask.model, limit);
    if (!Number.isFinite(value)) continue;
    const used = call.sim.meters.meter(call.request.key, ask.model, limit).used(call.nowMs);
    headers[`x-ratelimit-limit-${name}`] = String(value);
    headers[`x-ratelimit-remaining-${name}`] = String(Math.max(0, value - used));
  }
  return headers;
}

const usageOf = (answer: Answer): Json => ({
  prompt_tokens: answer.usage.prompt,
  total_tokens: answer.usage.total,
  completion_tokens: answer.usage.completion,
  prompt_tokens_details: { cached_tokens: answer.usage.cached },
});

const thinking = (said: string): Json => ({ type: 'thinking', thinking: [{ type: 'text', text: said }] });
const textPart = (said: string): Json => ({ type: 'text', text: said });

/** A reasoning model's content is a list of parts. */
const content = (answer: Answer): unknown =>
  answer.reasoning === '' ? answer.text : [thinking(answer.reasoning), textPart(answer.text)];

const calls = (answer: Answer): readonly Json[] =>
  toolCallsJson(answer).map((call, index) => ({ id: call['id'], function: call['function'], index }));

function plain(answer: Answer): unknown {
  const tools = answer.toolCalls.length > 0 ? { tool_calls: calls(answer) } : { tool_calls: null };
  return {
    id: hex(answer.seed, 32),
    object: 'chat.completion',
    created: answer.createdSeconds,
    model: answer.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: content(answer), ...tools },
        finish_reason: openAiFinish[answer.finish],
      },
    ],
    ...(answer.tellsUsage ? { usage: usageOf(answer) } : {}),
  };
}

function* events(answer: Answer): Generator<unknown> {
  const head = {
    id: hex(answer.seed, 32),
    object: 'chat.completion.chunk',
    created: answer.createdSeconds,
    model: answer.model,
  };
  const chunk = (delta: Json, finish: string | null, more: Json = {}): Json => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  });
  const parts = answer.reasoning !== '';
  yield chunk({ role: 'assistant', content: '' }, null);
  if (parts) yield chunk({ content: [thinking(answer.reasoning)] }, null);
  for (const [index, piece] of answer.pieces.entries()) {
    const seed = `${answer.seed}/${index}`;
    const said = parts && index === 0 ? [textPart(piece)] : piece;
    yield chunk({ content: said }, null, { p: alphanumerics(seed, 1 + (index % 12)).toLowerCase() });
  }
  const usage = answer.tellsUsage ? { usage: usageOf(answer) } : {};
  const tools = answer.toolCalls.length > 0 ? { tool_calls: calls(answer) } : {};
  yield chunk({ content: '', ...tools }, openAiFinish[answer.finish], usage);
}
