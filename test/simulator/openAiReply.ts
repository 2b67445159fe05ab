import type { Answer, ChatAsk } from './answer.ts';
import { hex } from './demoKey.ts';
import type { Json } from './json.ts';
import { openAiFinish, toolCallsJson } from './openAiAsk.ts';

/** What one server adds to the replies that most OpenAI-compatible servers share. */
export type ReplyStyle = {
  readonly prefix: string;
  readonly head: Json;
  /** Fields of each choice that no client asked for. */
  readonly choice: Json;
  /** In each chunk but the last: `usage: null`. */
  readonly nullUsage: boolean;
  readonly reasoningField: 'reasoning' | 'reasoning_content';
};

const usageJson = (answer: Answer): Json => ({
  prompt_tokens: answer.usage.prompt,
  completion_tokens: answer.usage.completion,
  total_tokens: answer.usage.total,
});

export const plainReply = (answer: Answer, style: ReplyStyle): Json => ({
  id: `${style.prefix}${hex(answer.seed, 24)}`,
  object: 'chat.completion',
  created: answer.createdSeconds,
  model: answer.model,
  ...style.head,
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: answer.toolCalls.length > 0 && answer.text === '' ? null : answer.text,
        ...(answer.reasoning === '' ? {} : { [style.reasoningField]: answer.reasoning }),
        ...(answer.toolCalls.length > 0 ? { tool_calls: toolCallsJson(answer) } : {}),
      },
      ...style.choice,
      finish_reason: openAiFinish[answer.finish],
    },
  ],
  ...(answer.tellsUsage ? { usage: usageJson(answer) } : {}),
});

/** Arguments of tool calls come in pieces; usage in a last chunk without choices, if it was asked for. */
export function* chunks(answer: Answer, ask: ChatAsk, style: ReplyStyle): Generator<Json> {
  const head = {
    id: `${style.prefix}${hex(answer.seed, 24)}`,
    object: 'chat.completion.chunk',
    created: answer.createdSeconds,
    model: answer.model,
    ...style.head,
  };
  const usage = style.nullUsage ? { usage: null } : {};
  const chunk = (delta: Json, finish: string | null = null): Json => ({
    ...head,
    choices: [{ index: 0, delta, ...style.choice, finish_reason: finish }],
    ...usage,
  });
  yield chunk({ role: 'assistant', content: '' });
  if (answer.reasoning !== '') yield chunk({ [style.reasoningField]: answer.reasoning });
  for (const piece of answer.pieces) yield chunk({ content: piece });
  for (const [index, call] of answer.toolCalls.entries()) {
    const half = Math.ceil(call.arguments.length / 2);
    const first = { name: call.name, arguments: call.arguments.slice(0, half) };
    yield chunk({ tool_calls: [{ index, id: call.id, type: 'function', function: first }] });
    yield chunk({ tool_calls: [{ index, function: { arguments: call.arguments.slice(half) } }] });
  }
  yield chunk({}, openAiFinish[answer.finish]);
  if (ask.includeUsage && answer.tellsUsage) yield { ...head, choices: [], usage: usageJson(answer) };
}
