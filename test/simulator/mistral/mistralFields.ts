import { type Json, list, record, text } from '../json.ts';
import type { Call, Reply } from '../vendor.ts';
import { type Detail, extraField, mistralError, unprocessable } from './mistralErrors.ts';

const accepted = [
  'model', 'messages', 'temperature', 'top_p', 'max_tokens', 'stream', 'stop', 'random_seed', 'metadata',
  'response_format', 'tools', 'tool_choice', 'presence_penalty', 'frequency_penalty', 'n', 'prediction',
  'parallel_tool_calls', 'prompt_mode', 'reasoning_effort', 'guardrails', 'prompt_cache_key', 'safe_prompt',
]; // prettier-ignore

const inMessages: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content'],
  user: ['role', 'content'],
  assistant: ['role', 'content', 'tool_calls', 'prefix'],
  tool: ['role', 'content', 'tool_call_id', 'name'],
};

/** The schema forbids extras: the first refusal, or undefined. */
export function mistralRefusal(call: Call, body: Json): Reply | undefined {
  const details = [...extras(body), ...wrongValues(body)];
  if (details.length > 0) return unprocessable(call, details);
  return wrongOrder(call, body) ?? wrongTools(call, body);
}

function* extras(body: Json): Generator<Detail> {
  for (const [field, input] of Object.entries(body)) if (!accepted.includes(field)) yield extraField([field], input);
  for (const [index, item] of list(body['messages']).entries()) {
    const message = record(item);
    const role = text(message['role']);
    const fields = inMessages[role];
    if (fields === undefined) {
      yield {
        type: 'union_tag_invalid',
        loc: ['body', 'messages', index],
        msg: `Input tag '${role}' found using 'role' does not match any of the expected tags`,
        input: item,
      };
      continue;
    }
    for (const [field, input] of Object.entries(message)) {
      if (!fields.includes(field)) yield extraField(['messages', index, role, field], input);
    }
  }
}

function* wrongValues(body: Json): Generator<Detail> {
  const temperature = body['temperature'];
  if (typeof temperature === 'number' && temperature > 1.5) {
    yield {
      type: 'less_than_equal',
      loc: ['body', 'temperature'],
      msg: 'Input should be less than or equal to 1.5',
      input: temperature,
    };
  }
  if (typeof body['model'] !== 'string')
    yield { type: 'missing', loc: ['body', 'model'], msg: 'Field required', input: body };
  if (!Array.isArray(body['messages']))
    yield { type: 'missing', loc: ['body', 'messages'], msg: 'Field required', input: body };
  const cap = body['max_tokens'];
  if (cap !== undefined && cap !== null && !(typeof cap === 'number' && Number.isInteger(cap) && cap >= 0)) {
    yield { type: 'int_type', loc: ['body', 'max_tokens'], msg: 'Input should be a valid integer', input: cap };
  }
}

function wrongOrder(call: Call, body: Json): Reply | undefined {
  const last = record(list(body['messages']).at(-1));
  const role = text(last['role']);
  if (role === 'user' || role === 'tool' || (role === 'assistant' && last['prefix'] === true)) return undefined;
  const got = role === '' ? 'no message' : role;
  return mistralError(
    call,
    400,
    `Expected last role User or Tool (or Assistant with prefix True) for serving but got ${got}`,
    'invalid_request_message_order',
    '3230',
  );
}

function wrongTools(call: Call, body: Json): Reply | undefined {
  if (body['tool_choice'] !== undefined && list(body['tools']).length === 0) {
    return mistralError(call, 400, 'tool_choice requires tools', 'invalid_request_error', null);
  }
  for (const message of list(body['messages']).map(record)) {
    const ids = [
      ...list(message['tool_calls']).map((tool) => record(tool)['id']),
      ...(message['role'] === 'tool' ? [message['tool_call_id']] : []),
    ];
    const wrong = ids.map(text).find((id) => !/^[A-Za-z0-9]{9}$/.test(id));
    if (wrong === undefined) continue;
    const said = `Tool call id was ${wrong} but must be a-z, A-Z, 0-9, with a length of 9.`;
    return mistralError(call, 400, said, 'invalid_function_call', '3280');
  }
  return undefined;
}
