import type { ChatAsk } from '../answer.ts';
import { type Json, list } from '../json.ts';
import { openAiAsk } from '../openAiAsk.ts';
import { chunks, plainReply, type ReplyStyle } from '../openAiReply.ts';
import { accepted, type Admitted, admitted, type Ask, type Call, type ChatDialect, refused } from '../vendor.ts';
import * as errors from './huggingFaceErrors.ts';
import { rowOf } from './huggingFaceModels.ts';

/** What is documented; the upstream decides on the rest, and this one takes nothing else. */
const documented = [
  'model', 'messages', 'max_tokens', 'temperature', 'top_p', 'stop', 'seed', 'frequency_penalty', 'presence_penalty',
  'logprobs', 'top_logprobs', 'response_format', 'tools', 'tool_choice', 'tool_prompt', 'reasoning_effort', 'stream',
  'stream_options',
]; // prettier-ignore

const vllm: ReplyStyle = {
  prefix: 'chatcmpl-',
  head: {},
  choice: { logprobs: null, stop_reason: null, token_ids: null },
  nullUsage: true,
  reasoningField: 'reasoning_content',
};

export const huggingFaceChat: ChatDialect = {
  done: true,
  errorEvent: { error: { message: 'upstream connect error or disconnect', type: 'server_error', code: 500 } },
  badJson: (call) => errors.hfError(call, 400, 'Invalid JSON body'),
  read,
  admit,
  plain: (answer) => plainReply(upstreamNamed(answer), vllm),
  events: (answer, ask) => chunks(upstreamNamed(answer), ask, vllm),
};

/** `openai/gpt-oss-120b:groq` or `:cheapest`. */
const withoutSuffix = (model: string): string => model.replace(/:[\w-]+$/, '');

/** The upstream answers under its own name for the model. */
const upstreamNamed = <T extends { readonly model: string }>(answer: T): T => ({
  ...answer,
  model: withoutSuffix(answer.model).split('/').at(-1) ?? answer.model,
});

function read(call: Call, body: Json): Ask {
  const unknown = Object.keys(body).find((field) => !documented.includes(field));
  if (unknown !== undefined) return refused(errors.unsupportedField(call, unknown));
  if (list(body['messages']).length === 0) return refused(errors.hfError(call, 400, 'messages is required'));
  if (list(body['stop']).length > 4) return refused(errors.unsupportedField(call, 'stop'));
  const ask = openAiAsk(call, body, body['max_tokens']);
  const model = withoutSuffix(ask.model);
  const gone = call.sim.goneness(model);
  if (gone === 'unknown') return refused(errors.noSuchModel(call, model));
  if (gone === 'retired') return refused(errors.notSupported(call, model));
  const most = rowOf(model).contextTokens;
  return ask.promptTokens > most ? refused(errors.contextTooLong(call, ask.promptTokens, most)) : accepted(ask);
}

function admit(call: Call, ask: ChatAsk): Admitted {
  const model = withoutSuffix(ask.model);
  const reply = errors.misbehaves(call, model);
  if (reply !== undefined) return refused(reply);
  const credit = call.sim.meters.meter(call.request.key, model, 'requestsPerMonth');
  if (credit.used(call.nowMs) >= call.sim.meters.limit(call.request.key, model, 'requestsPerMonth'))
    return refused(errors.noCredit(call));
  credit.add(1, call.nowMs);
  const headers = { ...errors.requestId(call), 'x-inference-provider': String(rowOf(model)['provider']) };
  return admitted({ headers, settle: () => undefined });
}
