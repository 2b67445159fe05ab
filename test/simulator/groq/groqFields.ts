import { type Json, list, record, text } from '../json.ts';
import { nearest } from '../openAiAsk.ts';
import type { Call, Reply } from '../vendor.ts';
import { groqError, unsupportedProperty } from './groqErrors.ts';

const accepted = [
  'model', 'messages', 'max_completion_tokens', 'max_tokens', 'temperature', 'top_p', 'stop', 'seed', 'user', 'n',
  'tools', 'tool_choice', 'parallel_tool_calls', 'response_format', 'reasoning_format', 'include_reasoning',
  'reasoning_effort', 'service_tier', 'stream', 'stream_options',
]; // prettier-ignore

const inMessages = ['role', 'content', 'name', 'tool_calls', 'tool_call_id', 'reasoning'];

/** The first thing that Groq would not take; undefined: all is well. */
export function groqRefusal(call: Call, body: Json): Reply | undefined {
  for (const field of Object.keys(body)) {
    if (!accepted.includes(field)) return unsupportedProperty(call, field, nearest(field, accepted));
  }
  const messages = body['messages'];
  if (!Array.isArray(messages) || messages.length === 0)
    return groqError(call, 400, "'messages' : minimum number of items is 1");
  for (const [index, message] of list(messages).entries()) {
    const wrong = Object.keys(record(message)).find((field) => !inMessages.includes(field));
    if (wrong !== undefined) return groqError(call, 400, `'messages.${index}' : property '${wrong}' is unsupported`);
  }
  return badValue(call, body);
}

function badValue(call: Call, body: Json): Reply | undefined {
  const problem = (said: string): Reply => groqError(call, 400, said);
  const temperature = body['temperature'];
  if (temperature !== undefined && !(typeof temperature === 'number' && temperature >= 0 && temperature <= 2)) {
    return problem("'temperature' : number must be between 0 and 2");
  }
  if (body['n'] !== undefined && body['n'] !== 1) return problem("'n' : number must be at most 1");
  if (list(body['stop']).length > 4) return problem("'stop' : maximum number of items is 4");
  if (list(body['tools']).length > 128) return problem("'tools' : maximum number of items is 128");
  if (body['reasoning_format'] !== undefined && body['include_reasoning'] !== undefined) {
    return problem("cannot specify both 'reasoning_format' and 'include_reasoning'");
  }
  for (const field of ['max_completion_tokens', 'max_tokens']) {
    const cap = body[field];
    if (cap !== undefined && cap !== null && !(typeof cap === 'number' && Number.isInteger(cap) && cap >= 1)) {
      return problem(`'${field}' : integer must be at least 1`);
    }
  }
  return badEffort(text(body['model']), body['reasoning_effort'])
    ? problem("'reasoning_effort' : value is not supported with this model")
    : undefined;
}

function badEffort(model: string, effort: unknown): boolean {
  if (effort === undefined) return false;
  const known = model.includes('gpt-oss')
    ? ['low', 'medium', 'high']
    : model.startsWith('qwen/')
      ? ['none', 'default']
      : [];
  return !known.includes(text(effort));
}
