import { type Json, list, record, text } from '../json.ts';
import { type GeminiError, geminiError, invalidArgument, unknownField } from './geminiErrors.ts';
import { signatureOf } from './signature.ts';

const compat = [
  'model', 'messages', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'n', 'stop', 'stream',
  'stream_options', 'tools', 'tool_choice', 'response_format', 'reasoning_effort', 'extra_body',
]; // prettier-ignore

const penalties = ['frequency_penalty', 'presence_penalty'];

const native = [
  'contents', 'systemInstruction', 'system_instruction', 'generationConfig', 'generation_config', 'tools',
  'toolConfig', 'tool_config', 'safetySettings', 'safety_settings', 'cachedContent', 'labels', 'store',
]; // prettier-ignore

const nativeConfig = [
  'maxOutputTokens', 'temperature', 'topP', 'topK', 'stopSequences', 'candidateCount', 'seed', 'thinkingConfig',
  'responseMimeType', 'responseSchema', 'responseJsonSchema', 'presencePenalty', 'frequencyPenalty', 'mediaResolution',
]; // prettier-ignore

/** What the compat chat would not take. Penalties are known to it and an error all the same. */
export function compatRefusal(body: Json): GeminiError | undefined {
  const fields = Object.keys(body);
  if (fields.some((field) => penalties.includes(field))) return invalidArgument;
  const unknown = fields.find((field) => !compat.includes(field));
  if (unknown !== undefined) return unknownField(unknown);
  if (list(body['messages']).length === 0) return invalidArgument;
  return missingSignature(list(body['messages']).map(record));
}

/** What Google takes for a call that another model made. */
const standIn = 'skip_thought_signature_validator';

/** The first call of each turn must come back with the signature that it was given. */
function missingSignature(messages: readonly Json[]): GeminiError | undefined {
  for (const [position, message] of messages.entries()) {
    const first = record(list(message['tool_calls'])[0]);
    if (message['role'] !== 'assistant' || Object.keys(first).length === 0) continue;
    const google = record(record(first['extra_content'])['google']);
    const given = google['thought_signature'];
    if (given === signatureOf(text(first['id'])) || given === standIn) continue;
    return noSignature(text(record(first['function'])['name']), position + 1);
  }
  return undefined;
}

const noSignature = (name: string, position: number): GeminiError =>
  geminiError(
    400,
    `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${position}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
  );

export function nativeRefusal(body: Json): GeminiError | undefined {
  const unknown = Object.keys(body).find((field) => !native.includes(field));
  if (unknown !== undefined) return unknownField(unknown);
  const config = record(body['generationConfig'] ?? body['generation_config']);
  const wrong = Object.keys(config).find((field) => !nativeConfig.includes(field));
  if (wrong !== undefined) return unknownField(wrong, 'generation_config');
  if (list(body['contents']).length === 0)
    return geminiError(400, '* GenerateContentRequest.contents: contents is not specified\n');
  const parts = list(body['contents']).flatMap((content) => list(record(content)['parts']).map(record));
  const unsigned = parts.findIndex(
    (part) => part['functionCall'] !== undefined && text(part['thoughtSignature']) === '',
  );
  return unsigned === -1
    ? undefined
    : noSignature(text(record(parts[unsigned]?.['functionCall'])['name']), unsigned + 1);
}
