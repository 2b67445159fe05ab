import type { Answer, ChatAsk } from '../answer.ts';
import { alphanumerics } from '../demoKey.ts';
import type { Json } from '../json.ts';
import { openAiAsk, openAiFinish, toolCallsJson } from '../openAiAsk.ts';
import { accepted, type Admitted, admitted, type Ask, type Call, type ChatDialect, refused } from '../vendor.ts';
import * as errors from './geminiErrors.ts';
import { compatRefusal } from './geminiFields.ts';
import { closedToNewUsers, geminiModels } from './geminiModels.ts';
import { countCharge, quotaError } from './geminiQuota.ts';
import { signatureOf } from './signature.ts';

const wrong = (error: errors.GeminiError) => refused(errors.geminiReply(error, true));

export const geminiCompatChat: ChatDialect = {
  done: true,
  errorEvent: { error: errors.geminiError(503, 'The model is overloaded. Please try again later.') },
  badJson: () => wrong(errors.geminiError(400, 'Invalid JSON payload received. Unexpected end of string.')).reply,
  read,
  admit: (call, ask) => geminiAdmit(call, ask, true),
  plain,
  events,
};

/** Both forms of a model's name are taken, and the one that was sent is echoed. */
const bareModel = (model: string): string => model.replace(/^models\//, '');

function read(call: Call, body: Json): Ask {
  const refusal = compatRefusal(body);
  if (refusal !== undefined) return wrong(refusal);
  const ask = openAiAsk(call, body, body['max_tokens'] ?? body['max_completion_tokens']);
  const problem = modelError(call, ask);
  return problem === undefined ? accepted(ask) : wrong(problem);
}

/** What the model does not allow: itself, too large a cap, too long a prompt. */
export function modelError(call: Call, ask: ChatAsk): errors.GeminiError | undefined {
  const model = bareModel(ask.model);
  const gone = call.sim.goneness(model);
  if (gone === 'retired' || (gone === undefined && closedToNewUsers.includes(model))) return errors.closedModel(model);
  if (gone === 'unknown') return errors.notFound(model);
  const row = geminiModels.find(({ id }) => id === model);
  if (row === undefined) return undefined;
  if (ask.cap !== undefined && ask.cap > row.maxOutputTokens) return errors.invalidArgument;
  return ask.promptTokens > row.contextTokens ? errors.inputTooLong(ask.promptTokens, row.contextTokens) : undefined;
}

export function geminiAdmit(call: Call, ask: ChatAsk, wrapped: boolean): Admitted {
  const bare = { ...ask, model: bareModel(ask.model) };
  const error = errors.requestError(call, bare.model) ?? quotaError(call, bare);
  if (error !== undefined) return refused(errors.geminiReply(error, wrapped));
  countCharge(call, bare);
  return admitted({ headers: errors.geminiHeaders, settle: () => undefined });
}

/** Thinking is in the total alone. */
const usageOf = (answer: Answer): Json => ({
  completion_tokens: answer.usage.completion - answer.usage.reasoning,
  prompt_tokens: answer.usage.prompt,
  total_tokens: answer.usage.total,
});

const head = (answer: Answer, object: string): Json => ({
  created: answer.createdSeconds,
  id: alphanumerics(answer.seed, 22),
  model: answer.model,
  object,
});

/** Whole, without index, and each with a signature to be sent back. */
const calls = (answer: Answer): Json =>
  answer.toolCalls.length === 0
    ? {}
    : {
        tool_calls: toolCallsJson(answer).map((call, index) => ({
          extra_content: { google: { thought_signature: signatureOf(answer.toolCalls[index]?.id ?? '') } },
          ...call,
        })),
      };

const said = (content: string): Json => (content === '' ? {} : { content });

function plain(answer: Answer): unknown {
  return {
    choices: [
      {
        finish_reason: openAiFinish[answer.finish],
        index: 0,
        message: { ...said(answer.text), role: 'assistant', ...calls(answer) },
      },
    ],
    ...head(answer, 'chat.completion'),
    ...(answer.tellsUsage ? { usage: usageOf(answer) } : {}),
  };
}

/** A few large chunks, the role in each, and usage growing from one to the next. */
function* events(answer: Answer): Generator<unknown> {
  const parts = few(answer.pieces, 4);
  const last = Math.max(0, parts.length - 1);
  const all = usageOf(answer);
  for (let index = 0; index <= last; index += 1) {
    const share = (index + 1) / (last + 1);
    const completion = Math.ceil(Number(all['completion_tokens']) * share);
    const thought = answer.usage.total - answer.usage.prompt - Number(all['completion_tokens']);
    const usage = { ...all, completion_tokens: completion, total_tokens: answer.usage.prompt + completion + thought };
    const ends = index === last;
    yield {
      choices: [
        {
          delta: { ...said(parts[index] ?? ''), role: 'assistant', ...(ends ? calls(answer) : {}) },
          ...(ends ? { finish_reason: openAiFinish[answer.finish] } : {}),
          index: 0,
        },
      ],
      ...head(answer, 'chat.completion.chunk'),
      ...(answer.tellsUsage ? { usage: ends ? all : usage } : {}),
    };
  }
}

/** The pieces joined to at most `most`. */
export function few(all: readonly string[], most: number): readonly string[] {
  const size = Math.max(1, Math.ceil(all.length / most));
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size).join(''),
  );
}
