import type { Answer, ChatAsk } from '../answer.ts';
import { alphanumerics, hex } from '../demoKey.ts';
import type { Json } from '../json.ts';
import { openAiAsk, openAiFinish, toolCallsJson } from '../openAiAsk.ts';
import { accepted, type Admitted, type Ask, type Call, type ChatDialect, refused, type Reply } from '../vendor.ts';
import * as errors from './groqErrors.ts';
import { groqRefusal } from './groqFields.ts';
import { alwaysLimited, groqAdmit, groqHeaders } from './groqLimiter.ts';
import { groqModels, groqRetired } from './groqModels.ts';

/** What the harmony template adds to each prompt. */
const gptOssTemplate = 72;

export const groqChat: ChatDialect = {
  done: true,
  errorEvent: {
    error: { message: 'Internal server error while generating', type: 'internal_server_error', code: 'internal_error' },
  },
  badJson: (call) => errors.groqError(call, 400, 'request body could not be parsed as JSON'),
  read,
  admit,
  plain,
  events,
};

function read(call: Call, body: Json): Ask {
  const wrong = groqRefusal(call, body);
  if (wrong !== undefined) return refused(wrong);
  const cap = body['max_completion_tokens'] ?? body['max_tokens'];
  const model = String(body['model']);
  const ask = openAiAsk(call, body, cap, model.includes('gpt-oss') ? gptOssTemplate : 0);
  const gone =
    call.behaviour === 'modelGone'
      ? 'unknown'
      : call.behaviour === 'modelRetired'
        ? 'retired'
        : call.sim.goneness(model);
  if (gone === 'retired' || (gone === 'unknown' && groqRetired.includes(model)))
    return refused(errors.modelDecommissioned(call, model));
  if (gone === 'unknown') return refused(errors.modelNotFound(call, model));
  const row = groqModels.find(({ id }) => id === model);
  if (row !== undefined && ask.cap !== undefined && ask.cap > row.maxOutputTokens)
    return refused(capTooLarge(call, row.maxOutputTokens));
  if (row !== undefined && ask.promptTokens + (ask.cap ?? 0) > row.contextTokens)
    return refused(errors.contextTooLong(call));
  return accepted(ask);
}

const capTooLarge = (call: Call, most: number): Reply =>
  errors.groqError(
    call,
    400,
    `\`max_completion_tokens\` must be less than or equal to \`${most}\`, the maximum value for \`max_completion_tokens\` is less than the \`context_window\` for this model`,
  );

function admit(call: Call, ask: ChatAsk): Admitted {
  const reply = misbehaves(call, ask);
  return reply === undefined ? groqAdmit(call, ask) : refused(reply);
}

function misbehaves(call: Call, ask: ChatAsk): Reply | undefined {
  const limited = (limit: errors.GroqLimit, waitMs: number): Reply =>
    errors.rateLimited(call, alwaysLimited(call, ask, limit, call.sim.waitMs ?? waitMs), groqHeaders(call, ask.model));
  switch (call.behaviour) {
    case 'rateMinute':
      return limited('tokensPerMinute', 4_770);
    case 'rateRequests':
      return limited('requestsPerMinute', 399);
    case 'dayUsed':
      return limited('tokensPerDay', 578_016);
    case 'dayRequests':
      return limited('requestsPerDay', 86_400);
    case 'tooLarge': {
      const breach = alwaysLimited(call, ask, 'tokensPerMinute', 31_000);
      return errors.tooLarge(call, { ...breach, requested: breach.value + 5_266 }, groqHeaders(call, ask.model));
    }
    case 'contextTooLong':
      return errors.contextTooLong(call);
    case 'badField':
      return errors.unsupportedProperty(call, 'max_output', 'max_tokens');
    case 'overloaded':
      return errors.overCapacity(call, ask.model);
    case 'capacity498':
      return errors.flexCapacity(call);
    case 'serverError':
      return errors.internalError(call);
    default:
      return undefined;
  }
}

const id = (answer: Answer): string => `chatcmpl-${hex(answer.seed, 32)}`;

function usageOf(answer: Answer): Json {
  const { prompt, completion, total, reasoning, cached } = answer.usage;
  return {
    queue_time: 0.04,
    prompt_tokens: prompt,
    prompt_time: 0.003,
    completion_tokens: completion,
    completion_time: 0.04,
    total_tokens: total,
    total_time: 0.043,
    ...(cached > 0 ? { prompt_tokens_details: { cached_tokens: cached } } : {}),
    ...(reasoning > 0 ? { completion_tokens_details: { reasoning_tokens: reasoning } } : {}),
  };
}

function plain(answer: Answer, call: Call): unknown {
  return {
    id: id(answer),
    object: 'chat.completion',
    created: answer.createdSeconds,
    model: answer.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          ...(answer.toolCalls.length > 0 ? {} : { content: answer.text }),
          ...(answer.reasoning === '' ? {} : { reasoning: answer.reasoning }),
          ...(answer.toolCalls.length > 0 ? { tool_calls: toolCallsJson(answer) } : {}),
        },
        logprobs: null,
        finish_reason: openAiFinish[answer.finish],
      },
    ],
    ...(answer.tellsUsage ? { usage: usageOf(answer) } : {}),
    usage_breakdown: null,
    system_fingerprint: `fp_${alphanumerics(answer.model, 10).toLowerCase()}`,
    x_groq: { id: errors.requestId(call), seed: 1_234_567 },
    service_tier: 'on_demand',
  };
}

/** Role first, then thinking on its own channel, text, tool calls whole, and usage in two places. */
function* events(answer: Answer, ask: ChatAsk, call: Call): Generator<unknown> {
  const head = {
    id: id(answer),
    object: 'chat.completion.chunk',
    created: answer.createdSeconds,
    model: answer.model,
    system_fingerprint: `fp_${alphanumerics(answer.model, 10).toLowerCase()}`,
  };
  const chunk = (delta: Json, finish: string | null = null): Json => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
  yield { ...chunk({ role: 'assistant', content: '' }), x_groq: { id: errors.requestId(call), seed: 1_234_567 } };
  if (answer.reasoning !== '') yield chunk({ reasoning: answer.reasoning, channel: 'analysis' });
  for (const piece of answer.pieces) yield chunk({ content: piece });
  if (answer.toolCalls.length > 0) {
    yield chunk({ tool_calls: toolCallsJson(answer).map((tool, index) => ({ ...tool, index })) });
  }
  const { prompt_tokens, completion_tokens, total_tokens, ...rest } = usageOf(answer);
  const usage = { prompt_tokens, completion_tokens, total_tokens };
  const told = answer.tellsUsage ? { x_groq: { id: errors.requestId(call), usage: { ...rest, ...usage } }, usage } : {};
  yield { ...chunk({}, openAiFinish[answer.finish]), ...told };
  if (ask.includeUsage && answer.tellsUsage)
    yield { ...head, choices: [], usage: usageOf(answer), service_tier: 'on_demand' };
}
