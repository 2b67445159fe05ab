import { type Answer, type ChatAsk, countTokens } from './answer.ts';
import { contentText, type Json, list, record, text } from './json.ts';
import type { Call } from './vendor.ts';

/** Reads the OpenAI-style body that all vendors share. `template`: tokens that the vendor adds. */
export function openAiAsk(call: Call, body: Json, cap: unknown, template = 0): ChatAsk {
  const messages = list(body['messages']).map(record);
  const prompt = messages.map((message) => contentText(message['content'])).join('\n');
  const last = messages.at(-1);
  const user = messages.findLast((message) => message['role'] === 'user');
  const model = text(body['model']);
  const tools = text(JSON.stringify(body['tools']));
  return {
    model,
    stream: body['stream'] === true,
    includeUsage: record(body['stream_options'])['include_usage'] === true,
    cap: typeof cap === 'number' ? cap : undefined,
    prompt,
    lastUserText: contentText(user?.['content']),
    toolResult: last?.['role'] === 'tool' ? contentText(last['content']) : undefined,
    toolNames: list(body['tools']).map((tool) => text(record(record(tool)['function'])['name'])),
    promptTokens: call.sim.countPrompt?.({ model, prompt }) ?? countTokens(prompt) + countTokens(tools) + template,
  };
}

/** Finish reasons as OpenAI spells them. */
export const openAiFinish = {
  stop: 'stop',
  length: 'length',
  toolCalls: 'tool_calls',
  filter: 'content_filter',
  error: 'error',
} as const;

export const toolCallsJson = (answer: Answer): readonly Json[] =>
  answer.toolCalls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));

export const bearer = (headers: Readonly<Record<string, string>>): string =>
  /^Bearer\s+(?<key>.*)$/i.exec(headers['authorization'] ?? '')?.groups?.['key']?.trim() ?? '';

/** The accepted field that a wrong one was probably meant to be. */
export function nearest(field: string, known: readonly string[]): string | undefined {
  const close = known.filter((name) => name.includes(field) || field.includes(name) || shared(name, field) >= 0.6);
  return close.toSorted((a, b) => shared(b, field) - shared(a, field))[0];
}

/** Share of the letter pairs that two names have in common. */
function shared(a: string, b: string): number {
  const pairs = (name: string): string[] =>
    Array.from({ length: Math.max(0, name.length - 1) }, (_, at) => name.slice(at, at + 2));
  const ofA = pairs(a);
  const ofB = new Set(pairs(b));
  return (2 * ofA.filter((pair) => ofB.has(pair)).length) / Math.max(1, ofA.length + ofB.size);
}
